package counter

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestFindRecent(t *testing.T) {
	const recent = "a 2 10\nab 3 -9223372036854775808\nbroken\nhalf 5\nword x 7\n"
	for _, c := range []struct {
		token string
		want  State
		ok    bool
	}{
		{"a", State{Version: 2, Value: 10}, true},
		{"ab", State{Version: 3, Value: -9223372036854775808}, true},
		{"b", State{}, false},
		{"broken", State{}, false},
		{"half", State{}, false},
		{"word", State{}, false},
	} {
		got, ok := findRecent(recent, c.token)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%q: got %+v, %t; want %+v, %t", c.token, got, ok, c.want, c.ok)
		}
	}
}

func TestLastEntries(t *testing.T) {
	for _, c := range []struct {
		recent string
		most   int
		want   string
	}{{"", 1, "new"}, {"a", 1, "new"}, {"a", 2, "a new"}, {"a\nb\nc", 3, "b c new"}, {"a\nb\nc", 1, "new"}} {
		if got := strings.Join(lastEntries(c.recent, "new", c.most), " "); got != c.want {
			t.Errorf("%q, at most %d: got %q, want %q", c.recent, c.most, got, c.want)
		}
	}
}

func TestRecentOfOthers(t *testing.T) {
	mixed := &types.AttributeValueMemberL{Value: []types.AttributeValue{number(1), &types.AttributeValueMemberS{Value: "a 2 3"}}}
	for what, c := range map[string]struct {
		attribute types.AttributeValue
		want      string
	}{"nothing": {nil, ""}, "a number": {number(1), ""}, "an empty list": {&types.AttributeValueMemberL{}, ""}, "a mixed list": {mixed, "a 2 3"}} {
		if got := recentOf(c.attribute); got != c.want {
			t.Errorf("%s: got %q, want %q", what, got, c.want)
		}
	}
}

// FuzzRecent: tokens that were written are found, whatever stands beside them.
func FuzzRecent(f *testing.F) {
	f.Add("a 1 2\nb 2 3", "c", int64(4), int64(-5))
	f.Fuzz(func(t *testing.T, recent, token string, version, value int64) {
		_, _ = findRecent(recent, token)
		if (Change{Token: token}).checkToken(Key{}) != nil || strings.Contains("\n"+recent, "\n"+token+" ") {
			return
		}
		want := State{Version: version, Value: value}
		kept := recentOf(recentAttribute(lastEntries(recent, recentEntry(token, want), 3)))
		if got, ok := findRecent(kept, token); !ok || got != want {
			t.Errorf("got %+v, %t of %q, want %+v", got, ok, kept, want)
		}
	})
}
