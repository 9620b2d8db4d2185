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
		{"p95 < 100ms", "p95 < 100ms", 100},
		{"p99.5 < 100ms", "p99.5 < 100ms", 100},
		{"p99_5 < 100ms", "p99_5 < 100ms", 100},
		{"read.p99<50ms", "read.p99 < 50ms", 50},
		{"increment.p50 < 1s", "increment.p50 < 1s", 1000},
		{"decrement.max < 1s", "decrement.max < 1s", 1000},
		{"attempt.p0.000001 < 1s", "attempt.p0.000001 < 1s", 1000},
		{"p100 < 1s", "p100 < 1s", 1000},
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
		{"conflict_rate < 3ms", `the unit "ms" does not fit conflict_rate, which is a fraction, as in 0.8 or 80%`},
		{"failed < 3%", `the unit "%" does not fit failed, which is a plain number`},
		{"throughput > 3/m", `the unit "/m" does not fit throughput, which is a rate`},
		{"cost_per_million < 1.25$x", `the unit "$x" does not fit`},
		{"exactly_once < pass", "exactly_once is not a number: compare it with == or !=, not with <"},
		{"exactly_once == passed", `exactly_once is one of pass, fail, inconclusive, skipped, not "passed"`},
		{"p98x < 3ms", `unknown metric "p98x"`},
		{"p0 < 3ms", "p0 is not a percentile: one is above 0 and at most 100"},
		{"service.p0.000 < 3ms", "service.p0.000 is not a percentile"},
		{"p100.1 < 3ms", "p100.1 is not a percentile"},
		{"p101 < 3ms", "p101 is not a percentile"},
		{"p099 < 3ms", `unknown metric "p099"`},
		{"p99.9999999 < 3ms", `unknown metric "p99.9999999"`},
		{"p99. < 3ms", `unknown metric "p99."`},
		{"p.5 < 3ms", `unknown metric "p.5"`},
		{"write.p99 < 3ms", `unknown metric "write.p99"`},
	} {
		if _, err := Parse(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s…", c.text, err, c.want)
		}
	}
	var unknown *UnknownMetricError
	if _, err := Parse("p98x < 3ms"); !errors.As(err, &unknown) || unknown.Name != "p98x" {
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

// TestAPercentileHasOneName: all spellings of a percentile are the same metric.
func TestAPercentileHasOneName(t *testing.T) {
	for _, c := range []struct {
		name, want string
		latency    string
		percentile float64
	}{
		{"p99", "p99", "", 99},
		{"p99.0", "p99", "", 99},
		{"p99.9", "p99_9", "", 99.9},
		{"p99_90", "p99_9", "", 99.9},
		{"read.p99.5", "read.p99_5", "read.", 99.5},
		{"service.p0.5", "service.p0_5", "service.", 0.5},
		{"lateness.p100", "lateness.p100", "lateness.", 100},
	} {
		latency, percentile, ok := Percentile(c.name)
		if !ok || latency != c.latency || percentile != c.percentile {
			t.Errorf("%s: got %q, %v, %t", c.name, latency, percentile, ok)
		}
		if m, known := Named(c.name); !known || m.Name != c.want || m.Kind != Duration {
			t.Errorf("%s: got %+v, want %s", c.name, m, c.want)
		}
	}
	for _, m := range Metrics() {
		if again, known := Named(m.Name); !known || again != m {
			t.Errorf("%s is found as %+v", m.Name, again)
		}
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
	for _, text := range []string{"p99 < 200ms", "cost_per_million <= $1.5", "verdict != fail", "conflict_rate > 80%", "read.p99.5 < 1s", "failed == 0"} {
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
