package expression

import (
	"strings"
	"testing"

	"contend/internal/embedded/attribute"
)

// beyondLimits are conditions one step beyond each published limit.
var beyondLimits = []refusal{
	{strings.Repeat("a", maxLength-len(" = :n")+1) + " = :n", "Expression size has exceeded the maximum allowed size; expression size: 4097"},
	{strings.Repeat("a=:n OR ", 150) + "a=:n", "The expression contains too many operators; operator count: 301"},
	{strings.Repeat("NOT ", 300) + "a = :n", "The expression contains too many operators; operator count: 301"},
	{strings.Repeat("NOT ", 299) + "size(a) = :n", "The expression contains too many operators; operator count: 301"},
	{strings.Repeat("(attribute_exists(a)) AND ", 150) + "attribute_exists(a)", "The expression contains too many operators; operator count: 301"},
	{"a" + strings.Repeat(".b", 32) + " = :n", "The document path has too many nesting levels; nesting levels: 33"},
	{"attribute_exists(a" + strings.Repeat("[0]", 32) + ")", "The document path has too many nesting levels; nesting levels: 33"},
	{"a IN (" + strings.Repeat(":n, ", 100) + ":n)", "The IN operator is provided with too many operands; number of operands: 101"},
	{"a IN (" + strings.Repeat(":n, ", 100) + "a)", "The first operand must be distinct from the remaining operands for this operator or function; operator: IN, first operand: [a]"},
}

// atLimits are conditions that just hold the limits. None is true of [stored].
var atLimits = []match{
	{strings.Repeat("a", maxLength-len(" = :n")) + " = :n", false},
	{strings.Repeat("n=:n OR ", 149) + "n=:n", false},
	{strings.Repeat("NOT ", 298) + "size(s) = :n", false},
	{"a" + strings.Repeat(".b", 31) + " = :n", false},
	{strings.Repeat("(attribute_exists(a)) AND ", 149) + "attribute_exists(a)", false},
	{strings.Repeat("((a) = :n OR size(a) = :n) AND ", 59) + "(a) = :n", false},
	{"a IN (" + strings.Repeat(":n, ", 99) + ":n)", false},
}

func TestLimits(t *testing.T) {
	for _, c := range beyondLimits {
		_, err := ParseCondition(c.text, given(t))
		c.expect(t, conditionLabel, err)
	}
	for _, c := range atLimits {
		if got := condition(t, c.text).Match(item(t, stored)); got != c.want {
			t.Errorf("%.40s…: got %t", c.text, got)
		}
	}
}

// TestIndexesOfLists: DynamoDB refuses from 4294967295 on, DynamoDB Local from
// 2147483648.
func TestIndexesOfLists(t *testing.T) {
	for _, index := range []string{"2147483647", "2147483648", "4294967294"} {
		if condition(t, "l["+index+"] = :n").Match(item(t, stored)) {
			t.Errorf("the list has an element %s", index)
		}
		changed, err := update(t, "SET l["+index+"] = :n").Apply(item(t, stored))
		if err != nil || changed["l"].Len() != 5 {
			t.Errorf("%s: got %v, %v, want one element more", index, changed["l"], err)
		}
	}
	for _, index := range []string{"4294967295", "9223372036854775808", strings.Repeat("9", 100)} {
		_, err := ParseProjection("a["+index+"]", given(t))
		refusal{"", "List index is not within the allowable range; index: [" + index + "]"}.expect(t, projectionLabel, err)
	}
}

func TestPlaceholderLength(t *testing.T) {
	key, tooLong := strings.Repeat("k", maxKey-1), strings.Repeat("k", maxKey)
	name := strings.Repeat("n", 1<<16-1)
	for _, c := range []struct {
		placeholders Placeholders
		want         string
	}{
		{Placeholders{Names: map[string]string{"#" + key: name}, Values: ValuesOf(attribute.Item{":" + key: attribute.Of(1)})}, ""},
		{Placeholders{Names: map[string]string{"#" + tooLong: "n"}}, "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: 256"},
		{Placeholders{Values: ValuesOf(attribute.Item{":" + tooLong: attribute.Of(1)})}, "ExpressionAttributeValues contains invalid key: The expression attribute map contains a key that is too long;"},
		{Placeholders{Names: map[string]string{"#n": ""}}, "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n"},
		{Placeholders{Names: map[string]string{"#n": name + "n"}}, "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key #n"},
	} {
		refusesUnless(t, c.want == "", c.placeholders.Check(), c.want)
	}
}

// TestNestingOfUpdates: the result of an update may nest as deep as an item that is
// stored at once, and no deeper.
func TestNestingOfUpdates(t *testing.T) {
	const deepest = 31 // lists around a text, as the value of an attribute
	old := item(t, `{"deep":`+nested(deepest)+`,"lesser":`+nested(deepest-1)+`,"l":{"L":[]},"m":{"M":{"m":{"M":{}}}}}`)
	for _, c := range []struct {
		text string
		fits bool
	}{
		{"SET a = deep", true},
		{"SET l[0] = deep", false},
		{"SET l[0] = lesser", true},
		{"SET m.k = deep", false},
		{"SET m.k = lesser", true},
		{"SET m.m.k = lesser", false},
		{"SET a = list_append(l, deep)", true},
		{"SET l[0] = list_append(lesser, lesser)", true},
		{"SET l[0] = list_append(deep, l)", false},
		{"SET l[0] = if_not_exists(deep, :n)", false},
	} {
		changed, err := update(t, c.text).Apply(old)
		refusesUnless(t, c.fits, err, errTooDeep.Message)
		if c.fits == (changed == nil) {
			t.Errorf("%s: got %s", c.text, text(changed))
		}
	}
}

func nested(lists int) string {
	return strings.Repeat(`{"L":[`, lists) + `{"S":"x"}` + strings.Repeat("]}", lists)
}
