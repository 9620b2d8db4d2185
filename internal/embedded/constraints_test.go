package embedded_test

import (
	"fmt"
	"strings"
	"testing"

	"contend/internal/embedded"
)

// Constraints, in the words of AWS's messages.
const (
	notNull     = "Member must not be null"
	ofPattern   = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
	capacities  = "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
	metrics     = "Member must satisfy enum value set: [SIZE, NONE]"
	returns     = "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
	selects     = "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
	onFailure   = "Member must satisfy enum value set: [ALL_OLD, NONE]"
	lengthOver0 = "Member must have length greater than or equal to 1"
	lengthOver2 = "Member must have length greater than or equal to 3"
	valueOver0  = "Member must have value greater than or equal to 1"
)

// unmetConstraint is a constraint and the value that does not meet it.
func unmetConstraint(valueAt, constraint string) string {
	return "Value " + valueAt + " failed to satisfy constraint: " + constraint
}

// TestUnmetConstraintsAreToldTogether: AWS lists all unmet constraints in one message, in
// the order of its model. It does so before it looks for the table.
func TestUnmetConstraintsAreToldTogether(t *testing.T) {
	null := func(path string) string { return unmetConstraint("null at '"+path+"'", notNull) }
	const x = `"ReturnConsumedCapacity":"X","ReturnItemCollectionMetrics":"X"`
	xCapacity, xMetrics := unmetConstraint("'X' at 'returnConsumedCapacity'", capacities), unmetConstraint("'X' at 'returnItemCollectionMetrics'", metrics)
	xReturns, xOnFailure := unmetConstraint("'X' at 'returnValues'", returns), unmetConstraint("'X' at 'returnValuesOnConditionCheckFailure'", onFailure)
	long := strings.Repeat("é", 256)
	for _, c := range []struct {
		operation, body string
		unmet           []string
	}{
		{"GetItem", `{}`, []string{null("tableName"), null("key")}},
		{"GetItem", `{"TableName":null,"Key":null}`, []string{null("tableName"), null("key")}},
		{"GetItem", `{"TableName":"a b","Key":{"n":{"N":"x"}},"ReturnConsumedCapacity":"X"}`, []string{xCapacity, unmetConstraint("'a b' at 'tableName'", ofPattern)}},
		{"GetItem", `{"TableName":"` + long + `","Key":{}}`, []string{unmetConstraint("'"+long+"' at 'tableName'", ofPattern),
			unmetConstraint("'"+long+"' at 'tableName'", "Member must have length less than or equal to 255")}},
		{"UpdateItem", `{"TableName":"",` + x + `,"ReturnValues":"X"}`,
			[]string{xCapacity, unmetConstraint("'' at 'tableName'", lengthOver0), xMetrics, xReturns, null("key")}},
		{"UpdateItem", `{"TableName":"none","Key":{},"ReturnValues":"","ReturnValuesOnConditionCheckFailure":"X","UpdateExpression":"??"}`,
			[]string{unmetConstraint("'' at 'returnValues'", returns), xOnFailure}},
		{"PutItem", `{` + x + `,"ReturnValues":"X"}`, []string{xCapacity, null("tableName"), null("item"), xReturns, xMetrics}},
		{"DeleteItem", `{` + x + `,"ReturnValues":"X"}`, []string{xCapacity, null("tableName"), xReturns, xMetrics, null("key")}},
		{"Query", `{"Select":"X","Limit":-1,"ReturnConsumedCapacity":"X","TableName":"t"}`,
			[]string{unmetConstraint("'X' at 'select'", selects), xCapacity, unmetConstraint("'-1' at 'limit'", valueOver0)}},
		{"TransactWriteItems", `{"TransactItems":[],"ClientRequestToken":"",` + x + `}`,
			[]string{unmetConstraint("'' at 'clientRequestToken'", lengthOver0), xCapacity, xMetrics, unmetConstraint("'[]' at 'transactItems'", lengthOver0)}},
		{"TransactWriteItems", `{"TransactItems":[{},{"Put":{"TableName":"a b"},"Delete":{"TableName":"none"}},{"Update":{"TableName":"none","Key":{},"ReturnValuesOnConditionCheckFailure":"X"}}]}`,
			[]string{null("transactItems.2.member.delete.key"), unmetConstraint("'a b' at 'transactItems.2.member.put.tableName'", ofPattern), null("transactItems.2.member.put.item"),
				unmetConstraint("'X' at 'transactItems.3.member.update.returnValuesOnConditionCheckFailure'", onFailure), null("transactItems.3.member.update.updateExpression")}},
		{"TransactGetItems", `{"TransactItems":[{},{"Get":{}}],"ReturnConsumedCapacity":"X"}`,
			[]string{xCapacity, null("transactItems.1.member.get"), null("transactItems.2.member.get.tableName"), null("transactItems.2.member.get.key")}},
		{"BatchGetItem", `{"RequestItems":{"none":{},"a b":{"Keys":[]}},"ReturnConsumedCapacity":"X"}`,
			[]string{xCapacity, unmetConstraint(`'{"none":{},"a b":{"Keys":[]}}' at 'requestItems'`, "Map keys must satisfy constraint: ["+
				"Member must have length less than or equal to 255, "+lengthOver2+", "+ofPattern+"]"),
				null("requestItems.none.member.keys"), unmetConstraint("at 'RequestItems.a b.member.Keys'", lengthOver0)}},
		{"CreateTable", `{"TableName":"a?","BillingMode":"X","ProvisionedThroughput":{"ReadCapacityUnits":0},"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"L"}],"KeySchema":[{"KeyType":"X"}]}`,
			[]string{unmetConstraint("'L' at 'attributeDefinitions.1.member.attributeType'", "Member must satisfy enum value set: [B, N, S]"),
				unmetConstraint("'a?' at 'tableName'", ofPattern), unmetConstraint("'a?' at 'tableName'", lengthOver2),
				unmetConstraint("'X' at 'billingMode'", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"),
				null("provisionedThroughput.writeCapacityUnits"), unmetConstraint("'0' at 'provisionedThroughput.readCapacityUnits'", valueOver0),
				null("keySchema.1.member.attributeName"), unmetConstraint("'X' at 'keySchema.1.member.keyType'", "Member must satisfy enum value set: [HASH, RANGE]")}},
		{"ListTables", `{"Limit":101,"ExclusiveStartTableName":"a"}`,
			[]string{unmetConstraint("'101' at 'limit'", "Member must have value less than or equal to 100"), unmetConstraint("'a' at 'exclusiveStartTableName'", lengthOver2)}},
		{"UpdateTimeToLive", `{"TableName":"x","TimeToLiveSpecification":{}}`, []string{unmetConstraint("'x' at 'tableName'", lengthOver2),
			null("timeToLiveSpecification.attributeName"), null("timeToLiveSpecification.enabled")}},
	} {
		want := fmt.Sprintf("400 com.amazon.coral.validate#ValidationException: %d validation errors detected: %s", len(c.unmet), strings.Join(c.unmet, "; "))
		if got := bareServer().ask(t, call{c.operation, c.body}); got != want {
			t.Errorf("%s %.200s\n got  %s\n want %s", c.operation, c.body, got, want)
		}
	}
}

// bareServer is a server without tables.
func bareServer() peer { return peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}} }

// TestAtMostTenUnmetConstraintsAreTold: the message about a hundred unmet constraints
// lists ten.
func TestAtMostTenUnmetConstraintsAreTold(t *testing.T) {
	body := `{"TransactItems":[` + strings.Repeat(`{"Delete":{"TableName":"table"}},`, 99) + `{"Delete":{"TableName":"table"}}]}`
	got := bareServer().ask(t, call{"TransactWriteItems", body})
	if !strings.Contains(got, ": 10 validation errors detected: ") || strings.Count(got, notNull) != 10 || !strings.HasSuffix(got, "'transactItems.10.member.delete.key' failed to satisfy constraint: "+notNull) {
		t.Error(got)
	}
}

// TestWhatIsNoUnmetConstraint: mistakes in the shape of the JSON are reported before
// constraints, and mistakes in the values of items after them.
func TestWhatIsNoUnmetConstraint(t *testing.T) {
	const refused, shape = "400 com.amazon.coral.validate#ValidationException: ", "400 com.amazon.coral.service#SerializationException: "
	for _, c := range []struct{ operation, body, want string }{
		{"GetItem", `{"TableName":5,"ReturnConsumedCapacity":"X"}`, shape + "the field TableName cannot be a JSON number"},
		{"GetItem", `{"ReturnConsumedCapacity":5}`, shape + "the field ReturnConsumedCapacity cannot be a JSON number"},
		{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":5}}]}`, shape + "the field TableName cannot be a JSON number"},
		{"Query", `{"TableName":"none","Limit":0.5}`, shape + "the field Limit cannot be a number that is not whole"},
		{"Query", `{"TableName":"none","ExclusiveStartKey":{"n":{"N":"x"}},"ConsistentRead":"no","Select":"X"}`, shape + "the field ConsistentRead cannot be a JSON string"},
		{"GetItem", `{"TableName":"none","Key":{"n":{"N":"x"}}}`, refused + "The parameter cannot be converted to a numeric value: x"},
		{"GetItem", `{"TableName":"a","Key":{}}`, "400 com.amazonaws.dynamodb.v20120810#ResourceNotFoundException: Requested resource not found"},
		{"CreateTable", `{"BillingMode":"X"}`, refused + "The parameter 'TableName' is required but was not present in the request"},
		{"UpdateItem", `{"TableName":"none","Key":{},"ReturnValues":null,"ReturnConsumedCapacity":null}`, "400 com.amazonaws.dynamodb.v20120810#ResourceNotFoundException: Requested resource not found"},
	} {
		if got := bareServer().ask(t, call{c.operation, c.body}); got != c.want {
			t.Errorf("%s %s\n got  %s\n want %s", c.operation, c.body, got, c.want)
		}
	}
}
