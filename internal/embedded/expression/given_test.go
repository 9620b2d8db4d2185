package expression

import (
	"testing"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// stored is the item that the tables of expressions are about.
const stored = `{
	"id": {"S":"x"}, "n": {"N":"5"}, "half": {"N":"-2.5"}, "s": {"S":"text"}, "e": {"S":""}, "u": {"S":"é世😀"},
	"b": {"B":"AAEC"}, "t": {"BOOL":true}, "z": {"NULL":true}, "ss": {"SS":["a","b"]}, "ns": {"NS":["1","2.50"]}, "bs": {"BS":["AA==","AQ=="]},
	"l": {"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]},
	"m": {"M":{"k":{"S":"v"},"deep":{"M":{"x":{"N":"1"}}},"l":{"L":[{"N":"9"}]}}},
	"a.b": {"N":"3"}, "value": {"N":"4"}
}`

// operands are the values that the tables of expressions use.
const operands = `{
	":n": {"N":"1"}, ":two": {"N":"2"}, ":five": {"N":"5.0"}, ":nine": {"N":"9"}, ":neg": {"N":"-3"}, ":big": {"N":"9E125"}, ":tiny": {"N":"1E-130"},
	":s": {"S":"x"}, ":text": {"S":"text"}, ":te": {"S":"te"}, ":xt": {"S":"xt"}, ":empty": {"S":""}, ":a": {"S":"a"}, ":b": {"S":"b"},
	":bin": {"B":"AAEC"}, ":head": {"B":"AAE="}, ":byte": {"B":"AQ=="}, ":t": {"BOOL":true}, ":f": {"BOOL":false}, ":z": {"NULL":true},
	":l": {"L":[]}, ":list": {"L":[{"N":"1"},{"S":"x"}]}, ":m": {"M":{}}, ":map": {"M":{"k":{"S":"v"}}},
	":ss": {"SS":["x","y"]}, ":ba": {"SS":["b","a"]}, ":ns": {"NS":["1"]}, ":nums": {"NS":["2.5","1.0"]}, ":bs": {"BS":["AQ==","AA=="]},
	":S": {"S":"S"}, ":N": {"S":"N"}, ":B": {"S":"B"}, ":BOOL": {"S":"BOOL"}, ":NULL": {"S":"NULL"}, ":SS": {"S":"SS"}, ":NS": {"S":"NS"}, ":BS": {"S":"BS"}, ":L": {"S":"L"}, ":M": {"S":"M"}
}`

// names are the names that the tables of expressions use.
var names = map[string]string{"#n": "n", "#k": "k", "#dot": "a.b", "#value": "value"}

// given returns all placeholders, none of them used.
func given(t testing.TB) *Placeholders {
	t.Helper()
	return &Placeholders{Names: names, Values: ValuesOf(item(t, operands))}
}

// changedTo is [stored] with other attributes, without those that are null.
func changedTo(t *testing.T, attributes string) attribute.Item {
	t.Helper()
	parsed, err := fastjson.Parse(attributes)
	if err != nil {
		t.Fatal(err)
	}
	changed := item(t, stored)
	parsed.GetObject().Visit(func(name []byte, value *fastjson.Value) {
		if value.Type() == fastjson.TypeNull {
			delete(changed, string(name))
			return
		}
		decoded, err := attribute.Decode(value)
		if err != nil {
			t.Fatal(err)
		}
		changed[string(name)] = decoded
	})
	return changed
}

func equal(a, b attribute.Item) bool {
	return attribute.Equal(attribute.OfFields(a), attribute.OfFields(b))
}
