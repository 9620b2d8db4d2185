"""A counter that counts once: a transaction with the token of its operation.

DynamoDB remembers a token for ten minutes, and applies what has the same one once.
"""
import json
import os
import sys

import boto3

dynamodb = boto3.client("dynamodb")
table = os.environ["CONTEND_TABLE"]


def key_of(request):
    return {name: {"S": value} for name, value in request["key"].items()}


def add(request, by):
    update = {
        "TableName": table, "Key": key_of(request), "UpdateExpression": "ADD #number :by",
        "ExpressionAttributeNames": {"#number": "value"}, "ExpressionAttributeValues": {":by": {"N": str(by)}},
    }
    while True:
        try:
            dynamodb.transact_write_items(ClientRequestToken=request["token"], TransactItems=[{"Update": update}])
            return
        except dynamodb.exceptions.TransactionCanceledException as refused:
            if refused.response["CancellationReasons"][0]["Code"] != "TransactionConflict":
                raise


def read(request):
    item = dynamodb.get_item(TableName=table, Key=key_of(request), ConsistentRead=True)["Item"]
    return int(item["value"]["N"])


for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "hello":
        answer = {"ready": True}
    elif request["do"] == "bye":
        break
    else:
        answer = {"id": request["id"], "end": "applied"}
        try:
            if request["do"] == "read":
                answer["value"] = read(request)
            else:
                add(request, request["by"] if request["do"] == "increment" else -request["by"])
        except Exception as error:  # it may have been applied
            print(error, file=sys.stderr)
            answer["end"] = "unknown"
    print(json.dumps(answer), flush=True)
