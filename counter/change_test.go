package counter

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckToken(t *testing.T) {
	for token, want := range map[string]string{
		"a": "", "Z.9-0": "", strings.Repeat("x", 36): "",
		"":                      "0 bytes, not 1 to 36",
		strings.Repeat("x", 37): "37 bytes, not 1 to 36",
		"a b":                   `"a b" has other bytes`,
		"ä":                     `"ä" has other bytes`,
		"#initial":              `"#initial" has other bytes`,
		"a\n":                   `"a\n" has other bytes`,
		"a_b":                   `"a_b" has other bytes`,
	} {
		err := Change{Token: token}.checkToken(Key{Table: "counters", Name: "n"})
		if want == "" && err == nil {
			continue
		}
		if !errors.Is(err, ErrUnsuitable) || want == "" || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "counters/n") {
			t.Errorf("%q: got %v, want %s", token, err, want)
		}
	}
}
