package retry

import (
	"testing"
	"time"
)

// TestAverage: a client moves its average by a tenth of what it measures. One that stood
// still for long is not taken for one that is far away, and the time of a first connection
// is soon forgotten.
func TestAverage(t *testing.T) {
	for _, c := range []struct{ average, took, want time.Duration }{
		{0, 30 * ms, 30 * ms},
		{20 * ms, 30 * ms, 21 * ms},
		{20 * ms, 10 * ms, 19 * ms},
		{20 * ms, 80 * ms, 26 * ms},
		{20 * ms, 10 * second, 26 * ms},
		{300 * ms, 2 * ms, 8 * ms},
		{8 * ms, 2 * ms, 7400 * time.Microsecond},
	} {
		if got := Average(c.average, c.took); got != c.want {
			t.Errorf("%v after %v: got %v, want %v", c.took, c.average, got, c.want)
		}
	}
}
