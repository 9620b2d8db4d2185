package attribute

import (
	"errors"
	"strings"
	"testing"

	"github.com/valyala/fastjson"
)

func readItem(text string) (Item, error) {
	v, err := fastjson.Parse(text)
	if err != nil {
		return nil, err
	}
	return DecodeItem(v)
}

func TestItemRefusals(t *testing.T) {
	const duplicate = "One or more parameter values were invalid: Input collection "
	for _, c := range []struct{ text, want string }{
		{`{"a":null}`, "The supplied Item contains a null AttributeValue: a is null"},
		{`{"a":{"M":{"k":null}}}`, "The supplied Item contains a null AttributeValue: k is null"},
		{`{"a":{"L":[null]}}`, "The supplied Item contains a null AttributeValue"},
		{`{"a":{"BS":[null]}}`, "The supplied Item contains a null AttributeValue"},
		{`{"a":{"SS":[null]}}`, "One or more parameter values were invalid: An string set may not have a null string as a member"},
		{`{"a":{"NS":[null]}}`, "The parameter cannot be converted to a numeric value"},
		{`{"a":{"NS":["1","x"]}}`, "The parameter cannot be converted to a numeric value: x"},
		{`{"a":{"N":"x"},"b":null}`, "The parameter cannot be converted to a numeric value: x"},
		{`{"a":{"M":{"k":{"N":"1E200"}}}}`, "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{`{"a":{"L":[{}]}}`, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{`{"a":{"SS":["a","b","b","a"]}}`, duplicate + "[a, b, b, a] contains duplicates"},
		{`{"a":{"BS":["AA==","AA=="]}}`, duplicate + "of type BS contains duplicates."},
		{`{"a":{"NS":["1","2","2E0"]}}`, "Input collection contains duplicates"},
		{`{"":{"S":"x"}}`, "Empty attribute name"},
		{`{"a":{"M":{"":{"S":"x"}}}}`, "Empty attribute name"},
		{`{"` + strings.Repeat("k", 1<<16) + `":{"S":"x"}}`, "Attribute name is too large, must be less than 65536 bytes"},
	} {
		var refused *ValidationError
		if _, err := readItem(c.text); !errors.As(err, &refused) || refused.Message != c.want {
			t.Errorf("%.60s: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestItemOfWrongShape(t *testing.T) {
	for _, text := range []string{
		`[]`, `"a"`, `5`, `null`, `{"a":5}`, `{"a":"x"}`, `{"a":[]}`, `{"a":{"S":true}}`, `{"a":{"N":{}}}`, `{"a":{"B":"AA"}}`, `{"a":{"B":"!"}}`, `{"a":{"BOOL":"true"}}`,
		`{"a":{"BOOL":1}}`, `{"a":{"NULL":"x"}}`, `{"a":{"SS":"x"}}`, `{"a":{"SS":[[]]}}`, `{"a":{"BS":["!"]}}`, `{"a":{"L":{}}}`, `{"a":{"M":[]}}`, `{"a":{"M":{"k":5}}}`,
	} {
		var malformed *SerializationError
		if _, err := readItem(text); !errors.As(err, &malformed) || malformed.Error() == "" {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// TestDeepestItem: 31 lists or maps around a value may be stored, 32 may not.
func TestDeepestItem(t *testing.T) {
	for _, c := range []struct{ opening, closing string }{{`{"L":[`, `]}`}, {`{"M":{"k":`, `}}`}} {
		nested := func(n int) string { return strings.Repeat(c.opening, n) + `{"S":"x"}` + strings.Repeat(c.closing, n) }
		item, err := readItem(`{"a":` + nested(31) + `}`)
		if err != nil || item["a"].Depth() != 31 {
			t.Errorf("31 levels of %s: %v, depth %d", c.opening, err, item["a"].Depth())
		}
		if _, err := readItem(`{"a":` + nested(32) + `}`); err == nil || err.Error() != tooDeep {
			t.Errorf("32 levels of %s: %v", c.opening, err)
		}
	}
}

func TestDepth(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{`{"S":"x"}`, 0}, {`{"SS":["x"]}`, 0}, {`{"L":[]}`, 1}, {`{"M":{}}`, 1}, {`{"L":[{"S":"x"},{"M":{"k":{"L":[]}}},{"L":[]}]}`, 3}, {`{"M":{"a":{"S":"x"},"b":{"L":[{"N":"1"}]}}}`, 2},
	} {
		if got := mustDecode(t, c.text).Depth(); got != c.want {
			t.Errorf("%s: got %d, want %d", c.text, got, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	elements := map[Kind]Kind{StringSet: String, NumberSet: Number, BinarySet: Binary}
	for kind := String; kind <= Map; kind++ {
		if again, ok := ParseKind(kind.String()); !ok || again != kind {
			t.Errorf("%q is read as %q, %t", kind, again, ok)
		}
		if got := kind.Element(); got != elements[kind] {
			t.Errorf("the elements of %q are %q", kind, got)
		}
	}
	for _, descriptor := range []string{"", "s", "X", "SSS", "BOOLEAN"} {
		if _, ok := ParseKind(descriptor); ok {
			t.Errorf("%q is taken", descriptor)
		}
	}
	if Unset.String() != "" {
		t.Errorf("unset is %q", Unset)
	}
}

func TestOf(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 1<<63 - 1, -1 << 63} {
		if got := Of(n); got.Kind != Number || !Equal(got, mustDecode(t, string(got.AppendJSON(nil)))) {
			t.Errorf("%d is %s", n, got.AppendJSON(nil))
		}
	}
}
