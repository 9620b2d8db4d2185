package scenario

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*Scenario)
		want   string
	}{
		{func(*Scenario) {}, ""},
		{func(s *Scenario) { s.Name = "" }, "name: is missing"},
		{func(s *Scenario) { s.Description = "a\xffb" }, "description: the character U+FFFD is not allowed"},
		{func(s *Scenario) { s.Target = "" }, `target: must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not ""`},
		{func(s *Scenario) { s.Table = "a" }, `table: must be 3 to 255 of the letters a to z and A to Z, digits, _, - and ., not "a"`},
		{func(s *Scenario) { s.Counters.Count = 0 }, "counters.count: must be at least 1, not 0"},
		{func(s *Scenario) { s.Counters.Pick = Pick{} }, `counters.pick: unknown name "" (known: uniform, zipf(1.1), round-robin, own)`},
		{func(s *Scenario) { s.Counters.Pick.Zipf = 1 }, "counters.pick: uniform has no exponent"},
		{func(s *Scenario) { s.Counters.Pick = Pick{PickZipf, math.NaN()} }, "counters.pick: the exponent of zipf must be above 0 and at most 100, not NaN"},
		{func(s *Scenario) { s.Counters.Attribute = strings.Repeat("ä", 128) }, "counters.attribute: must have at most 255 bytes, not 256"},
		{func(s *Scenario) { s.Counters.Attribute = "id" }, `counters.attribute: must not be "id", which is the key`},
		{func(s *Scenario) { s.Counters.Attribute = "a\xff" }, "counters.attribute: must be UTF-8, not \"a\\xff\""},
		{func(s *Scenario) { s.Strategy = "x" }, `strategy: unknown name "x" (known: ` + strings.Join(strategyNames(), ", ") + `)`},
		{func(s *Scenario) { s.Retry.Policy.Kind = "" }, `retry.policy: unknown name "" (known: ` + strings.ReplaceAll(strings.Trim(fmt.Sprint(retry.Kinds()), "[]"), " ", ", ") + `)`},
		{func(s *Scenario) { s.Retry.Factor = math.NaN() }, "retry.factor: must be at least 1, not NaN"},
		{func(s *Scenario) { s.Retry.Factor = math.Inf(1) }, "retry.factor: must be at most 100, not +Inf"},
		{func(s *Scenario) { s.Retry.On |= retry.Outcomes(counter.Applied) }, "retry.on: [applied] cannot be tried again (known: conflict, throttled, failed, unknown)"},
		{func(s *Scenario) { s.Retry.Refresh = "x" }, `retry.refresh: unknown name "x" (known: after-wait, at-conflict, from-conflict)`},
		{func(s *Scenario) { s.Load.Workers = -1 }, "load.workers: must be at least 1, not -1"},
		{func(s *Scenario) { s.Load.Duration = 0 }, "load: needs a duration or a number of operations above 0"},
		{func(s *Scenario) { s.Operations = Mix{} }, "operations: all weights are 0: give increment, decrement, read or transfer one above 0"},
		{func(s *Scenario) { s.Operations = Mix{-1, 2, 0} }, "operations.increment: must be at least 0, not -1"},
		{func(s *Scenario) { s.Embedded.Misbehave = []Misbehaviour{{"go-back", -1}} }, "embedded.misbehave: go-back: one_in: must be at least 1, not -1"},
		{func(s *Scenario) { s.Embedded.Misbehave = []Misbehaviour{{"go-back", 2_000_000_000}} }, "embedded.misbehave: go-back: one_in: must be at most 1000000000, not 2000000000"},
		{func(s *Scenario) { s.RequestTimeout = 0 }, "request_timeout: must be at least 1ms, not 0s"},
		{func(s *Scenario) { s.Load.Workers, s.Counters.Count, s.View = 10000, 1001, ViewKept }, "counters: 1001 counters times 10000 workers are too many for view: kept: the product must be at most 10000000"},
		{func(s *Scenario) { s.Load.Workers, s.Counters.Count = math.MaxInt, math.MaxInt },
			"counters.count: must be at most 1000000, not 9223372036854775807\nload.workers: must be at most 100000, not 9223372036854775807"},
		{func(s *Scenario) { s.Retry.Base, s.Retry.Cap = time.Minute, time.Second }, "retry: base (1m) must be at most cap (1s)"},
	} {
		s := Default()
		s.Name = "x"
		c.change(&s)
		if got := errorText(Validate(s)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestShowDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0s"},
		{1500 * time.Microsecond, "1.5ms"},
		{10 * time.Second, "10s"},
		{time.Minute, "1m"},
		{10 * time.Minute, "10m"},
		{time.Hour, "1h"},
		{10 * time.Hour, "10h"},
		{time.Hour + 10*time.Second, "1h0m10s"},
		{time.Hour + 10*time.Minute, "1h10m"},
		{-time.Minute, "-1m"},
		{math.MaxInt64, "2562047h47m16.854775807s"},
	} {
		got := showDuration(c.d)
		if back, err := time.ParseDuration(got); got != c.want || err != nil || back != c.d {
			t.Errorf("%v: got %s, want %s, which is %v, %v", c.d, got, c.want, back, err)
		}
	}
}
