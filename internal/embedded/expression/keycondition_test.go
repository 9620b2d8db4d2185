package expression

import (
	"fmt"
	"testing"
)

// TestComparisons: the comparisons that key conditions put on a table's keys. The
// differential test of the server compares the messages with DynamoDB Local.
func TestComparisons(t *testing.T) {
	const (
		operator = "Invalid operator used in KeyConditionExpression: "
		first    = " operator must have the key attribute as its first operand"
		invalid  = "Invalid condition in KeyConditionExpression: "
		nested   = "KeyConditionExpressions cannot contain nested operations"
	)
	for _, c := range []struct{ text, want string }{
		{"a = :n", "a = N:1"},
		{":n = a", "a = N:1"},
		{"#n = :n", "n = N:1"},
		{"a = :n AND b < :two", "a = N:1, b < N:2"},
		{"(a = :n) AND (b < :two)", "a = N:1, b < N:2"},
		{":two < b AND a = :n", "b > N:2, a = N:1"},
		{":two <= b", "b >= N:2"},
		{":two > b", "b < N:2"},
		{":two >= b", "b <= N:2"},
		{"b BETWEEN :n AND :two", "b BETWEEN N:1 N:2"},
		{"a = :n AND b BETWEEN :n AND :two", "a = N:1, b BETWEEN N:1 N:2"},
		{"begins_with(b, :s)", "b begins_with S:x"},
		{"", "Invalid KeyConditionExpression: The expression can not be empty;"},
		{"a = ", `Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "= "`},
		{"a = :nothing", "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; attribute value: :nothing"},
		{"if_not_exists(a, :n)", "Invalid KeyConditionExpression: The function is not allowed in a condition expression; function: if_not_exists"},
		{"a <> :n", operator + "<>"},
		{"a IN (:n)", operator + "IN"},
		{"NOT a = :n", operator + "NOT"},
		{"a = :n OR b = :n", operator + "OR"},
		{"a = :n AND (b = :n OR b = :two)", operator + "OR"},
		{"attribute_exists(a)", operator + "attribute_exists"},
		{"contains(a, :n)", operator + "contains"},
		{"size(a) = :n", nested},
		{"a = size(b)", nested},
		{"a = b", invalid + "Multiple attribute names used in one condition"},
		{"a BETWEEN b AND :n", invalid + "Multiple attribute names used in one condition"},
		{":n = :n", invalid + "No key attribute specified"},
		{":n BETWEEN a AND :two", invalid + "BETWEEN" + first},
		{"begins_with(:s, a)", invalid + "begins_with" + first},
		{"a.b = :n", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{"a = :n AND a = :n", "KeyConditionExpressions must only contain one condition per key"},
		{"a = :n AND b = :n AND c = :n", "Conditions can be of length 1 or 2 only"},
	} {
		if got := asked(t, c.text); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
}

// asked returns the comparisons of a key condition, or the reason why it is refused.
func asked(t *testing.T, text string) string {
	condition, err := ParseKeyCondition(text, given(t))
	if err != nil {
		return err.Error()
	}
	comparisons, err := condition.Comparisons()
	if err != nil {
		return err.Error()
	}
	all := ""
	for i, c := range comparisons {
		if i > 0 {
			all += ", "
		}
		all += c.Name + " " + c.Operator
		for _, v := range c.Values {
			all += " " + show(v)
		}
	}
	return all
}

func TestUses(t *testing.T) {
	filter, err := ParseFilter("a.b = :n AND NOT size(c) < d[0] OR a IN (e, :n)", given(t))
	if err != nil {
		t.Fatal(err)
	}
	projection, err := ParseProjection("a.b, #dot", given(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		got  []Use
		want string
	}{
		{filter.Uses(), "[{a true} {c false} {d true} {a false} {e false}]"},
		{projection.Uses(), "[{a true} {a.b false}]"},
	} {
		if got := fmt.Sprint(c.got); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
