package advise

import (
	"errors"
	"math"
	"strings"
	"testing"

	"contend/internal/longtest"
	"contend/workload/scenario"
)

// asked decodes a scenario.
func asked(t *testing.T, text string) scenario.Scenario {
	t.Helper()
	s, err := scenario.Decode("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shardsFor tries shards alone.
func shardsFor(t *testing.T, text string, o Options) *Shards {
	t.Helper()
	w, err := newWorld(asked(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	a := &Advice{Scenario: "test", Open: w.Load.Open()}
	s, err := a.shards(t.Context(), w, &o, a.run(w, ""))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// overHundred is an open loop on a store whose items take 100 write units a second, so that a
// few thousand requests show a limit.
const overHundred = `
strategy: atomic-add
load: { workers: 300, rate: 300/s, duration: 10s }
embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 100, read_capacity: 300 }
`

const busy = `
load: { workers: 16, duration: 10s }
embedded: { latency: { mean: 10ms, sd: 2ms }, write_capacity: 1000, read_capacity: 3000 }
`

// TestTheLeastShards: one item sustains no more than its limit, and shards no more than the
// partitions that they are in.
func TestTheLeastShards(t *testing.T) {
	for _, c := range []struct {
		name, scenario string
		low, high      int // of the least number; 0: none
		why            string
	}{
		{"one item is enough", strings.Replace(overHundred, "300/s", "60/s", 1), 1, 1, "one item sustains 60.0 updates a second by atomic-add"},
		{"three partitions' worth", overHundred, 4, 6, "shards are the least that sustain 300 updates a second"},
		{"a table of four partitions", strings.Replace(overHundred, "write_capacity: 100, read_capacity: 300",
			"throughput: { mode: on-demand, warm: { write: 400, read: 4000 }, partition: { write: 100, read: 1000 } }", 1), 6, 12, "are the least"},
		{"more than the table takes", strings.Replace(overHundred, "write_capacity: 100, read_capacity: 300",
			"throughput: { mode: on-demand, warm: { write: 200, read: 4000 }, partition: { write: 100, read: 1000 } }", 1), 0, 0, "no number of shards up to 100 sustains"},
		{"too few workers", strings.Replace(overHundred, "workers: 300", "workers: 1", 1), 0, 0, "by the law: more workers may help"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := shardsFor(t, c.scenario, Options{Requests: int64(longtest.Count(2000, 5000))})
			if s == nil {
				t.Fatal("nothing is said about shards")
			}
			if s.Least < c.low || s.Least > c.high || !strings.Contains(s.Why, c.why) {
				t.Errorf("the least is %d, want %d to %d: %s", s.Least, c.low, c.high, s.Why)
			}
			for i, r := range s.Rows {
				if r.ReadUnitsPerS != 0 || r.KeptUp > r.Tables || i > 0 && r.ThrottledFromPerS < s.Rows[i-1].ThrottledFromPerS {
					t.Errorf("row %+v", r)
				}
			}
		})
	}
}

// TestShardsAreAQuestionOfOpenLoops on one counter that is overHundred.
func TestShardsAreAQuestionOfOpenLoops(t *testing.T) {
	for _, text := range []string{
		busy,
		strings.Replace(overHundred, "write_capacity: 100, read_capacity: 300", "read_lag: 0s", 1),
		overHundred + "counters: { count: 5 }",
		overHundred + "counters: { initial: 5, floor: 0 }\noperations: { increment: 1, decrement: 1 }",
	} {
		if s := shardsFor(t, text, Options{}); s != nil {
			t.Errorf("%s: %+v", text, s)
		}
	}
}

// TestReadsOfShardsCostTheirNumber: reads at a rate leave the rate of the updates as it is,
// and take a unit of each shard.
func TestReadsOfShardsCostTheirNumber(t *testing.T) {
	s := shardsFor(t, overHundred, Options{ReadsPerS: 20, Requests: int64(longtest.Count(2500, 5000))})
	if math.Abs(s.UpdatesPerS-300) > 1e-9 {
		t.Errorf("%v updates a second, want 300", s.UpdatesPerS)
	}
	for _, r := range s.Rows {
		if want := float64(20 * r.Shards); math.Abs(r.ReadUnitsPerS-want) > want/10 || math.Abs(r.WriteUnitsPerS-300) > 15 {
			t.Errorf("%d shards take %.0f+%.0f units a second, want 300+%.0f", r.Shards, r.WriteUnitsPerS, r.ReadUnitsPerS, want)
		}
		if !strings.Contains(r.Command, "--set load.rate=320/s --set operations.increment=300 --set operations.read=20") {
			t.Errorf("the command is %s", r.Command)
		}
	}
}

// TestReadsNeedARate of the updates that they are beside.
func TestReadsNeedARate(t *testing.T) {
	for _, c := range []struct {
		scenario string
		want     error
	}{
		{busy, ErrClosedLoop},
		{"load: { stages: [{ rate: 10/s, duration: 1s }] }", ErrStages},
		{"load: { rate: 10/s, duration: 1s }\noperations: { read: 1 }", ErrNoUpdates},
	} {
		_, err := newWorld(asked(t, c.scenario), Options{ReadsPerS: 5})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.scenario, err, c.want)
		}
	}
}

// TestCostsOfAMonth: an ADD takes a unit, a conditional write one for each attempt and each
// read; the prices are the scenario's.
func TestCostsOfAMonth(t *testing.T) {
	const prices = "price: { write: 1, read: 10, provisioned: { write: 0.001, read: 0.01 } }"
	a, err := Advise(t.Context(), asked(t, busy+prices), Options{Utilisation: 0.5, Requests: 4000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range a.Costs.Rows {
		c := &a.Candidates[r.Candidate]
		seen[c.Strategy] = true
		writes, reads := r.WriteUnitsPerS, r.ReadUnitsPerS
		if c.Strategy == "atomic-add" && (math.Abs(writes/a.Costs.UpdatesPerS-1) > 0.02 || reads != 0) {
			t.Errorf("atomic-add takes %v+%v units for %v updates", writes, reads, a.Costs.UpdatesPerS)
		}
		if r.Candidate == 0 && (r.LawPerS == nil || math.Abs(writes/a.Costs.UpdatesPerS/(*c.WritesPerSuccess)-1) > 0.05) {
			t.Errorf("as it is: %v write units for %v updates with %v writes each, %v by the law", writes, a.Costs.UpdatesPerS, *c.WritesPerSuccess, r.LawPerS)
		}
		if want := (writes*1 + reads*10) * 3600 * 730 / 1e6; math.Abs(r.OnDemandUSD-want) > want/1000 {
			t.Errorf("%s: $%v on demand, want %v", c.Name(), r.OnDemandUSD, want)
		}
		if r.ProvisionedWrite != int(math.Max(1, math.Ceil(writes/0.5))) || r.ProvisionedRead != int(math.Max(1, math.Ceil(reads/0.5))) {
			t.Errorf("%s: %d+%d units for %v+%v at 50 %%", c.Name(), r.ProvisionedWrite, r.ProvisionedRead, writes, reads)
		}
		if want := (float64(r.ProvisionedWrite)*0.001 + float64(r.ProvisionedRead)*0.01) * 730; math.Abs(r.ProvisionedUSD-want) > want/1000 {
			t.Errorf("%s: $%v provisioned, want %v", c.Name(), r.ProvisionedUSD, want)
		}
	}
	for _, want := range []string{"conditional", "atomic-add", "sharded"} {
		if !seen[want] {
			t.Errorf("no row for %s", want)
		}
	}
	if seen["combining"] != true || seen["token-set"] {
		t.Errorf("rows for %v", seen)
	}
}
