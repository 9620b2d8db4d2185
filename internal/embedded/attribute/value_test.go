package attribute

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/valyala/fastjson"
)

func read(text string) (Value, error) {
	v, err := fastjson.Parse(text)
	if err != nil {
		return Value{}, err
	}
	return Decode(v)
}

func mustDecode(t testing.TB, text string) Value {
	t.Helper()
	v, err := read(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestValueRoundTrip(t *testing.T) {
	for _, text := range []string{
		`{"S":"a"}`, `{"S":""}`, `{"S":"é\"\\\n"}`, `{"N":"1"}`, `{"B":"AP8="}`, `{"BOOL":true}`, `{"BOOL":false}`, `{"NULL":true}`,
		`{"SS":["a","b"]}`, `{"NS":["1","2.5"]}`, `{"BS":["YQ=="]}`, `{"L":[]}`, `{"L":[{"S":"a"},{"L":[{"N":"1"}]}]}`, `{"M":{}}`, `{"M":{"k":{"M":{"z":{"NULL":true}}}}}`,
	} {
		v := mustDecode(t, text)
		written := v.AppendJSON(nil)
		if !json.Valid(written) || !Equal(mustDecode(t, string(written)), v) {
			t.Errorf("%s is written %s", text, written)
		}
	}
	if got := string(AppendItem(nil, Item{})); got != "{}" {
		t.Errorf("an empty item is written %s", got)
	}
}

func TestValueRefusals(t *testing.T) {
	deep := strings.Repeat(`{"L":[`, maxDepth+1) + `{"S":"a"}` + strings.Repeat(`]}`, maxDepth+1)
	for _, c := range []struct{ text, want string }{
		{`{}`, emptyValue}, {`{"X":"1"}`, emptyValue}, {`{"S":null}`, emptyValue}, {`{"S":"a","N":"1"}`, manyTypes}, {`{"NULL":false}`, falseNull},
		{`{"SS":[]}`, "One or more parameter values were invalid: An string set  may not be empty"},
		{`{"NS":[]}`, "One or more parameter values were invalid: An number set  may not be empty"},
		{`{"BS":[]}`, emptyBinary},
		{`{"SS":["a","a"]}`, "One or more parameter values were invalid: Input collection [a, a] contains duplicates"},
		{`{"NS":["1","1.0"]}`, "Input collection contains duplicates"},
		{`{"N":"x"}`, notNumber + ": x"}, {`{"L":[{"M":{"a":{"N":"x"}}}]}`, notNumber + ": x"}, {deep, tooDeep},
	} {
		var refused *ValidationError
		if _, err := read(c.text); !errors.As(err, &refused) || refused.Message != c.want {
			t.Errorf("%.60s: got %v, want %s", c.text, err, c.want)
		}
	}
	for _, text := range []string{`5`, `[]`, `"a"`, `{"L":{}}`, `{"M":[]}`, `{"BOOL":"x"}`, `{"B":"!"}`, `{"B":5}`, `{"SS":[{}]}`, `{"S":{}}`} {
		if _, err := read(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"N":"1"}`, `{"N":"1.0"}`, true}, {`{"N":"1"}`, `{"S":"1"}`, false}, {`{"S":"a"}`, `{"B":"YQ=="}`, false},
		{`{"SS":["a","b"]}`, `{"SS":["b","a"]}`, true}, {`{"SS":["a","b"]}`, `{"SS":["a"]}`, false}, {`{"SS":["a","b"]}`, `{"SS":["a","c"]}`, false},
		{`{"L":[{"S":"a"},{"S":"b"}]}`, `{"L":[{"S":"b"},{"S":"a"}]}`, false}, {`{"L":[{"N":"1"}]}`, `{"L":[{"N":"1E0"}]}`, true},
		{`{"M":{"a":{"N":"1"}}}`, `{"M":{"a":{"N":"1"}}}`, true}, {`{"M":{"a":{"N":"1"}}}`, `{"M":{"b":{"N":"1"}}}`, false}, {`{"M":{}}`, `{"M":{"b":{"N":"1"}}}`, false},
		{`{"BOOL":true}`, `{"BOOL":false}`, false}, {`{"NULL":true}`, `{"NULL":true}`, true},
	} {
		if got := Equal(mustDecode(t, c.a), mustDecode(t, c.b)); got != c.want {
			t.Errorf("%s and %s: got %t", c.a, c.b, got)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		order int
		ok    bool
	}{
		{`{"N":"9"}`, `{"N":"10"}`, -1, true}, {`{"S":"9"}`, `{"S":"10"}`, 1, true}, {`{"S":"Z"}`, `{"S":"a"}`, -1, true}, {`{"B":"AP8="}`, `{"B":"AA=="}`, 1, true},
		{`{"S":"1"}`, `{"N":"1"}`, 0, false}, {`{"BOOL":true}`, `{"BOOL":true}`, 0, false}, {`{"SS":["a"]}`, `{"SS":["a"]}`, 0, false},
	} {
		if order, ok := Compare(mustDecode(t, c.a), mustDecode(t, c.b)); order != c.order || ok != c.ok {
			t.Errorf("%s and %s: got %d, %t", c.a, c.b, order, ok)
		}
	}
}

// TestSets shows that sets do not change in place: others may hold them.
func TestSets(t *testing.T) {
	a, b := mustDecode(t, `{"NS":["1","2"]}`), mustDecode(t, `{"NS":["2","3"]}`)
	union, difference := Union(a, b), Difference(a, b)
	if !Equal(union, mustDecode(t, `{"NS":["1","2","3"]}`)) || !Equal(difference, mustDecode(t, `{"NS":["1"]}`)) || a.Len() != 2 {
		t.Errorf("got %s and %s, and %s is left", union.AppendJSON(nil), difference.AppendJSON(nil), a.AppendJSON(nil))
	}
	if rest := Difference(a, union); rest.Len() != 0 {
		t.Errorf("got %s", rest.AppendJSON(nil))
	}
}

// FuzzValue: a value that is accepted is encoded as valid JSON, which decodes to the
// same value.
func FuzzValue(f *testing.F) {
	for _, seed := range []string{`{"S":"a"}`, `{"N":"1E3"}`, `{"L":[{"M":{"k":{"SS":["x"]}}}]}`, `{"B":"AP8="}`, `{"NULL":true}`, `{"NS":["1","2"]}`, "{\"S\":\"\x80\"}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := read(text)
		if err != nil {
			return
		}
		written := v.AppendJSON(nil)
		if !json.Valid(written) {
			t.Fatalf("%q is written %q, which is not JSON", text, written)
		}
		again, err := read(string(written))
		if err != nil || !Equal(again, v) {
			t.Fatalf("%q is written %s and read as another value (%v)", text, written, err)
		}
	})
}
