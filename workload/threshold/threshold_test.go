package threshold

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text, want string
		limit      float64
	}{
		{"p99 < 200ms", "p99 < 200ms", 200},
		{"  p99<200 ms ", "p99 < 200ms", 200},
		{"service.p99_9 <= 1.5s", "service.p99_9 <= 1.5s", 1500},
		{"gap > 800us", "gap > 800us", 0.8},
		{"gap > 800µs", "gap > 800us", 0.8},
		{"conflict_rate < 0.8", "conflict_rate < 0.8", 0.8},
		{"conflict_rate < 80%", "conflict_rate < 80%", 0.8},
		{"throughput >= 500/s", "throughput >= 500/s", 500},
		{"throughput >= 500", "throughput >= 500", 500},
		{"cost_per_million < $1.25", "cost_per_million < $1.25", 1.25},
		{"failed == 0", "failed == 0", 0},
		{"fairness != 1.0", "fairness != 1", 1},
		{"exactly_once == pass", "exactly_once == pass", 0},
	} {
		got, err := Parse(c.text)
		if err != nil || got.String() != c.want || got.Limit() != c.limit {
			t.Errorf("%q: got %q, %v, %v, want %q, %v", c.text, got, got.Limit(), err, c.want, c.limit)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "must be a metric, one of < <= > >= == != and a value"},
		{"p99", "must be a metric"},
		{"p99 <", "must be a metric"},
		{"p99 = 3ms", "must be a metric"},
		{"p99 < 200", "the limit of p99 needs a unit, as in 200ms"},
		{"p99 < 200%", `the unit "%" does not fit p99, which is a duration, as in 200ms`},
		{"p99 < 3h", `the unit "h" does not fit p99`},
		{"p99 < fast", `the limit of p99 must be a number, as in 200ms, 1.5s or 800us, not "fast"`},
		{"p99 < -1ms", "the limit of p99 must be a number"},
		{"p99 < 1e3ms", `the unit "e3ms" does not fit p99`},
		{"p99 < $3ms", `the unit "$ms" does not fit p99`},
		{"p99 < 9999999999999ms", "the limit of p99 must be a number from 0 to 1000000000000, not 9.999999999999e+12"},
		{"conflict_rate < 3ms", `the unit "ms" does not fit conflict_rate, which is a part of 1, as in 0.8 or 80%`},
		{"failed < 3%", `the unit "%" does not fit failed, which is a plain number`},
		{"throughput > 3/m", `the unit "/m" does not fit throughput, which is a rate`},
		{"cost_per_million < 1.25$x", `the unit "$x" does not fit`},
		{"exactly_once < pass", "exactly_once is not a number: compare it by == or !=, not by <"},
		{"exactly_once == passed", `exactly_once is one of pass, fail, inconclusive, skipped, not "passed"`},
		{"p98 < 3ms", `unknown metric "p98"`},
	} {
		if _, err := Parse(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s…", c.text, err, c.want)
		}
	}
	var unknown *UnknownMetricError
	if _, err := Parse("p98 < 3ms"); !errors.As(err, &unknown) || unknown.Name != "p98" {
		t.Errorf("got %v, want an unknown metric", err)
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, c := range []Threshold{
		{},
		{Metric: "failed"},
		{Metric: "failed", Operator: "=<"},
		{Metric: "failed", Operator: Less, Number: math.NaN()},
		{Metric: "failed", Operator: Less, Number: math.Inf(1)},
		{Metric: "failed", Operator: Less, Number: -1},
		{Metric: "failed", Operator: Less, Finding: "pass"},
		{Metric: "verdict", Operator: Equal, Finding: "pass", Number: 1},
		{Metric: "p99", Operator: Less, Number: 1},
	} {
		if err := c.Check(); err == nil {
			t.Errorf("%+v: got no error", c)
		}
	}
}

func TestKeeps(t *testing.T) {
	for _, c := range []struct {
		text             string
		below, at, above bool
	}{
		{"p50 < 1s", true, false, false},
		{"p50 <= 1s", true, true, false},
		{"p50 > 1s", false, false, true},
		{"p50 >= 1s", false, true, true},
		{"p50 == 1s", false, true, false},
		{"p50 != 1s", true, false, true},
	} {
		limit, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if limit.Keeps(999) != c.below || limit.Keeps(1000) != c.at || limit.Keeps(1001) != c.above {
			t.Errorf("%s: got %t, %t, %t", c.text, limit.Keeps(999), limit.Keeps(1000), limit.Keeps(1001))
		}
		if limit.Keeps(math.NaN()) && limit.Operator != NotEqual {
			t.Errorf("%s: kept by what is not a number", c.text)
		}
	}
	is, isNot := Threshold{Metric: "chain", Operator: Equal, Finding: "fail"}, Threshold{Metric: "chain", Operator: NotEqual, Finding: "fail"}
	if !is.KeepsFinding("fail") || is.KeepsFinding("pass") || isNot.KeepsFinding("fail") || !isNot.KeepsFinding("pass") {
		t.Error("findings are compared wrongly")
	}
}

func TestNamesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range Names() {
		if seen[name] {
			t.Errorf("%s is listed twice", name)
		}
		seen[name] = true
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"p99 < 200ms", "cost_per_million <= $1.5", "verdict != fail", "conflict_rate > 80%", "failed == 0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(parsed.String())
		if err != nil || again != parsed {
			t.Errorf("%q: parsed as %q, and that as %+v, %v", text, parsed, again, err)
		}
	})
}
