package embedded_test

import (
	"strings"
	"testing"

	"contend/internal/embedded"
)

const getBody = `{"ConsistentRead":true,"ExpressionAttributeNames":{"#v":"value"},"Key":{"id":{"S":"hits"},"n":{"N":"-12"}},` +
	`"ProjectionExpression":"#v","ReturnConsumedCapacity":"INDEXES","TableName":"bench"}`

// TestPlainBodies: the bodies of usual requests are read in one pass, and all others are not.
func TestPlainBodies(t *testing.T) {
	const begin = `{"TableName":"bench","Key":{"id":{"S":"é"}}`
	for _, c := range []struct {
		operation, body string
		want            bool
	}{
		{"UpdateItem", updateBody, true}, {"GetItem", getBody, true}, {"GetItem", begin + `,"ConsistentRead":false}`, true},
		{"UpdateItem", begin + `,"ReturnItemCollectionMetrics":"SIZE"}`, true}, {"UpdateItem", begin + `}`, true},
		{"PutItem", begin + `}`, false}, {"UpdateItem", begin + `} `, false}, {"UpdateItem", begin, false}, {"UpdateItem", ``, false}, {"UpdateItem", `{}`, false},
		{"UpdateItem", begin + `,"Expected":{}}`, false}, {"UpdateItem", begin + `,"AttributeUpdates":null}`, false}, {"UpdateItem", begin + `,"Other":"x"}`, false},
		{"UpdateItem", begin + `,"TableName":"bench"}`, false}, {"UpdateItem", begin + `,"Key":{"id":{"S":"a"}}}`, false}, {"UpdateItem", begin + `,"ReturnValues":"ANY"}`, false},
		{"GetItem", begin + `,"ConsistentRead":true,"ConsistentRead":false}`, false}, {"GetItem", begin + `,"ConsistentRead":null}`, false},
		{"UpdateItem", begin + `,"UpdateExpression":"SET a = b","UpdateExpression":"SET a = b"}`, false}, {"UpdateItem", begin + `,"UpdateExpression":null}`, false},
		{"UpdateItem", begin + `,"ExpressionAttributeValues":{":a":{"N":"1.5"}}}`, false}, {"UpdateItem", begin + `,"ExpressionAttributeValues":{":a":{"SS":["a"]}}}`, false},
		{"UpdateItem", begin + `,"ExpressionAttributeValues":{}}`, false}, {"UpdateItem", begin + `,"ExpressionAttributeNames":{}}`, false},
		{"GetItem", `{"TableName":"bench"}`, false}, {"GetItem", `{"Key":{"id":{"S":"a"}}}`, false}, {"GetItem", `{"TableName":"a/b","Key":{"id":{"S":"a"}}}`, false},
		{"GetItem", `{"TableName":"bench","Key":{"":{"S":"a"}}}`, false}, {"GetItem", `{"TableName":"bench","Key":{"id":{"S":"a\"b"}}}`, false},
		{"GetItem", `{"TableName":"bench","Key":{"id":{"S":null}}}`, false}, {"GetItem", "{\"TableName\":\"bench\",\"Key\":{\"id\":{\"S\":\"\x80\"}}}", false},
	} {
		isPlain, isSame := embedded.ReadPlain(c.operation, c.body)
		if isPlain != c.want || isPlain && !isSame {
			t.Errorf("%s %s: plain %t, the same %t", c.operation, c.body, isPlain, isSame)
		}
	}
}

// TestPlainBodiesAreReadAlike changes each byte of usual bodies: what is still read in one
// pass gives the same request as JSON.
func TestPlainBodiesAreReadAlike(t *testing.T) {
	for operation, body := range map[string]string{"UpdateItem": updateBody, "GetItem": getBody} {
		plain := 0
		for i := range len(body) {
			for _, put := range []string{"", `"`, ":", ",", "{", "}", "0", "#", "null", body[max(i-20, 0) : i+1]} {
				changed := body[:i] + put + body[i+1:]
				isPlain, isSame := embedded.ReadPlain(operation, changed)
				if isPlain && !isSame {
					t.Errorf("%s is not read as JSON is", changed)
				}
				if isPlain {
					plain++
				}
			}
		}
		if plain < len(body)/2 {
			t.Errorf("%s: only %d changed bodies are plain", operation, plain)
		}
	}
}

// FuzzPlain: whatever is read in one pass gives the same request as JSON.
func FuzzPlain(f *testing.F) {
	f.Add("UpdateItem", updateBody)
	f.Add("GetItem", getBody)
	for _, r := range calls(handWritten + collections) {
		if strings.HasPrefix(r.operation, "Update") || r.operation == "GetItem" {
			f.Add(r.operation, r.body)
		}
	}
	f.Fuzz(func(t *testing.T, operation, body string) {
		if isPlain, isSame := embedded.ReadPlain(operation, body); isPlain && !isSame {
			t.Errorf("%s is not read as JSON is", body)
		}
	})
}
