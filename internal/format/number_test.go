package format

import "testing"

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Number(0), "0"},
		{Number(0.0012), "0.001"},
		{Number(0.9994), "0.999"},
		{Number(0.9996), "1.00"},
		{Number(9.994), "9.99"},
		{Number(9.996), "10.0"},
		{Number(99.96), "100"},
		{Number(12345.6), "12346"},
		{Number(99999999), "99999999"},
		{Number(1e12), "1.0e+12"},
		{Number(-2.5), "-2.50"},
		{Percent(0), "0.0%"},
		{Percent(0.00001), "<0.1%"},
		{Percent(0.5), "50.0%"},
		{Percent(0.9999999), ">99.9%"},
		{Percent(1), "100.0%"},
		{Share(0, 10), ""},
		{Share(1, 0), ""},
		{Share(1, 3), "33.3%"},
		{Units(0), "0"},
		{Units(12.5), "12.5"},
		{Units(4000000), "4000000"},
		{Units(1e300), "1.00e+300"},
		{Seconds(0), "0 s"},
		{Seconds(0.0123), "12.3 ms"},
		{Seconds(10.1), "10.1 s"},
		{Seconds(5400), "1h30m0s"},
		{Seconds(1e300), "1.0e+300 s"},
		{ChosenSeconds(10), "10 s"},
		{ChosenSeconds(5400), "5400 s"},
		{ChosenSeconds(0.25), "250 ms"},
		{ChosenSeconds(1.5e-6), "1.5 µs"},
		{ChosenSeconds(1e-9), "1 ns"},
		{ChosenSeconds(1e300), "1e+300 s"},
		{Count(0, "worker"), "0 workers"},
		{Count(1, "worker"), "1 worker"},
		{Count(2, "duration is", "durations are"), "2 durations are"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
