package layout

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestItemsOfAllTypesSurvive(t *testing.T) {
	item := Item{
		"s": s("ä\u2028"), "n": n("1e-5"), "b": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", ""}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {}}}, "true": &types.AttributeValueMemberBOOL{Value: true},
		"null": &types.AttributeValueMemberNULL{Value: true}, "": &types.AttributeValueMemberBOOL{},
		"m": &types.AttributeValueMemberM{Value: Item{"inner": n("7"), "empty": &types.AttributeValueMemberM{Value: Item{}}}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{s("x"), &types.AttributeValueMemberL{Value: []types.AttributeValue{}}}},
	}
	text, err := MarshalItem(item)
	if err != nil {
		t.Fatal(err)
	}
	got, err := UnmarshalItem(text)
	if err != nil || !reflect.DeepEqual(got, item) {
		t.Errorf("%s: got %v, %v", text, got, err)
	}
}

func TestTextsThatAreNoItems(t *testing.T) {
	for text, want := range map[string]string{
		`null`:                        "is no item",
		`[]`:                          "cannot unmarshal array",
		`{"a": 1}`:                    `attribute "a": json`,
		`{"a": {}}`:                   "must have exactly one type",
		`{"a": {"S": "x", "N": "1"}}`: "must have exactly one type",
		`{"a": {"Q": "x"}}`:           `has the unknown type "Q"`,
		`{"a": {"S": 7}}`:             "cannot unmarshal number",
		`{"a": {"L": [{"S": 7}]}}`:    `attribute "a": element 0`,
		`{"a": {"M": null}}`:          "is no item",
		`{"a":` + strings.Repeat(`{"L":[`, 99) + strings.Repeat(`]}`, 99) + `}`: "has too many levels",
	} {
		if _, err := UnmarshalItem([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %s", text, err, want)
		}
	}
	if _, err := MarshalItem(Item{"a": nil}); err == nil {
		t.Error("a value without a type became text")
	}
}

func FuzzItemsAreReadAsTheyAreWritten(f *testing.F) {
	f.Add([]byte(`{"PK": {"S": "x"}, "l": {"L": [{"M": {"n": {"N": "1"}}}, {"NULL": true}]}, "b": {"BS": ["AA=="]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		item, err := UnmarshalItem(text)
		if err != nil {
			return
		}
		again, err := MarshalItem(item)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := UnmarshalItem(again); err != nil || !reflect.DeepEqual(read, item) {
			t.Errorf("%s became %s: %v", text, again, err)
		}
	})
}
