"""A counter that counts twice when replies are lost: boto3 sends its ADD again.

contend asks for operations by a JSON object a line: see "contend help exec".
"""
import json
import os
import sys

import boto3

table = boto3.resource("dynamodb").Table(os.environ["CONTEND_TABLE"])
names = {"#number": "value"}


def add(request, by):
    answer = table.update_item(
        Key=request["key"], UpdateExpression="ADD #number :by", ReturnValues="UPDATED_NEW",
        ExpressionAttributeNames=names, ExpressionAttributeValues={":by": by},
    )
    return int(answer["Attributes"]["value"])


def read(request):
    return int(table.get_item(Key=request["key"], ConsistentRead=True)["Item"]["value"])


def carry_out(request):
    if request["do"] == "read":
        return read(request)
    return add(request, request["by"] if request["do"] == "increment" else -request["by"])


for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "hello":
        answer = {"ready": True}
    elif request["do"] == "bye":
        break
    else:
        answer = {"id": request["id"], "end": "applied"}
        try:
            answer["value"] = carry_out(request)
        except Exception as error:  # it may have been applied
            print(error, file=sys.stderr)
            answer["end"] = "unknown"
    print(json.dumps(answer), flush=True)
