// A counter that counts once: a transaction with the token of its operation.
const readline = require("node:readline");
const { DynamoDBClient, TransactWriteItemsCommand, GetItemCommand } = require("@aws-sdk/client-dynamodb");

const dynamodb = new DynamoDBClient();
const TableName = process.env.CONTEND_TABLE;

function keyOf(request) {
  return Object.fromEntries(Object.entries(request.key).map(([name, value]) => [name, { S: value }]));
}

async function add(request, by) {
  const Update = {
    TableName, Key: keyOf(request), UpdateExpression: "ADD #number :by",
    ExpressionAttributeNames: { "#number": "value" }, ExpressionAttributeValues: { ":by": { N: String(by) } },
  };
  for (;;) {
    try {
      return void await dynamodb.send(new TransactWriteItemsCommand({ ClientRequestToken: request.token, TransactItems: [{ Update }] }));
    } catch (error) {
      if (error.CancellationReasons?.[0].Code !== "TransactionConflict") throw error;
    }
  }
}

async function read(request) {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(request), ConsistentRead: true }));
  return Number(Item.value.N);
}

async function answer(request) {
  try {
    const by = request.do === "decrement" ? -request.by : request.by;
    const value = request.do === "read" ? await read(request) : await add(request, by);
    return { id: request.id, end: "applied", value };
  } catch (error) { // it may have been applied
    console.error(error);
    return { id: request.id, end: "unknown" };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.do === "bye") break;
    console.log(JSON.stringify(request.do === "hello" ? { ready: true } : await answer(request)));
  }
}

main();
