package report

import (
	"math"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{figures(0), "0"},
		{figures(0.0012), "0.001"},
		{figures(0.9994), "0.999"},
		{figures(0.9996), "1.00"},
		{figures(9.994), "9.99"},
		{figures(9.996), "10.0"},
		{figures(99.96), "100"},
		{figures(12345.6), "12346"},
		{figures(99999999), "99999999"},
		{figures(1e12), "1.0e+12"},
		{figures(-2.5), "-2.50"},
		{percent(0), "0.0%"},
		{percent(0.00001), "<0.1%"},
		{percent(0.5), "50.0%"},
		{percent(0.9999999), ">99.9%"},
		{percent(1), "100.0%"},
		{share(0, 10), ""},
		{share(1, 0), ""},
		{share(1, 3), "33.3%"},
		{units(0), "0"},
		{units(12.5), "12.5"},
		{units(4000000), "4000000"},
		{units(1e300), "1.00e+300"},
		{lasting(0), "0 s"},
		{lasting(0.0123), "12.3 ms"},
		{lasting(10.1), "10.1 s"},
		{lasting(5400), "1h30m0s"},
		{lasting(1e300), "1.0e+300 s"},
		{limit(10), "10 s"},
		{limit(5400), "5400 s"},
		{limit(0.25), "250 ms"},
		{limit(1.5e-6), "1.5 µs"},
		{limit(1e-9), "1 ns"},
		{limit(1e300), "1e+300 s"},
		{plural(0, "worker"), "0 workers"},
		{plural(1, "worker"), "1 worker"},
		{plural(2, "duration is", "durations are"), "2 durations are"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestExcessDoesNotOverflow(t *testing.T) {
	c := Counter{Initial: math.MinInt64, Final: new(int64(math.MaxInt64)), Acknowledged: -1}
	if got := c.excess().String(); got != "18446744073709551616" {
		t.Errorf("got %s", got)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"  one  two ", 10, []string{"one two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"a abcdefgh", 4, []string{"a", "abcd", "efgh"}},
		{"计数器 x", 4, []string{"计数", "器 x"}},
		{"a\x1b[31mb\nc", 20, []string{"a\ufffd[31mb c"}},
	} {
		got := wrap(c.text, c.width)
		if len(got) != len(c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: got %q, want %q", c.text, got, c.want)
			}
		}
	}
}
