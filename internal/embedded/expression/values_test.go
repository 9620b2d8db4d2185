package expression

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"contend/internal/embedded/attribute"
)

// TestValues compares Values with a map, with few placeholders and with many.
func TestValues(t *testing.T) {
	random, values := rand.New(rand.NewPCG(1, 2)), &Values{}
	for range 200 {
		values.Clear()
		want := map[string]attribute.Value{}
		names := 1 + random.IntN(4*few)
		for range random.IntN(2 * names) {
			placeholder, value := fmt.Sprint(":", random.IntN(names)), attribute.Of(random.Int64())
			values.Set(placeholder, value)
			want[placeholder] = value
		}
		if values.Len() != len(want) {
			t.Fatalf("%d values, want %d", values.Len(), len(want))
		}
		for i := range names {
			placeholder := fmt.Sprint(":", i)
			value, ok := values.Get(placeholder)
			if wanted, is := want[placeholder]; ok != is || !attribute.Equal(value, wanted) {
				t.Fatalf("%s is %v (%t) among %d values, want %v (%t)", placeholder, value, ok, len(want), wanted, is)
			}
		}
		for placeholder, value := range values.All() {
			if wanted, is := want[placeholder]; !is || !attribute.Equal(value, wanted) {
				t.Fatalf("All yields %s with %v, want %v (%t)", placeholder, value, wanted, is)
			}
			delete(want, placeholder)
		}
		if len(want) > 0 {
			t.Fatalf("All leaves out %v", want)
		}
	}
	if value, ok := (*Values)(nil).Get(":a"); ok || (*Values)(nil).Len() > 0 {
		t.Errorf("no values have %v", value)
	}
}
