package watching

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadLog(t *testing.T) {
	for text, want := range map[string]string{
		"":   "map[:{0 0 0 0}]",
		"{}": "map[:{0 1 0 0}]",
		`{"by":2}` + "\n\n" + `{"by":-3,"end":"unknown"}` + "\n" + `{"by":4,"end":"unknown","extra":1}` + "\n" + `{"end":"failed"}`: "map[:{0 2 -3 4}]",
		`{"counter":"a"}` + "\n" + `{"counter":"b","end":"gave up"}` + "\n" + `{"counter":"a","end":"applied"}`:                     "map[a:{0 2 0 0} b:{0 0 0 0}]",
		"[]":                       "1: not an operation",
		"{}\nnonsense":             "2: not an operation",
		`{"end":"maybe"}`:          `1: end: must be "applied"`,
		`{"counter":"a"}` + "\n{}": "some lines name a counter",
		`{"by":9223372036854775807}` + "\n" + `{"by":1}`: "2: by: the sum of all changes is beyond 64 bits",
		`{"by":1.5}`: "1: not an operation",
	} {
		claims, err := readLog(strings.NewReader(text))
		got := fmt.Sprint(claims)
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	if _, err := ReadLog("missing"); err == nil {
		t.Error("a missing log: no error")
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add(`{"counter":"a","by":1,"end":"unknown"}`)
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := readLog(strings.NewReader(text))
		if err == nil && len(claims) == 0 {
			t.Error("no claim")
		}
		for name, c := range claims {
			if c.Low > 0 || c.High < 0 {
				t.Errorf("%q: %+v", name, c)
			}
		}
	})
}
