package embedded_test

import (
	"encoding/json"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"contend/internal/embedded"
)

// TestReplyHeaders: every answer, also a refusal, has the headers by which clients check
// it.
func TestReplyHeaders(t *testing.T) {
	server := embedded.New(embedded.Config{})
	ids := map[string]bool{}
	for _, r := range []*http.Request{
		request("ListTables", "{}"), request("ListTables", "nonsense"), request("GetItem", "{}"), request("Nonsense", "{}"), headers[0].request(),
	} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		body, header := w.Body.Bytes(), w.Header()
		if got, want := header.Get("X-Amz-Crc32"), strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10); got != want {
			t.Errorf("CRC: got %s, want %s of %s", got, want, body)
		}
		if got := header.Get("Content-Length"); got != strconv.Itoa(len(body)) {
			t.Errorf("length: got %s of %d", got, len(body))
		}
		if got := header.Get("Content-Type"); got != "application/x-amz-json-1.0" {
			t.Errorf("type: got %q", got)
		}
		id := header.Get("X-Amzn-Requestid")
		if len(id) != 52 || ids[id] {
			t.Errorf("request id %q is not unique or not of AWS's length", id)
		}
		ids[id] = true
	}
}

// TestErrorAnswers has some refusals that need no DynamoDB Local. The comparison with it
// has many more.
func TestErrorAnswers(t *testing.T) {
	const (
		named   = "com.amazonaws.dynamodb.v20120810#"
		refused = "400 com.amazon.coral.validate#ValidationException: "
		shape   = "400 com.amazon.coral.service#SerializationException: "
	)
	const create = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	server.ask(t, call{"CreateTable", create})
	for _, c := range []struct{ operation, body, want string }{
		{"Scan", `{}`, "400 " + named + "UnknownOperationException: the operation Scan is not supported by this server"},
		{"GetItem", ``, shape + "the request is not a JSON object"},
		{"GetItem", `[]`, shape + "the request is not a JSON object"},
		{"GetItem", `{"TableName":"table","Key":5}`, shape + "the field Key cannot be a JSON number"},
		{"GetItem", `{"TableName":"nope","Key":{"id":{"S":"a"}}}`, "400 " + named + "ResourceNotFoundException: Requested resource not found"},
		{"GetItem", `{"TableName":"table"}`, refused + "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null"},
		{"GetItem", `{"TableName":"table","Key":{"id":{"S":""}}}`, refused + "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"GetItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"AttributesToGet":["a"]}`, refused + "the parameter AttributesToGet is not supported by this server"},
		{"GetItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"ReturnConsumedCapacity":"ALL"}`, refused + "1 validation error detected: Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"},
		{"PutItem", `{"TableName":"table","Item":{"id":{"S":"a"}},"Expected":{}}`, refused + "the parameter Expected is not supported by this server"},
		{"PutItem", `{"TableName":"table","Item":{"id":{"S":"a"}},"ConditionalOperator":"AND"}`, refused + "the parameter ConditionalOperator is not supported by this server"},
		{"PutItem", `{"TableName":"table","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_NEW"}`, refused + "ReturnValues can only be ALL_OLD or NONE"},
		{"PutItem", `{"TableName":"table","Item":{"id":{"S":"` + strings.Repeat("x", 400<<10) + `"}}}`, refused + "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"PutItem", `{"TableName":"table","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 400<<10) + `"}}}`, refused + "Item size has exceeded the maximum allowed size"},
		{"UpdateItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"AttributeUpdates":{}}`, refused + "the parameter AttributeUpdates is not supported by this server"},
		{"UpdateItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"UpdateExpression":"REMOVE id"}`, refused + "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"},
		{"UpdateItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"UpdateExpression":"SET a"}`, refused + `Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "a"`},
		{"BatchGetItem", `{"RequestItems":[]}`, shape + "the field RequestItems cannot be a JSON array"},
		{"BatchGetItem", `{"RequestItems":{"table":5}}`, shape + "the field table cannot be a JSON number"},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":{}}}}`, shape + "the field Keys cannot be a JSON object"},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[5]}}}`, shape + "The value cannot be converted to the type of its descriptor"},
		{"BatchGetItem", `{"RequestItems":{}}`, refused + "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"BatchGetItem", `{"RequestItems":{"table":null}}`, refused + "1 validation error detected: Value null at 'requestItems.table.member.keys' failed to satisfy constraint: Member must not be null"},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[null]}}}`, refused + "The list of keys in RequestItems for BatchGetItem may not contain null or empty values: table has one or more empty keys"},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"a"}}]}}}`, refused + "Provided list of item keys contains duplicates"},
		{"BatchGetItem", `{"RequestItems":{"nope":{"Keys":[{"id":{"S":"a"}}]}}}`, "400 " + named + "ResourceNotFoundException: Requested resource not found"},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[{"id":{"S":"a"}}],"AttributesToGet":["a"]}}}`, refused + "the parameter AttributesToGet is not supported by this server"},
		{"UpdateTimeToLive", `{"TableName":"table","TimeToLiveSpecification":5}`, shape + "the field TimeToLiveSpecification cannot be a JSON number"},
		{"UpdateTimeToLive", `{"TableName":"table"}`, refused + "1 validation error detected: Value null at 'timeToLiveSpecification' failed to satisfy constraint: Member must not be null"},
		{"UpdateTimeToLive", `{"TableName":"table","TimeToLiveSpecification":{"AttributeName":"a","Enabled":false}}`, refused + "TimeToLive is already disabled"},
		{"DescribeTimeToLive", `{"TableName":"nope"}`, "400 " + named + "ResourceNotFoundException: Requested resource not found: Table: nope not found"},
		{"Query", `{"TableName":"table"}`, refused + "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"Query", `{"TableName":"table","Limit":0}`, refused + "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"Query", `{"TableName":"table","Limit":"1"}`, shape + "the field Limit cannot be a JSON string"},
		{"Query", `{"TableName":"table","Limit":1.5}`, shape + "the field Limit cannot be a number that is not whole"},
		{"Query", `{"TableName":"table","Limit":1e30}`, shape + "the field Limit cannot be a number that is not whole"},
		{"Query", `{"TableName":"table","ScanIndexForward":"no"}`, shape + "the field ScanIndexForward cannot be a JSON string"},
		{"Query", `{"TableName":"table","ExclusiveStartKey":[]}`, shape + "the field ExclusiveStartKey cannot be a JSON array"},
		{"Query", `{"TableName":"table","IndexName":"index"}`, refused + "the parameter IndexName is not supported by this server"},
		{"Query", `{"TableName":"table","KeyConditions":{}}`, refused + "the parameter KeyConditions is not supported by this server"},
		{"Query", `{"TableName":"table","QueryFilter":{}}`, refused + "the parameter QueryFilter is not supported by this server"},
		{"Query", `{"TableName":"table","KeyConditionExpression":"id > :i","ExpressionAttributeValues":{":i":{"S":"a"}}}`, refused + "Query key condition not supported"},
		{"Query", `{"TableName":"table","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"N":"1"}}}`, refused + "One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"TransactWriteItems", `{}`, refused + "1 validation error detected: Value null at 'transactItems' failed to satisfy constraint: Member must not be null"},
		{"TransactWriteItems", `{"TransactItems":{}}`, shape + "the field TransactItems cannot be a JSON object"},
		{"TransactWriteItems", `{"TransactItems":[null]}`, shape + "the field TransactItems cannot be a JSON null"},
		{"TransactWriteItems", `{"TransactItems":[{"Put":[]}]}`, shape + "the field Put cannot be a JSON array"},
		{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"table","Item":7}}]}`, shape + "the field Item cannot be a JSON number"},
		{"TransactWriteItems", `{"TransactItems":[{}],"ClientRequestToken":7}`, shape + "the field ClientRequestToken cannot be a JSON number"},
		{"TransactWriteItems", `{"TransactItems":[{}],"ClientRequestToken":""}`, refused + "1 validation error detected: Value '' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"TransactWriteItems", `{"TransactItems":[{}]}`, refused + "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"},
		{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"table","Item":{"id":{"S":"a"}}},"Delete":{"TableName":"table","Key":{"id":{"S":"a"}}}}]}`, refused + "TransactItems can only contain one of Check, Put, Update or Delete"},
		{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"table","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 400<<10) + `"}}}}]}`, refused + "Item size has exceeded the maximum allowed size"},
		{"TransactWriteItems", `{"TransactItems":[` + strings.Repeat(`{},`, 100) + `{}]}`, refused + "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{"TransactWriteItems", `{"TransactItems":[{"Update":{"TableName":"table","Key":{"id":{"S":"a"}},"UpdateExpression":"SET b = :b","ExpressionAttributeValues":{":b":{"S":"` + strings.Repeat("x", 400<<10) + `"}}}}]}`,
			"400 " + named + `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError] {"CancellationReasons":[{"Code":"ValidationError","Message":"Item size to update has exceeded the maximum allowed size"}]}`},
		{"TransactGetItems", `{"TransactItems":[7]}`, shape + "the field TransactItems cannot be a JSON number"},
		{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"table","Key":[]}}]}`, shape + "the field Key cannot be a JSON array"},
		{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"table","Key":{"id":{"S":"a"}}}},{"Get":{"TableName":"table","Key":{"id":{"S":"a"}}}}]}`, refused + "Transaction request cannot include multiple operations on one item"},
	} {
		if got := server.ask(t, call{c.operation, c.body}); got != c.want {
			t.Errorf("%s %.100s\n got  %s\n want %s", c.operation, c.body, got, c.want)
		}
	}
	if got := server.send(t, headerCase{"POST", "DynamoDB_20120810.ListTables", ""}.request()); !strings.HasPrefix(got, "400 "+named+"MissingAuthenticationToken: ") {
		t.Errorf("without a signature: got %s", got)
	}
}

// FuzzRequest: whatever the body, the answer is JSON of the right shape.
func FuzzRequest(f *testing.F) {
	for i, r := range append(calls(handWritten+collections), calls(handWrittenTransactions)...) {
		const every = 7 // many of them are similar
		if i%every == 0 {
			f.Add(r.operation, []byte(r.body))
		}
	}
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		server := embedded.New(embedded.Config{})
		server.ServeHTTP(httptest.NewRecorder(), request("CreateTable", `{"TableName":"hash","BillingMode":"PAY_PER_REQUEST",`+
			`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`))
		server.ServeHTTP(httptest.NewRecorder(), request("CreateTable", `{"TableName":"numbers","BillingMode":"PAY_PER_REQUEST",`+
			`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],`+
			`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]}`))
		server.ServeHTTP(httptest.NewRecorder(), request("PutItem", `{"TableName":"numbers","Item":{"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"x"}}}`))
		for range 2 { // the second finds the items of the first
			w := httptest.NewRecorder()
			server.ServeHTTP(w, request(operation, string(body)))
			var answer map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("not JSON: %q", w.Body)
			}
			_, failed := answer["__type"]
			if want := map[bool]int{false: http.StatusOK, true: http.StatusBadRequest}[failed]; w.Code != want {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
		}
	})
}
