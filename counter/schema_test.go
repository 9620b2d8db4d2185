package counter_test

import (
	"strings"
	"testing"

	"contend/counter"
)

func TestSchemaRefuses(t *testing.T) {
	for _, c := range []struct{ attribute, want string }{
		{"", ""},
		{"value", ""},
		{"hits", ""},
		{"Version", ""},
		{strings.Repeat("h", 255), ""},
		{strings.Repeat("ä", 128), "must have at most 255 bytes, not 256"},
		{"id", `must not be "id", which is the key`},
		{"version", `must not be "version", which holds something else in the items of contend`},
		{"updated", `must not be "updated", which holds something else in the items of contend`},
	} {
		schema, got := counter.Schema{Attribute: c.attribute}, ""
		if err := schema.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.attribute, got, c.want)
		}
		strategy, err := schema.NewStrategy(counter.AtomicAddName, nil, counter.DefaultParameters())
		if (err == nil) != (c.want == "") || (strategy == nil) != (err != nil) {
			t.Errorf("%q: got %v, %v", c.attribute, strategy, err)
		}
	}
}

func TestUnknownStrategy(t *testing.T) {
	_, err := counter.Schema{Attribute: "hits"}.NewStrategy("quorum", nil, counter.DefaultParameters())
	if want := `unknown strategy "quorum" (known: ` + strings.Join(counter.StrategyNames(), ", ") + `)`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
