package report

import "testing"

func TestARateThatWasNotKeptIsDoubted(t *testing.T) {
	for _, c := range []struct {
		due, started float64
		doubted      bool
	}{{100, 100, false}, {100, 95, false}, {100, 94, true}, {0, 0, false}} {
		if got := (&OpenLoop{DueRatePerS: c.due, StartedRatePerS: c.started}).doubts(); (got != nil) != c.doubted {
			t.Errorf("%v of %v: got %q", c.started, c.due, got)
		}
	}
}
