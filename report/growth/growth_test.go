package growth

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/scenario"
)

func scenarioOf(t *testing.T, text string) scenario.Scenario {
	t.Helper()
	s, err := scenario.Decode("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func planOf(t *testing.T, text string, o Options) *Growth {
	t.Helper()
	g, err := Plan(t.Context(), scenarioOf(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const month = 30 * 24 * time.Hour

// TestPredictionsHold: at counts that the plan did not measure, a write and a read take the
// units that it predicts, and the table has its size.
func TestPredictionsHold(t *testing.T) {
	most := longtest.Count(3000, 12000)
	for _, name := range counter.StrategyNames() {
		for _, reads := range []string{"strong", "eventual"} {
			t.Run(name+" "+reads, func(t *testing.T) {
				t.Parallel()
				s := scenarioOf(t, "strategy: "+name+"\nreads: "+reads)
				z, err := measure(t.Context(), s, usualToken)
				if err != nil {
					t.Fatal(err)
				}
				counts := []int{1, 40, 700, most}
				if z.inItem() && z.kept == 0 {
					counts[3] = 1500 // each write copies the item
				}
				samples, err := Measure(t.Context(), s, usualToken, counts...)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range samples {
					n := float64(m.Changes)
					near(t, fmt.Sprintf("write units at %d", m.Changes), z.writeAt(n), m.WriteUnits, 0)
					near(t, fmt.Sprintf("read units at %d", m.Changes), z.readAt(n), m.ReadUnits, 0.01)
					stored := float64(m.Bytes + itemOverhead*m.Items)
					near(t, fmt.Sprintf("stored bytes at %d", m.Changes), z.storedAt(n), stored, 0.02)
				}
			})
		}
	}
}

func near(t *testing.T, what string, predicted, measured, tolerance float64) {
	t.Helper()
	if math.Abs(predicted-measured) > tolerance*measured {
		t.Errorf("%s: predicted %v, measured %v", what, predicted, measured)
	}
}

// TestWhatGrows: which designs do, and by how much.
func TestWhatGrows(t *testing.T) {
	g := planOf(t, "load: { rate: 50/s, duration: 1m }", Options{Horizon: month, Designs: counter.StrategyNames()})
	want := map[string]bool{counter.ItemCollectionName: true, counter.TokenSetName: true, counter.ConditionalHistoryName: true, counter.TransactionMarkerName: true}
	if len(g.Designs) != len(counter.StrategyNames()) {
		t.Errorf("%d designs are planned, %v", len(g.Designs), g.Assumptions)
	}
	for _, d := range g.Designs {
		if d.Grows != want[d.Strategy] || strings.Contains(d.Summary, "does not grow") == d.Grows {
			t.Errorf("%s: grows %v: %s", d.Strategy, d.Grows, d.Summary)
		}
		if (d.FullS != nil) != (d.Strategy == counter.TokenSetName) {
			t.Errorf("%s: full at %v", d.Strategy, d.FullS)
		}
		last := d.Points[len(d.Points)-1]
		if math.Abs(last.SpentUSD-d.TotalUSD()) > 1e-9*last.SpentUSD || last.Changes > 50*month.Seconds()+1 {
			t.Errorf("%s: the last point is %+v, all costs $%v", d.Strategy, last, d.TotalUSD())
		}
		for i := 1; i < len(d.Points); i++ {
			if a, b := d.Points[i-1], d.Points[i]; b.AfterS <= a.AfterS || b.SpentUSD < a.SpentUSD || b.StoredBytes < a.StoredBytes {
				t.Errorf("%s: %+v after %+v", d.Strategy, b, a)
			}
		}
	}
}

// TestAMonthOfAtomicAdds costs its write units: 129.6 million at $0.625.
func TestAMonthOfAtomicAdds(t *testing.T) {
	d := planOf(t, "strategy: atomic-add", Options{Horizon: month, RatePerS: 50, ReadsPerS: 10}).Designs[0]
	near(t, "writes", d.WritesUSD, 129.6*0.625, 1e-6)
	near(t, "reads", d.ReadsUSD, 25.92*0.125, 1e-6)
	if d.StorageUSD > 0.01 || d.Grows || d.FullS != nil {
		t.Errorf("%+v", d)
	}
}

// TestAConditionalWriteReadsBefore: a read unit each, beside the reads of readers.
func TestAConditionalWriteReadsBefore(t *testing.T) {
	d := planOf(t, "strategy: conditional\nreads: eventual", Options{Horizon: month, RatePerS: 50, ReadsPerS: 10}).Designs[0]
	near(t, "reads", d.ReadsUSD, (129.6+25.92/2)*0.125, 1e-6)
}

// TestAMonthOfEvents against sums by hand: reads of n events of e bytes take n·e/4096 units,
// and storage has e + 100 bytes for each.
func TestAMonthOfEvents(t *testing.T) {
	g := planOf(t, "strategy: item-collection\nprice: { storage: 0.5 }", Options{Horizon: month, RatePerS: 50, ReadsPerS: 0.01})
	d := g.Designs[0]
	n := 50 * month.Seconds()
	e := d.StoredBytes - itemOverhead
	near(t, "reads", d.ReadsUSD, 0.01*month.Seconds()*(n*e/4096/2)*0.125/1e6, 0.005)
	near(t, "storage", d.StorageUSD, n*(e+itemOverhead)/2/(1<<30)*(720.0/730)*0.5, 0.005)
	near(t, "writes", d.WritesUSD, n*0.625/1e6, 1e-6)
	cross := event(d, KindReadsCost)
	if cross == nil {
		t.Fatalf("no event of %+v", d.Events)
	}
	// 0.01 reads of R units for $0.125 cost as much as 50 writes of a unit for $0.625.
	near(t, "the count from which reads cost more", cross.Changes, 25000*4096/e, 0.01)
	if dearer := event(d, KindReadDearer); dearer == nil || math.Abs(dearer.Changes-5*4096/e) > 3 {
		t.Errorf("a read is dearer from %+v on, want %.0f changes", dearer, 5*4096/e)
	}
	if limit := event(d, KindReadLimit); limit == nil || math.Abs(limit.Changes/(3000/0.01*4096/e)-1) > 0.01 {
		t.Errorf("the reads reach their limit at %+v", limit)
	}
}

func event(d Design, kind string) *Event {
	for i := range d.Events {
		if d.Events[i].Kind == kind {
			return &d.Events[i]
		}
	}
	return nil
}

// TestTheEndOfATokenSet: the plan ends it where the design refuses the next change, before
// the item has 400 KB.
func TestTheEndOfATokenSet(t *testing.T) {
	d := planOf(t, "strategy: token-set", Options{Horizon: month, RatePerS: 50, TokenBytes: mostToken}).Designs[0]
	full := event(d, KindFull)
	if full == nil || full.Changes != counter.MaxTokens || d.FullS == nil || math.Abs(*d.FullS-counter.MaxTokens/50.0) > 1e-6 {
		t.Fatalf("full at %+v, %v", full, d.FullS)
	}
	last := d.Points[len(d.Points)-1]
	if bytes := last.StoredBytes - itemOverhead; bytes > maxItemBytes || bytes < 0.9*maxItemBytes {
		t.Errorf("a full item has %.0f bytes, want nearly 400 KB", bytes)
	}
	if limit := event(d, KindWriteLimit); limit == nil || limit.Changes >= full.Changes {
		t.Errorf("50 writes a second of up to 400 units keep within 1000: %+v", d.Events)
	}
	if !longtest.Asked() {
		return // eleven thousand writes of a growing item
	}
	s := scenarioOf(t, "strategy: token-set")
	samples, err := Measure(t.Context(), s, mostToken, counter.MaxTokens, counter.MaxTokens+1)
	if !errors.Is(err, counter.ErrFull) || len(samples) != 1 {
		t.Fatalf("%d samples, and %v after them", len(samples), err)
	}
	near(t, "write units of a full set", last.WriteUnits, samples[0].WriteUnits, 0)
}

// TestMarkersAreKeptForTheirTime: storage stops growing when the first expire.
func TestMarkersAreKeptForTheirTime(t *testing.T) {
	d := planOf(t, "strategy: transaction-marker\nparameters: { marker_ttl: 1h }", Options{Horizon: 24 * time.Hour, RatePerS: 50}).Designs[0]
	last := d.Points[len(d.Points)-1]
	near(t, "stored bytes after a day", last.StoredBytes, 50*3600*d.StoredBytes, 0.01)
	near(t, "write units", last.WriteUnits, 4, 0)
}

// TestMarkersThatAreNotYetDeletedAreAssumedAway: the plan says so of the design with
// markers, and of no other.
func TestMarkersThatAreNotYetDeletedAreAssumedAway(t *testing.T) {
	const want = "transaction-marker: a marker is stored for 1 h, until it expires; DynamoDB bills it until it deletes it, usually within two days more"
	said := func(designs ...string) bool {
		g := planOf(t, "parameters: { marker_ttl: 1h }", Options{Horizon: month, RatePerS: 50, Designs: designs})
		return strings.Contains(strings.Join(g.Assumptions, "\n"), want)
	}
	if !said(counter.TransactionMarkerName) || !said(counter.StrategyNames()...) {
		t.Errorf("the plan does not assume: %s", want)
	}
	if said(counter.AtomicAddName, counter.ItemCollectionName) {
		t.Error("designs without markers say something about them")
	}
}

// TestReadsThatNobodyMakesAreNoEvent: without reads, no event is about them.
func TestReadsThatNobodyMakesAreNoEvent(t *testing.T) {
	for _, name := range counter.StrategyNames() {
		d := planOf(t, "strategy: "+name, Options{Horizon: month, RatePerS: 50}).Designs[0]
		for _, kind := range []string{KindReadDearer, KindReadsCost, KindReadLimit} {
			if e := event(d, kind); e != nil {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
}

// TestCountersShareTheRate: with ten, each has a tenth of the changes.
func TestCountersShareTheRate(t *testing.T) {
	one := planOf(t, "strategy: token-set", Options{Horizon: month, RatePerS: 1}).Designs[0]
	ten := planOf(t, "strategy: token-set\ncounters: { count: 10 }", Options{Horizon: month, RatePerS: 10}).Designs[0]
	near(t, "the end", *ten.FullS, *one.FullS, 1e-9)
	near(t, "the writes of ten", ten.WritesUSD, 10*one.WritesUSD, 1e-6)
	near(t, "the storage of ten", ten.StorageUSD, 10*one.StorageUSD, 1e-6)
}

// TestWhatCannotBePlanned is refused.
func TestWhatCannotBePlanned(t *testing.T) {
	for _, c := range []struct {
		text string
		o    Options
		want error
	}{
		{"strategy: token-set", Options{RatePerS: 1}, ErrNoHorizon},
		{"strategy: token-set", Options{Horizon: month}, ErrNoRate},
		{"strategy: token-set\nload: { rate: 5/s, duration: 1s }\noperations: { read: 1 }", Options{Horizon: month}, ErrNoRate},
		{"strategy: token-set", Options{Horizon: month, RatePerS: 1, TokenBytes: 37}, ErrTokenBytes},
	} {
		if _, err := Plan(t.Context(), scenarioOf(t, c.text), c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.text, err, c.want)
		}
	}
	floor := "strategy: atomic-add\ncounters: { initial: 5, floor: 0 }"
	if _, err := Plan(t.Context(), scenarioOf(t, floor), Options{Horizon: month, RatePerS: 1, Designs: []string{counter.TokenSetName}}); err == nil {
		t.Error("a token set has a floor")
	}
	g := planOf(t, floor, Options{Horizon: month, RatePerS: 1, Designs: counter.StrategyNames()})
	if len(g.Designs) == 0 || len(g.Designs) == len(counter.StrategyNames()) || !strings.Contains(strings.Join(g.Assumptions, "\n"), "token-set is left out") {
		t.Errorf("%d designs with a floor, %q", len(g.Designs), g.Assumptions)
	}
}

// TestAnOpenLoopHasItsRates: those of its operations.
func TestAnOpenLoopHasItsRates(t *testing.T) {
	g := planOf(t, "load: { rate: 40/s, duration: 1m }\noperations: { increment: 2, decrement: 1, read: 1 }", Options{Horizon: month})
	if g.RatePerS != 30 || g.ReadsPerS != 10 {
		t.Errorf("%v changes and %v reads a second, want 30 and 10", g.RatePerS, g.ReadsPerS)
	}
}
