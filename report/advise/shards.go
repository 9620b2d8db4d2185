package advise

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/check"
	"contend/workload/estimate"
	"contend/workload/scenario"
)

// Shards say over how many items a counter must be spread to sustain an open loop.
type Shards struct {
	UpdatesPerS float64 `json:"updates_per_s"` // increments and decrements, of one counter
	// Least is the smallest number of shards that sustains the load by the law in 95 % of all
	// tables, and keeps up in the simulated ones; 0 if none of those that were tried does.
	Least int `json:"least"`
	// Partitions are those of the tables, which take Warm write units a second at once.
	Partitions int `json:"partitions"`
	Warm       int `json:"warm_write_units,omitempty"`
	// Why says it in a sentence.
	Why  string      `json:"why"`
	Rows []ShardsRow `json:"rows"`
}

// ShardsRow is what a number of shards sustains. Which shards share a partition is different in
// each table.
type ShardsRow struct {
	Shards int `json:"shards"`
	// ThrottledFromPerS is the rate at which the fullest partition has no units left: the
	// harmonic mean of many tables. A throttled increment is tried again on another shard,
	// so that more is sustained: in BearShare of the tables there are enough partitions with a
	// shard for the load. Both count updates, by the law.
	ThrottledFromPerS float64 `json:"throttled_from_per_s"`
	BearShare         float64 `json:"bear_share"`
	// KeptUp is in how many of Tables simulated tables the shards keep up with the load,
	// count exactly and meet the thresholds.
	KeptUp int `json:"kept_up"`
	Tables int `json:"tables"`
	// P99MS is the median of the tables.
	P99MS *float64 `json:"p99_ms,omitempty"`
	Month
	Command string `json:"command"`
}

const (
	// shardTables is how many tables a number of shards is tried in.
	shardTables = 3
	// shardsAtOnce is how many numbers of shards are tried before the next ones.
	shardsAtOnce = 3
	// mostShardRows is how many are tried: where the law is wrong, such as for too few
	// workers, more shards do not help.
	mostShardRows = 2 * shardsAtOnce
	// lawTables is how many tables the law is of, and bearShare in how many of them the load
	// must be sustained.
	lawTables = 2000
	bearShare = 0.95
)

// shardNumbers are the numbers of shards that are tried.
func shardNumbers() []int { return []int{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100} }

// shards finds the least number of shards that sustains the load of an open loop on one
// counter. It is nil where that is no question: in a closed loop, for several counters, if
// nothing is limited, or if the design cannot give what the scenario asks for.
func (a *Advice) shards(ctx context.Context, w *world, o *Options, run string) (*Shards, error) {
	t := newTables(w)
	if t == nil {
		return nil, nil
	}
	s := &Shards{UpdatesPerS: t.updates, Partitions: t.partitions, Warm: t.Embedded.Throughput.Warm.Write}
	numbers := shardNumbers()
	first := 0
	for first+2 < len(numbers) && t.law(numbers[first+1]).bearShare < bearShare {
		first++ // the last that does not sustain the load shows where the limit is
	}
	for numbers = numbers[first:]; len(numbers) > 0 && s.Least == 0 && len(s.Rows) < mostShardRows; {
		now := numbers[:min(shardsAtOnce, len(numbers))]
		if now[0] == 1 && t.law(1).bearShare >= bearShare {
			now = now[:1] // one item needs no comparison
		}
		numbers = numbers[len(now):]
		rows, err := t.try(ctx, now, o)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			r.Command = run + sets(t.settings(r.Shards))
			s.Rows = append(s.Rows, r)
			if s.Least == 0 && r.BearShare >= bearShare && r.KeptUp == r.Tables {
				s.Least = r.Shards
			}
		}
	}
	s.Why = t.why(s)
	return s, nil
}

// tables are those that shards are tried in.
type tables struct {
	scenario.Scenario
	asked       *world
	updates     float64 // a second
	reads       float64 // read operations a second
	limit, most float64 // write units a second of a partition and of the table; 0: none
	partitions  int
}

// newTables gives the scenario partitions as DynamoDB has them, unless it has them or limits
// nothing. A table whose load is near what a new one takes is warmed for it.
func newTables(w *world) *tables {
	t := &tables{Scenario: w.Scenario, asked: w}
	t.Strategy = counter.ShardedName
	t.Scenario = withPolicy(t.Scenario, waiting(ours(&w.Scenario)))
	t.updates = operationsPerS(&t.Load) * updateShare(&t.Scenario)
	t.reads = operationsPerS(&t.Load) - t.updates
	if !t.Load.Open() || t.Counters.Count != 1 || t.updates == 0 || scenario.Validate(t.Scenario) != nil {
		return nil
	}
	e := &t.Embedded
	if !e.HasThroughput() {
		if e.WriteCapacity == 0 {
			return nil
		}
		t.model()
	}
	c := &e.Throughput
	t.limit, t.most = float64(c.Partition.Write), float64(c.Warm.Write)
	if c.Mode == scenario.ThroughputProvisioned {
		t.most = float64(c.Units.Write)
	}
	if t.limit == 0 {
		return nil
	}
	t.partitions = c.Partitions
	if t.partitions == 0 {
		t.partitions = max(1, int(math.Ceil(t.most/t.limit)))
	}
	return t
}

// model puts a table on demand in place of limits of each key.
func (t *tables) model() {
	e := &t.Embedded
	model := scenario.UsualThroughput()
	if e.WriteCapacity > 0 {
		model.Partition = scenario.ThroughputUnits{Write: e.WriteCapacity, Read: e.ReadCapacity}
	}
	if needed := t.updates / estimate.UsualUtilisation; needed > float64(model.Warm.Write) {
		model.Warm.Write = int(math.Ceil(needed/1000) * 1000)
	}
	model.Quota.Write = max(model.Quota.Write, model.Warm.Write)
	e.WriteCapacity, e.ReadCapacity, e.Throughput = 0, 0, model
}

// sustained is what a number of shards sustains by the law; see [ShardsRow].
type sustained struct{ throttledFrom, bearShare float64 }

// law spreads the shards over the partitions of many tables at random.
func (t *tables) law(shards int) sustained {
	random := rand.New(rand.NewPCG(t.Seed, uint64(shards)))
	fullest, enough := 0, 0
	for range lawTables {
		in := make([]int, t.partitions)
		for range shards {
			in[random.IntN(t.partitions)]++
		}
		fullest += slices.Max(in)
		used := t.partitions - len(slices.DeleteFunc(slices.Clone(in), func(n int) bool { return n > 0 }))
		if t.limit*float64(used) >= t.updates && (t.most == 0 || t.most >= t.updates) {
			enough++
		}
	}
	from := t.limit * float64(shards) / (float64(fullest) / lawTables)
	if t.most > 0 {
		from = min(from, t.most)
	}
	return sustained{from, float64(enough) / lawTables}
}

// with is the scenario with so many shards, in one of the tables.
func (t *tables) with(shards, table int) scenario.Scenario {
	s := t.Scenario
	s.Parameters.Shards = shards
	s.Seed += uint64(table)
	return s
}

// settings returns the settings that turn the scenario that the advice is about into the one
// that was tried with so many shards, for the command of a row. If that scenario has no
// embedded.throughput, they set the table that model put in place of the limits of each key:
// its mode and the three limits that model may change.
func (t *tables) settings(shards int) []Setting {
	s := t.with(shards, 0)
	if t.asked.Embedded.HasThroughput() {
		return settingsFor(t.asked.Scenario, s)
	}
	c := s.Embedded.Throughput
	s.Embedded = t.asked.Embedded
	units := func(u scenario.ThroughputUnits) string {
		return fmt.Sprintf("{ write: %d, read: %d }", u.Write, u.Read)
	}
	model := fmt.Sprintf("{ mode: %s, warm: %s, partition: %s, quota: %s }", c.Mode, units(c.Warm), units(c.Partition), units(c.Quota))
	return append(settingsFor(t.asked.Scenario, s), Setting{"embedded.write_capacity", "0"}, Setting{"embedded.read_capacity", "0"}, Setting{"embedded.throughput", model})
}

// try simulates some numbers of shards.
func (t *tables) try(ctx context.Context, numbers []int, o *Options) ([]ShardsRow, error) {
	runs := make([]simulated, len(numbers)*shardTables)
	var together errgroup.Group
	together.SetLimit(runtime.GOMAXPROCS(0))
	for i := range runs {
		together.Go(func() (err error) {
			s := t.with(numbers[i/shardTables], i%shardTables)
			if runs[i], err = one(ctx, s, o.requests()/2); err != nil {
				return fmt.Errorf("%s with %d shards: %w", s.Strategy, s.Parameters.Shards, err)
			}
			return nil
		})
	}
	if err := together.Wait(); err != nil {
		return nil, err
	}
	rows := make([]ShardsRow, len(numbers))
	for i, n := range numbers {
		rows[i] = t.row(n, runs[i*shardTables:(i+1)*shardTables], o.utilisation())
	}
	return rows, nil
}

func (t *tables) row(shards int, runs []simulated, utilisation float64) ShardsRow {
	law := t.law(shards)
	r := ShardsRow{Shards: shards, ThrottledFromPerS: law.throttledFrom, BearShare: law.bearShare, Tables: len(runs)}
	var p99 []float64
	var units estimate.Rate
	s := t.with(shards, 0)
	for _, run := range runs {
		c := newCandidate(&option{scenario: s}, run)
		if c.class() == [3]int{} && c.Verdict == check.Pass {
			r.KeptUp++
		}
		if c.P99MS != nil {
			p99 = append(p99, *c.P99MS)
		}
		units.Write += valueOf(c.WriteUnitsPerUpdate) * t.updates / float64(len(runs))
		units.Read += valueOf(c.ReadUnitsPerUpdate) * t.updates / float64(len(runs))
	}
	if slices.Sort(p99); len(p99) > 0 {
		r.P99MS = &p99[len(p99)/2]
	}
	r.Month = monthOf(&s, units, utilisation)
	return r
}

// why says in a sentence which number of shards is the least, and what it needs.
func (t *tables) why(s *Shards) string {
	rate := format.Number(t.updates) + " updates a second"
	var text string
	switch {
	case s.Least == 0:
		text = fmt.Sprintf("no number of shards up to %d sustains %s in these tables", s.Rows[len(s.Rows)-1].Shards, rate)
		if i := slices.IndexFunc(s.Rows, func(r ShardsRow) bool { return r.BearShare >= bearShare }); i >= 0 {
			text += fmt.Sprintf(", although %d do by the law: more workers may help, or a threshold is out of reach", s.Rows[i].Shards)
		}
		return text
	case s.Least == 1:
		text = fmt.Sprintf("one item sustains %s by atomic-add: it needs no shards", rate)
	default:
		text = fmt.Sprintf("%d shards are the least that sustain %s", s.Least, rate)
	}
	if usual := scenario.UsualThroughput().Warm.Write; !t.asked.Embedded.HasThroughput() && s.Warm > usual {
		text += fmt.Sprintf(", in a table that is warmed for %d write units a second; a new one takes %d at once, and has fewer partitions", s.Warm, usual)
	}
	return text
}
