package expression

import (
	"strings"
	"testing"

	"contend/internal/embedded/attribute"
)

func TestPlaceholderKeys(t *testing.T) {
	for _, c := range []struct {
		key         string
		name, value bool // what it may stand for
	}{
		{"#n", true, false},
		{"#1", true, false},
		{"#_", true, false},
		{"#A_1", true, false},
		{":n", false, true},
		{":1", false, true},
		{":_", false, true},
		{"n", false, false},
		{"", false, false},
		{"#", false, false},
		{":", false, false},
		{"#a-b", false, false},
		{":a.b", false, false},
		{"#é", false, false},
		{"##a", false, false},
		{": a", false, false},
	} {
		complaint := " contains invalid key: Syntax error; key: \"" + c.key + "\""
		names := Placeholders{Names: map[string]string{c.key: "n"}}
		values := Placeholders{Values: ValuesOf(attribute.Item{c.key: attribute.Of(1)})}
		refusesUnless(t, c.name, names.Check(), "ExpressionAttributeNames"+complaint)
		refusesUnless(t, c.value, values.Check(), "ExpressionAttributeValues"+complaint)
	}
}

func refusesUnless(t *testing.T, fine bool, err error, complaint string) {
	t.Helper()
	switch {
	case fine && err != nil:
		t.Errorf("got %v, want no complaint", err)
	case !fine && (err == nil || err.Error() != complaint):
		t.Errorf("got %v, want %s", err, complaint)
	}
}

func TestUnused(t *testing.T) {
	for _, c := range []struct{ condition, names, values, want string }{
		{"#a = :a", "#a", ":a", ""},
		{"#a = :a AND #a < :a", "#a", ":a", ""},
		{"a = b", "", "", ""},
		{"a = :a", "#a", ":a", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
		{"#a = b", "#a", ":a", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"},
		{"a = b", "#a", ":a", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
		{"#b = :a", "#c #b #a", ":a", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}"},
		{"a = :b", "", ":c :b :a", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :c}"},
	} {
		p := &Placeholders{Names: map[string]string{}, Values: ValuesOf(attribute.Item{})}
		for _, name := range strings.Fields(c.names) {
			p.Names[name] = name[1:]
		}
		for _, name := range strings.Fields(c.values) {
			p.Values.Set(name, attribute.Of(1))
		}
		if _, err := ParseCondition(c.condition, p); err != nil {
			t.Fatalf("%s: %v", c.condition, err)
		}
		refusesUnless(t, c.want == "", p.Unused(), c.want)
	}
}
