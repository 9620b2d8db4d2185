package embedded_test

import (
	"fmt"
	"strings"
)

// bulky are requests around the limits of sizes and the steps of capacity.
func bulky() []call {
	all := []call{{"CreateTable", `{"TableName":"bulky","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"r","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}`}}
	add := func(operation, format string, args ...any) {
		all = append(all, call{operation, fmt.Sprintf(`{"TableName":"bulky","ReturnConsumedCapacity":"TOTAL",`+format+`}`, args...)})
	}
	text := func(n int) string { return strings.Repeat("x", n) }
	const key = `{"id":{"S":"%s"},"r":{"S":"%s"}}`
	const bare = 2 + 1 + 1 + 1 + 1 // of an item with the names id, r and a, and one letter in each key
	for _, size := range []int{1, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 8193, 100 << 10, 400 << 10, 400<<10 + 1} {
		add("PutItem", `"Item":{"id":{"S":"k"},"r":{"S":"k"},"a":{"S":"%s"}}`, text(max(size-bare, 0)))
		add("GetItem", `"ProjectionExpression":"r","Key":`+key, "k", "k")
		add("GetItem", `"ProjectionExpression":"r","ConsistentRead":true,"Key":`+key, "k", "k")
	}
	add("UpdateItem", `"UpdateExpression":"SET b = :v","ExpressionAttributeValues":{":v":{"S":"more"}},"Key":`+key, "k", "k")
	add("UpdateItem", `"UpdateExpression":"REMOVE a","Key":`+key, "k", "k")
	add("UpdateItem", `"UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":"%s"}},"Key":`+key, text(5000), "k", "k")
	add("UpdateItem", `"UpdateExpression":"SET b = :v","ExpressionAttributeValues":{":v":{"N":"1"}},"Key":`+key, "k", "k")
	add("UpdateItem", `"ConditionExpression":"attribute_not_exists(id)","Key":`+key, "k", "k")
	add("DeleteItem", `"Key":`+key, "k", "k")
	add("DeleteItem", `"Key":`+key, "k", "k")
	for _, length := range []int{1024, 1025, 2048, 2049} {
		add("PutItem", `"Item":`+key, text(length), "k")
		add("PutItem", `"Item":`+key, "k", text(length))
		add("GetItem", `"Key":`+key, text(length), "k")
		add("DeleteItem", `"Key":`+key, "k", text(length))
		add("UpdateItem", `"Key":`+key, text(length), "k")
	}
	for _, length := range []int{255, 256, 1000, 70000} {
		add("PutItem", `"Item":{"id":{"S":"n"},"r":{"S":"%d"},"%s":{"S":"x"}}`, length, text(length))
	}
	for _, nested := range []int{30, 31, 32, 33} {
		list := strings.Repeat(`{"L":[`, nested) + `{"N":"1"}` + strings.Repeat(`]}`, nested)
		add("PutItem", `"Item":{"id":{"S":"d"},"r":{"S":"%d"},"a":%s}`, nested, list)
	}
	add("UpdateItem", `"UpdateExpression":"SET a = %s","Key":`+key, strings.Repeat("b", 4097), "k", "k")
	add("UpdateItem", `"UpdateExpression":"SET a = %s","Key":`+key, strings.Repeat("b", 256), "k", "k")
	operators := strings.Repeat("a = b OR ", 299) + "a = b"
	add("UpdateItem", `"ConditionExpression":"%s","Key":`+key, operators, "k", "k")
	add("UpdateItem", `"ConditionExpression":"%s","Key":`+key, strings.Repeat("NOT ", 300)+"a = b", "k", "k")
	for _, value := range []string{
		`{"N":"0"}`, `{"N":"-0.001"}`, `{"N":"1234567"}`, `{"N":"-12345678901234567890123456789012345678"}`, `{"N":"1E125"}`, `{"N":"100"}`, `{"N":"0.0015"}`,
		`{"N":"12"}`, `{"N":"123"}`, `{"N":"1.23"}`, `{"N":"12.3"}`, `{"N":"-1"}`, `{"N":"-12"}`, `{"N":"1000001"}`,
		`{"N":"1E2"}`, `{"N":"007"}`, `{"N":".5"}`, `{"N":"5."}`, `{"N":"00.100"}`, `{"N":"9.9999999999999999999999999999999999999E+125"}`, `{"N":"1e-130"}`, `{"N":"1e20"}`, `{"N":"1e-20"}`,
		`{"N":"0.12345678901234567890123456789012345678"}`, `{"N":"9223372036854775808"}`, `{"N":"1234567890123456789012345678901234567800000"}`, `{"N":"1.5e10"}`, `{"N":"1.5E-7"}`, `{"S":""}`, `{"S":"é€😀"}`, `{"B":"AAEC"}`, `{"BOOL":false}`, `{"NULL":true}`,
		`{"SS":["a","bcd"]}`, `{"NS":["1","22","-333"]}`, `{"BS":["AA==","AAEC"]}`, `{"L":[]}`, `{"L":[{"N":"1"},{"S":"x"}]}`, `{"M":{}}`,
		`{"M":{"key":{"S":"x"},"k":{"L":[{"M":{"a":{"NULL":true}}}]}}}`,
	} {
		add("PutItem", `"Item":{"id":{"S":"s"},"r":{"S":"s"},"a":%s}`, value)
		all = append(all, call{"DescribeTable", `{"TableName":"bulky"}`})
	}
	return all
}
