// A counter that counts twice when replies are lost: the SDK sends its ADD again.
//
// contend asks for operations by a JSON object a line: see "contend help exec". It needs
// "npm install @aws-sdk/client-dynamodb", and NODE_PATH=node_modules if that is elsewhere.
const readline = require("node:readline");
const { DynamoDBClient, UpdateItemCommand, GetItemCommand } = require("@aws-sdk/client-dynamodb");

const dynamodb = new DynamoDBClient();
const TableName = process.env.CONTEND_TABLE;

function keyOf(request) {
  return Object.fromEntries(Object.entries(request.key).map(([name, value]) => [name, { S: value }]));
}

async function add(request, by) {
  const answer = await dynamodb.send(new UpdateItemCommand({
    TableName, Key: keyOf(request), UpdateExpression: "ADD #number :by", ReturnValues: "UPDATED_NEW",
    ExpressionAttributeNames: { "#number": "value" }, ExpressionAttributeValues: { ":by": { N: String(by) } },
  }));
  return Number(answer.Attributes.value.N);
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
