package embedded_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"contend/internal/embedded/attribute"
)

// Types of errors, as patterns.
const (
	validation     = `400 com\.amazon\.coral\.validate#ValidationException: `
	serialization  = `400 com\.amazon\.coral\.service#SerializationException: `
	unknown        = `400 com\.amazonaws\.dynamodb\.v20120810#UnknownOperationException: `
	internal       = `500 com\.amazonaws\.dynamodb\.v20120810#InternalFailure: .*`
	conditionFalse = `400 com\.amazonaws\.dynamodb\.v20120810#ConditionalCheckFailedException: .*`
	anything       = `(?s:.*)`
	invalidValues  = `One or more parameter values were invalid: `
)

// differences are the answers that may differ, each with its reason. The test fails if one
// of them no longer occurs.
var differences = []difference{
	{"Local gives some numbers back as they were spelled, AWS and we always without an exponent", respelled},
	{"of an attribute that was updated in part Local returns the whole, AWS and we the part", partly},
	differs("Local reports the capacity of deleting nothing without being asked",
		`200 \{\}`, `200 \{"ConsumedCapacity":\{"CapacityUnits":1,"TableName":"\w+"\}\}`),
	{"Local charges nothing for reading nothing, AWS and we the least that a read costs", chargesNothing},
	differs("Local counts the size of a page after the filter, AWS and we before it",
		`200 \{"ConsumedCapacity":.*"Items":\[\],"LastEvaluatedKey":\{.*"ScannedCount":3\}`, `200 \{"ConsumedCapacity":.*"ScannedCount":4\}`),

	// JSON of the wrong shape.
	differs("Local fails on JSON of the wrong shape, AWS and we answer SerializationException", serialization+anything, internal),
	differs("Local takes JSON of another type for a value, AWS and we answer SerializationException",
		serialization+`.*(cannot be|can not be|Unexpected).*`, `200 .*|`+validation+`.*|`+conditionFalse+`|400 .*ResourceNotFoundException: .*`),
	differs("Local ignores what follows the JSON", serialization+`the request is not a JSON object`, `200 \{\}`),
	differs("Local fails on an unknown enum value, AWS and we name it", validation+`1 validation error detected: Value '\w+' at 'billingMode' .*`, internal),
	differs("Local fails on an unknown enum value with an unrelated message, AWS and we name it",
		validation+`1 validation error detected: Value '\w+' at 'returnConsumedCapacity' .*`, validation+`Cannot have null key for GetItem, DeleteItem, or UpdateItem`),
	differs("Local takes enum values in any case",
		validation+`1 validation error detected: Value 'total' at 'returnConsumedCapacity' .*`, `200 .*"ConsumedCapacity".*`),
	differs("Local takes an empty text for an enum value that is not given, AWS and we refuse it",
		validation+`1 validation error detected: Value '' at '(returnConsumedCapacity|select|billingMode)' .*`, `200 .*`),
	differs("of a member that is given twice Local takes the last, we the first", `400 .*ResourceNotFoundException: .*`, `200 \{\}`),
	differs("Local does not read ReturnItemCollectionMetrics",
		validation+`1 validation error detected: Value 'COLOUR' at 'returnItemCollectionMetrics' .*`, `200 \{\}`),

	// What this server does not have.
	differs("parameters older than expressions are not built: refused, never ignored",
		validation+`the parameter (AttributesToGet|Expected|ConditionalOperator|AttributeUpdates|IndexName|KeyConditions|QueryFilter) is not supported by this server`, anything),
	differs("operations that are not built are named", unknown+`the operation \w+ is not supported by this server`, unknown+anything+`|`+validation+anything),

	// Headers.
	differs("Local fails without a target, AWS and we name the problem", unknown+`An unknown operation was requested\.`, internal),
	differs("Local knows of other services", unknown+`An unknown operation was requested\.`, `400 .*#InvalidAction: .*`),
	differs("no signature is verified or even read", `200 \{"TableNames".*`, internal),

	// Updates of tables.
	{"Local does not note when units were raised and lowered", unnoted},
	differs("Local has neither a maximum nor warm throughput, and no other settings", anything, validation+`Nothing to update`),
	differs("AWS and we look whether there is anything to update before we look for the table", validation+`At least one of ProvisionedThroughput, .*`, notFound),
	differs("Local ignores units of a table on demand, AWS and we refuse them", validation+invalidValues+`Neither ReadCapacityUnits nor .*`, `200 .*"TableDescription".*`),
	differs("AWS and we want the units with the mode", validation+invalidValues+`ProvisionedThroughput must be specified when .*`, `200 .*"TableDescription".*`),

	// Transactions.
	{"Local ends the message of a failed ConditionCheck with a full stop, AWS and we do not", punctuated},
	{"Local counts a transaction's write units twice over, and those of like items once; AWS and we count two for each KB of each item", miscounted},
	{"Local does not tell on which side a TransactGetItems consumed a table's units", unsided},
	differs("Local refuses a transaction for what an item does not allow, AWS and we cancel it with that reason",
		cancelledFor+`"ValidationError","Message":"`+itemProblems+`".*`, validation+itemProblems),
	differs("Local gives only the first reason where the key is to be updated", cancelledFor+`"ValidationError","Message":"One or more parameter values were invalid: Cannot update attribute id\. .*`,
		cancelledFor+`\[\{"Code":"ValidationError","Message":"One or more parameter values were invalid: Cannot update attribute id\. [^{]*`),
	differs("we refuse two actions on one item before we look at any item",
		validation+`Transaction request cannot include multiple operations on one item`, cancelledFor+`.*|`+validation+itemProblems+`|`+notFound),
	differs("we look for all tables before we look at any item", notFound, validation+itemProblems+`|`+cancelledFor+`.*`),
	differs("AWS and we require the expression of an Update", validation+`1 validation error detected: Value null at 'transactItems\.1\.member\.update\.updateExpression' .*`, `200 \{\}`),
	differs("AWS and we refuse an empty token", validation+`1 validation error detected: Value '' at 'clientRequestToken' .* greater than or equal to 1`, `200 \{\}`),
	differs("a mismatch of parameters has a message with us",
		`400 .*#IdempotentParameterMismatchException: The request has .*`, `400 .*#IdempotentParameterMismatchException: `),
	differs("Local cancels a TransactGetItems without reasons", cancelledFor+`.*"Message":"The provided key element does not match the schema".*`,
		cancelled+`One or more parameter values were invalid: Type mismatch for key`),
	differs("we refuse a key of the wrong attributes alike in all operations", validation+wrongKey, cancelled+wrongKey),
	differs("Local fails on an unknown enum value of an action, AWS and we name it",
		validation+`1 validation error detected: Value 'X' at 'transactItems\.1\.member\.put\.returnValuesOnConditionCheckFailure' .*`, internal),

	differs("AWS and we take names and values of a Put that no expression uses", `200 \{\}|`+cancelledFor+`.*`,
		validation+`(ExpressionAttribute(Names|Values) can only be specified when using expressions.*|Value provided in ExpressionAttribute(Names|Values) unused in expressions: .*)`),
	differs("AWS and we name the empty names of a Put that has no expression", validation+`ExpressionAttribute(Names|Values) must not be empty`,
		validation+`ExpressionAttribute(Names|Values) can only be specified when using expressions.*`),

	// Which of several problems is named.
	differs("AWS and we tell all unmet constraints of a request together, Local one problem",
		validation+`([2-9]|10) validation errors detected: .*`, `400 .*`),
	differs("AWS and we look for unmet constraints before anything else", validation+`1 validation error detected: .*`,
		notFound+`|`+validation+`(Invalid ConditionExpression: .*|Provided list of item keys contains duplicates|Transaction request cannot include multiple operations on one item)`),
	differs("AWS and we look for a table whose name is too short for one", notFound, validation+`Invalid table/index name\..*`),
	differs("of paths that overlap or conflict Local names others than those that do",
		validation+`Invalid (Update|Projection)Expression: Two document paths .*`, validation+`Invalid (Update|Projection)Expression: Two document paths .*`),
	differs("of several problems of an update with its item Local names any",
		itemProblem, itemProblem),
	differs("we decode all values before we read expressions",
		validation+`The parameter cannot be converted to a numeric value.*`, validation+`Invalid ProjectionExpression: Syntax error.*`),
	differs("AWS and we refuse to update the key before the condition is looked at",
		validation+`One or more parameter values were invalid: Cannot update attribute id\. .*`, conditionFalse),

	// Expressions and keys.
	differs("Local takes two spellings of a number for two keys, AWS and we for duplicates",
		validation+`Provided list of item keys contains duplicates`, `200 \{"Responses".*`),
	differs("AWS and we tell the size of an expression that is too long",
		validation+`(Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;).*`, validation+`(Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;)`),
	differs("AWS and we tell which key is too long", validation+`One or more parameter values were invalid: Size of (hash|range)key has exceeded .*`,
		validation+`Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes`),
	differs("Local cuts characters outside the basic plane in two", validation+`Invalid ConditionExpression: Syntax error; token: "😀".*`,
		validation+`Invalid ConditionExpression: Syntax error; token: ".*`),
	differs("Local fails to return what was not updated", `200 \{("ConsumedCapacity".*)?\}`, internal),
	differs("Local shows an object of Java for a binary value", validation+`Invalid (Key|)(Condition|Filter)Expression: The BETWEEN operator requires .*\{B:.*`,
		validation+`Invalid (Key|)(Condition|Filter)Expression: The BETWEEN operator requires .*java\.nio\.HeapByteBuffer.*`),
	differs("Local lists types that DynamoDB does not have",
		validation+`Invalid ConditionExpression: Incorrect operand type .*: attribute_type, operand type: \{S,N,B,BOOL,NULL,SS,NS,BS,L,M\}`,
		validation+`Invalid ConditionExpression: Incorrect operand type .*: attribute_type, operand type: \{.*\bHD\b.*\}`),
}

// wordings are messages that AWS and this server send, and those that DynamoDB Local sends
// instead.
var wordings = []wording{
	worded("a table that is not there", `Requested resource not found(: Table: \S* not found)?`, `Cannot do operations on a non-existent table`),
	worded("a key that is not the table's, or of an item without it",
		`The provided key element does not match the schema|One or more parameter values were invalid: (Missing the key \S+ in the item|Type mismatch for key \S+ expected: \w+ actual: \w+)`,
		`One of the required keys was not given a value|The number of conditions on the keys is invalid|Invalid attribute value type|One or more parameter values were invalid: Type mismatch for key`),
	worded("a number that is none", `(?s)The parameter cannot be converted to a numeric value(: .*?)?(?P<rest> for key :\w+$|$)`,
		`A value provided cannot be converted into a number(?P<rest>)`),
	worded("a table that is there already", `Table already exists: \S+`, `Cannot create preexisting table`),
	unmet("a key that is not given", `null at 'key'`, `must not be null`, `Cannot have null key for GetItem, DeleteItem, or UpdateItem`),
	unmet("an item that is not given", `null at 'item'`, `must not be null`, `Item to put in PutItem cannot be null`),
	worded("a name that no table can have, or none", `ValidationException: (The parameter 'TableName' is required but was not present in the request`+
		`|1 validation error detected: Value (null|'[^']*') at '(tableName|exclusiveStartTableName)' failed to satisfy constraint: Member must (not be null|have length .*|satisfy regular expression pattern: \S*)`+
		`|1 validation error detected: Value '\{.*\}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: \[.*\])`,
		`ValidationException: Invalid table/index name\..*`),
	unmet("a limit that is too low", `'-?\d+' at 'limit'`, `must have value greater than or equal to 1`, `Limit must be greater than or equal to 1`),
	unmet("a limit that is too high", `'\d+' at 'limit'`, `must have value less than or equal to 100`, `Limit in ListTables must be <= 100`),
	worded("ReturnValues that there are not, or that an operation has not", `ReturnValues can only be ALL_OLD or NONE`+
		`|1 validation error detected: Value '\w*' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: \[.*\]`, `Return values set to invalid value`),
	unmet("a Select that there is not", `'\w*' at 'select'`, `must satisfy enum value set: \[.*\]`, `Select must be ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, COUNT, or SPECIFIC_ATTRIBUTES`),
	unmet("a batch of nothing", `(null )?at '[Rr]equestItems'`, `must (not be null|have length greater than or equal to 1)`, `BatchGetItem must have some requests set`),
	unmet("a batch without keys of a table", `(null )?at '[Rr]equestItems\.\w+\.member\.[Kk]eys'`, `must (not be null|have length greater than or equal to 1)`,
		`The list of keys in RequestItems for BatchGetItem is required: \w+ has empty list`),
	unmet("a batch of too many keys of a table", `at 'RequestItems\.\w+\.member\.Keys'`, `must have length less than or equal to 100`, `Too many items requested for the BatchGetItem call`),
	unmet("a key to get that is not given", `null at 'transactItems\.\d+\.member\.get\.key'`, `must not be null`, `Get Condition for key not in key list`),
	unmet("an action that gets nothing, or no actions at all", `(null at 'transactItems(\.\d+\.member\.get)?'|'\[\]' at 'transactItems')`, `must (not be null|have length greater than or equal to 1)`,
		`Value (null|\[\]) at 'transactItems' failed to satisfy constraint: Member must (not be null|have length greater than or equal to 1)`),
	unmet("too many actions", `at 'TransactItems'`, `must have length less than or equal to 100`, `Member must have length less than or equal to 100`),
	worded("a token that is too long", `ValidationException: 1 validation error detected: Value '\w+' at (?P<rest>'clientRequestToken' .*)`, `ValidationException: Value \w+ at (?P<rest>'clientRequestToken' .*)`),
	worded("a member of a transaction", `ValidationException: 1 validation error detected: Value null at (?P<rest>'transactItems\b.*)`, `ValidationException: Value null at (?P<rest>'transactItems\b.*)`),
	unmet("a specification that is not given", `null at 'timeToLiveSpecification'`, `must not be null`, `TimeToLiveSpecification cannot be null`),
	unmet("a specification without an attribute", `null at 'timeToLiveSpecification\.attributeName'`, `must not be null`, `AttributeName cannot be null when time to live is being enabled`),
	unmet("a throughput that is too low", `(null|'-?\d+') at 'provisionedThroughput\.(read|write)CapacityUnits'`, `must (not be null|have value greater than or equal to 1)`,
		`Table read and write throughput must be at least 1, and cannot be null`),
	unmet("a key schema that is not given", `null at 'keySchema'`, `must not be null`, `No defined key schema\..*`),
	unmet("a key schema that is too long", `'\[KeySchemaElement.*\]' at 'keySchema'`, `must have length less than or equal to 2`, `Key Schema too big\..*`),
	unmet("a key schema without a hash key", `('\[\]' at 'keySchema'|'\w*' at 'keySchema\.1\.member\.keyType')`, `must (have length greater than or equal to 1|satisfy enum value set: \[HASH, RANGE\])`,
		`No Hash Key specified in schema\..*`),
	unmet("definitions that are not given", `null at 'attributeDefinitions'`, `must not be null`, `No Attribute Schema Defined`),
	unmet("a type that no key has", `'\w*' at 'attributeDefinitions\.1\.member\.attributeType'`, `must satisfy enum value set: \[B, N, S\]`, `Member must satisfy enum value set: \[B, N, S\]`),
	worded("units that the table has already", `The provisioned throughput for the table will not change\..*`, `The requested throughput value equals the current value`),
	worded("a mode without its units", invalidValues+`ProvisionedThroughput must be specified when BillingMode is PROVISIONED`, `No provisioned throughput specified for the table`),
	worded("a number of too many digits", `Attempting to store more than 38 significant digits in a Number`, `DynamoDB only supports precision up to 38 digits`),
}

// wording is a message in two forms.
type wording struct {
	why         string
	ours, local *regexp.Regexp
}

func worded(why, ours, local string) wording {
	return wording{why, regexp.MustCompile(ours), regexp.MustCompile(local)}
}

// unmet is the message about a single unmet constraint, and DynamoDB Local's message
// instead.
func unmet(why, valueAt, constraint, local string) wording {
	return worded(why, `ValidationException: 1 validation error detected: Value `+valueAt+` failed to satisfy constraint: Member `+constraint,
		`ValidationException: (?:`+local+`)`)
}

// inOneWording replaces each known wording in an answer, in either form, by its number in
// the list. Only refusals have messages.
func inOneWording(answer string) string {
	if !strings.HasPrefix(answer, "400 ") {
		return answer
	}
	for i, w := range wordings {
		for _, form := range []*regexp.Regexp{w.ours, w.local} {
			rest := ""
			if form.SubexpIndex("rest") > 0 {
				rest = "${rest}"
			}
			answer = form.ReplaceAllString(answer, fmt.Sprintf("<message %d>%s", i, rest))
		}
	}
	return answer
}

// Parts of the answers to transactions, as patterns.
const (
	cancelled    = `400 com\.amazonaws\.dynamodb\.v20120810#TransactionCanceledException: `
	cancelledFor = cancelled + `Transaction cancelled, please refer cancellation reasons for specific reasons \[[A-Za-z, ]*\] \{"CancellationReasons":.*`
	notFound     = `400 .*#ResourceNotFoundException: (Cannot do operations on a non-existent table|Requested resource not found(: Table: .* not found)?)`
	wrongKey     = `(One of the required keys was not given a value|The number of conditions on the keys is invalid|The provided key element does not match the schema)`
	itemProblems = `(The document path provided in the update expression is invalid for update` +
		`|The provided expression refers to an attribute that does not exist in the item` +
		`|An operand in the update expression has an incorrect data type` +
		`|Item size to update has exceeded the maximum allowed size` +
		`|DynamoDB only supports precision up to 38 digits.*|Attempting to store more than 38 significant digits in a Number|Number (over|under)flow\..*)`
)

const itemProblem = validation + itemProblems

// numeral is a number in an answer's JSON, or in the message of BETWEEN.
var numeral = regexp.MustCompile(`("|N:)(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)("|\})`)

// respelled reports whether the answers differ only in the spelling of numbers, and ours
// is the plain spelling.
func respelled(ours, local string) bool {
	return ours == numeral.ReplaceAllStringFunc(local, func(match string) string {
		parts := numeral.FindStringSubmatch(match)
		number, err := attribute.ParseDecimal(parts[2])
		if err != nil {
			return match
		}
		return parts[1] + number.String() + parts[3]
	})
}

// chargesNothing reports whether the answers differ only in capacity and the spelling of
// numbers, and ours consumes more.
func chargesNothing(ours, local string) bool {
	if !respelled(capacity.ReplaceAllString(ours, ""), capacity.ReplaceAllString(local, "")) {
		return false
	}
	isNothing := strings.Contains(ours, `"Count":0`) || strings.Contains(ours, `"Responses":`)
	return isNothing && consumed(ours) > consumed(local)
}

var capacity = regexp.MustCompile(`"CapacityUnits":([0-9.]+)`)

// consumed sums all capacities in an answer.
func consumed(answer string) float64 {
	sum := 0.0
	for _, match := range capacity.FindAllStringSubmatch(answer, -1) {
		units, _ := strconv.ParseFloat(match[1], 64) // the pattern is that of a number
		sum += units
	}
	return sum
}

// punctuated reports whether the answers differ only in the spelling of numbers and in a
// full stop after the message of a failed condition.
func punctuated(ours, local string) bool {
	const message = `"The conditional request failed`
	return strings.Contains(local, message+`."`) && respelled(ours, strings.ReplaceAll(local, message+`."`, message+`"`))
}

// unitCount is a number of units in an answer.
var unitCount = regexp.MustCompile(`(CapacityUnits":)[0-9.]+`)

// miscounted reports whether two answers to a transaction that writes differ only in the
// numbers of units.
func miscounted(ours, local string) bool {
	return strings.HasPrefix(ours, `200 {"ConsumedCapacity":[`) && !strings.Contains(ours, `"Responses"`) &&
		unitCount.ReplaceAllString(ours, "$1") == unitCount.ReplaceAllString(local, "$1")
}

// unnoted reports whether the answers differ only in the times at which units were
// changed, which ours have.
func unnoted(ours, local string) bool {
	changed := regexp.MustCompile(`("Last(?:Increase|Decrease)DateTime"|"NumberOfDecreasesToday"):[0-9.e+]+`)
	return ours != local && changed.ReplaceAllString(ours, "$1:0") == local
}

// unsided reports whether two answers to a TransactGetItems differ only in the read units
// of each table, which ours name apart.
func unsided(ours, local string) bool {
	side := regexp.MustCompile(`("Table":\{"CapacityUnits":[0-9.]+),"ReadCapacityUnits":[0-9.]+\}`)
	return side.MatchString(ours) && respelled(side.ReplaceAllString(ours, "$1}"), local)
}

// partly reports whether both answers have the same attributes, and each of ours is a part
// of theirs.
func partly(ours, local string) bool {
	a, b := attributes(ours), attributes(local)
	return len(a) > 0 && len(a) == len(b) && isPart(a, b)
}

func attributes(answer string) map[string]any {
	body, _ := strings.CutPrefix(answer, "200 ")
	var decoded struct{ Attributes map[string]any }
	_ = json.Unmarshal([]byte(body), &decoded) // an error's answer has none
	return decoded.Attributes
}

// isPart reports whether whole has everything in part, with the elements of a list in the
// same order. A set must be equal, and an empty value is a part of nothing.
func isPart(part, whole any) bool {
	switch part := part.(type) {
	case map[string]any:
		whole, _ := whole.(map[string]any)
		for name, value := range part {
			isSet := name == "SS" || name == "NS" || name == "BS"
			if isSet && !reflect.DeepEqual(value, whole[name]) || !isPart(value, whole[name]) {
				return false
			}
		}
		return len(part) > 0 || len(whole) == 0
	case []any:
		whole, _ := whole.([]any)
		empty := len(whole) == 0
		for _, value := range part {
			at := slices.IndexFunc(whole, func(w any) bool { return isPart(value, w) })
			if at < 0 {
				return false
			}
			whole = whole[at+1:]
		}
		return len(part) > 0 || empty
	}
	return part == whole
}
