package layout

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		text string
		want Path
	}{
		{"hits", Path{"hits"}},
		{"stats.hits", Path{"stats", "hits"}},
		{`stats\.hits`, Path{"stats.hits"}},
		{`a\\.b`, Path{`a\`, "b"}},
		{`a\b`, Path{`a\b`}},
		{"a[b]", Path{"a[b]"}},
		{"größe.😀", Path{"größe", "😀"}},
	} {
		got, err := ParsePath(c.text)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.text, got, err, c.want)
		}
	}
	for text, want := range map[string]string{
		"":                          "must have at least 1 byte",
		".hits":                     "must have a name on both sides of each point",
		"stats..hits":               "must have a name on both sides of each point",
		"stats.":                    "must have a name on both sides of each point",
		"tags[0]":                   `elements of lists, such as "tags[0]", are not supported`,
		"tags[0].hits":              `elements of lists, such as "tags[0]", are not supported`,
		strings.Repeat("h", 256):    "must have at most 255 bytes, not 256",
		strings.Repeat("a.", 40):    "must have at most 32 names, not 41",
		"a." + longName() + ".hits": "must have at most 255 bytes, not 300",
	} {
		if _, err := ParsePath(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v, want %s", text, err, want)
		}
	}
}

func longName() string { return strings.Repeat("x", 300) }

func FuzzPathsAreReadAsTheyAreWritten(f *testing.F) {
	for _, seed := range []string{"hits", "a.b.c", `a\.b`, `\\.\.`, `a\`, "tags[3]", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, err := ParsePath(text)
		if err != nil {
			return
		}
		if again, err := ParsePath(path.String()); err != nil || !reflect.DeepEqual(again, path) {
			t.Errorf("%q became %q, then %q, %v", text, path, again, err)
		}
	})
}

func TestPathsInItems(t *testing.T) {
	seven := &types.AttributeValueMemberN{Value: "7"}
	path := Path{"stats", "today", "hits"}
	item := Item{"stats": &types.AttributeValueMemberM{Value: Item{"kept": seven}}}
	if path.In(item) != nil || (Path{"stats", "kept", "hits"}).In(item) != nil || (Path{}).In(item) != nil {
		t.Error("an attribute was found that is not there")
	}
	if err := path.PutInto(item, seven); err != nil || path.In(item) != seven || (Path{"stats", "kept"}).In(item) != seven {
		t.Errorf("got %+v, %v", item, err)
	}
	if err := (Path{"stats", "kept", "hits"}).PutInto(item, seven); err == nil || err.Error() != "stats.kept is not a map, and stats.kept.hits should be in it" {
		t.Errorf("got %v", err)
	}
	names := map[string]string{}
	if got := path.Expression("#value", names); got != "#value.#value1.#value2" || names["#value1"] != "today" || len(names) != 3 {
		t.Errorf("got %s with %v", got, names)
	}
}

func TestOverlappingPaths(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"hits", "hits", true}, {"stats", "stats.hits", true}, {"stats.hits", "stats", true}, {"stats.hits", "stats.rev", false}, {"hits", "rev", false},
	} {
		a, _ := ParsePath(c.a)
		b, _ := ParsePath(c.b)
		if a.Overlaps(b) != c.want {
			t.Errorf("%s and %s: want %t", c.a, c.b, c.want)
		}
	}
}
