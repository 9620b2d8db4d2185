package counter

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckToken(t *testing.T) {
	for token, want := range map[string]string{
		"a": "", "Z.9-0": "", strings.Repeat("x", 36): "",
		"":                      `: ""`,
		strings.Repeat("x", 37): strings.Repeat("x", 37),
		"a b":                   `"a b"`,
		"ä":                     `"ä"`,
		"#initial":              `"#initial"`,
		"a\n":                   `"a\n"`,
		"a_b":                   `"a_b"`,
	} {
		err := Change{Token: token}.checkToken(Key{Table: "counters", Name: "n"})
		if want == "" && err == nil {
			continue
		}
		if !errors.Is(err, ErrToken) || want == "" || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "counters/n") {
			t.Errorf("%q: got %v, want %s", token, err, want)
		}
	}
}
