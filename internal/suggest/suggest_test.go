package suggest

import "testing"

func TestNearest(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"workers", "workers"},
		{"worker", "workers"},
		{"wokrers", "workers"},
		{"WORKERS", "workers"},
		{"max-attempts", "max_attempts"},
		{"dur", "duration"},
		{"udration", "duration"}, // neighbours that changed places
		{"du", ""},
		{"x", ""},
		{"", ""},
		{"something-else", ""},
		{"workersworkersworkersworkersworkersworkers", ""},
	} {
		if got := Nearest(c.word, []string{"workers", "duration", "max_attempts"}); got != c.want {
			t.Errorf("%q: got %q, want %q", c.word, got, c.want)
		}
	}
}
