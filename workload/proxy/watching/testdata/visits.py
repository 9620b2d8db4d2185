"""Counts visits in DynamoDB: python3 visits.py naive|safe N LOG. It knows nothing of contend."""
import json
import sys

import boto3
from botocore.config import Config

mode, visits, log = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "a")
db = boto3.client("dynamodb", config=Config(read_timeout=1, retries={"mode": "standard", "max_attempts": 5}))


def update(expression, **more):
    return db.update_item(TableName="visits", Key={"PK": {"S": "PAGE#home"}, "SK": {"S": "TOTAL"}}, UpdateExpression=expression, **more)


for visit in range(visits):
    token = f"visit-{visit}"
    if mode == "naive":  # the SDK tries again, whatever became of the first request
        update("ADD hits :one", ExpressionAttributeValues={":one": {"N": "1"}})
    else:  # the item remembers the last visit, and refuses it if it comes again
        try:
            update("ADD hits :one SET #last = :token", ConditionExpression="attribute_not_exists(#last) OR #last <> :token",
                   ExpressionAttributeNames={"#last": "last"}, ExpressionAttributeValues={":one": {"N": "1"}, ":token": {"S": token}})
        except db.exceptions.ConditionalCheckFailedException:
            pass  # it was counted before, and the answer was lost
    log.write(json.dumps({"counter": "visits/PAGE#home/TOTAL:hits", "by": 1, "end": "applied"}) + "\n")
