package growth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"contend/counter"
	"contend/internal/plainjson"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Options say what to plan for. The zero value is not valid, because it has no horizon.
type Options struct {
	Horizon time.Duration // above 0
	// RatePerS is how many changes (increments and decrements) arrive per second, on all
	// counters together; 0: as many as in the scenario's open loop.
	RatePerS float64
	// ReadsPerS is how many reads arrive per second. 0 means none or, if RatePerS is 0 too,
	// as many as in the scenario's open loop.
	ReadsPerS float64
	// TokenBytes is the length of the token of an operation, from 16 to 36; 0 means 20, about
	// the length of contend's own tokens.
	TokenBytes int
	// Designs are the designs to plan; if there are none, the scenario's own.
	Designs []string
}

// Growth is a plan.
type Growth struct {
	Scenario    string  `json:"scenario"`
	Description string  `json:"description,omitempty"`
	HorizonS    float64 `json:"horizon_s"`
	RatePerS    float64 `json:"rate_per_s"` // changes of all counters together
	ReadsPerS   float64 `json:"reads_per_s,omitempty"`
	Counters    int     `json:"counters"`
	Price       Price   `json:"price"`
	// Designs are in the order of [counter.StrategyNames].
	Designs []Design `json:"designs"`
	// Assumptions has a sentence for each assumption of the plan.
	Assumptions []string `json:"assumptions"`
}

// Price is the scenario's price, in dollars.
type Price struct {
	WriteUSDPerMillion   float64 `json:"write_usd_per_million"`
	ReadUSDPerMillion    float64 `json:"read_usd_per_million"`
	StorageUSDPerGBMonth float64 `json:"storage_usd_per_gb_month"`
}

// Design is what one design costs over the horizon.
type Design struct {
	Strategy string `json:"strategy"`
	// Grows is true if each change makes its requests or its storage cost more.
	Grows bool `json:"grows"`
	// Summary is a sentence that says what grows.
	Summary string `json:"summary"`
	// ItemBytes is how many bytes a change adds to the counter's item. If KeptChanges is not
	// 0, the item stops growing when it holds that many changes. NewItems is how many items a
	// change adds, and StoredBytes how many bytes it adds to the table in all.
	ItemBytes   float64 `json:"item_bytes_per_change"`
	KeptChanges int     `json:"kept_changes,omitempty"`
	NewItems    float64 `json:"new_items_per_change"`
	StoredBytes float64 `json:"stored_bytes_per_change"`
	// Points are moments in ascending order. The last one is the end of the horizon, or the
	// moment at which the item is full.
	Points []Point `json:"points"`
	// Events are the events within the horizon, in the order of time.
	Events []Event `json:"events"`
	// FullS is how many seconds after the start the item is full, so that no more changes are
	// accepted; absent if that is beyond the horizon.
	FullS *float64 `json:"full_s,omitempty"`
	Cost
}

// Point describes a design at one moment. WriteUnits and ReadUnits are those of one request.
type Point struct {
	AfterS      float64 `json:"after_s"`
	Changes     float64 `json:"changes"` // of each counter
	WriteUnits  float64 `json:"write_units"`
	ReadUnits   float64 `json:"read_units"`
	StoredBytes float64 `json:"stored_bytes"` // all counters together, as billed
	SpentUSD    float64 `json:"spent_usd"`    // from the start until this moment
}

// Event is something that happens at a certain count, such as that an item is full. What is a
// clause that describes it.
type Event struct {
	Kind    string  `json:"kind"`
	AfterS  float64 `json:"after_s"`
	Changes float64 `json:"changes"` // of each counter
	What    string  `json:"what"`
}

// Kinds of events.
const (
	KindFull       = "full"
	KindReadDearer = "a-read-is-dearer-than-a-write"
	KindReadsCost  = "reads-cost-more-than-writes"
	KindWriteLimit = "write-limit"
	KindReadLimit  = "read-limit"
)

// Cost is the cost of the whole horizon in dollars or, if the item is full before its end, of
// the time until then.
type Cost struct {
	WritesUSD  float64 `json:"writes_usd"`
	ReadsUSD   float64 `json:"reads_usd"`
	StorageUSD float64 `json:"storage_usd"`
}

// TotalUSD returns the sum.
func (c Cost) TotalUSD() float64 { return c.WritesUSD + c.ReadsUSD + c.StorageUSD }

// Errors of [Options].
var (
	ErrNoHorizon  = errors.New("the horizon must be above 0")
	ErrNoRate     = errors.New("the rate is missing, and a closed loop has none")
	ErrTokenBytes = errors.New("must be from 16 to 36 bytes")
)

const (
	usualToken            = 20
	leastToken, mostToken = 16, 36
)

// Plan predicts what a valid scenario's counters cost over the horizon. It is a pure
// function. The error is one of this package's, the context's, or one that names a design
// which cannot do what the scenario asks for.
func Plan(ctx context.Context, s scenario.Scenario, o Options) (*Growth, error) {
	g, err := newGrowth(&s, &o)
	if err != nil {
		return nil, err
	}
	designs := o.Designs
	if len(designs) == 0 {
		designs = []string{s.Strategy}
	}
	for _, name := range counter.StrategyNames() {
		if !slices.Contains(designs, name) {
			continue
		}
		one := s
		one.Strategy = name
		if err := scenario.Validate(one); err != nil {
			if len(designs) > 1 {
				g.assume("%s is left out: it cannot give what the scenario asks for", name)
				continue
			}
			return nil, err
		}
		found, err := measure(ctx, one, cmp.Or(o.TokenBytes, usualToken))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		g.Designs = append(g.Designs, g.plan(&one, found))
	}
	return g, nil
}

func newGrowth(s *scenario.Scenario, o *Options) (*Growth, error) {
	g := &Growth{
		Scenario: s.Name, Description: s.Description, HorizonS: o.Horizon.Seconds(), RatePerS: o.RatePerS, ReadsPerS: o.ReadsPerS,
		Counters: s.Counters.Count, Price: Price{s.Price.Write, s.Price.Read, s.Price.Storage},
	}
	if o.Horizon <= 0 {
		return nil, ErrNoHorizon
	}
	if o.TokenBytes != 0 && (o.TokenBytes < leastToken || o.TokenBytes > mostToken) {
		return nil, ErrTokenBytes
	}
	if o.RatePerS == 0 {
		if !s.Load.Open() {
			return nil, ErrNoRate
		}
		g.RatePerS, g.ReadsPerS = rates(s)
		g.ReadsPerS = cmp.Or(o.ReadsPerS, g.ReadsPerS)
	}
	if g.RatePerS <= 0 {
		return nil, ErrNoRate
	}
	if n := g.Counters; n > 1 {
		g.assume("the changes are spread evenly over %d counters", n)
	}
	g.assume("a change takes one attempt, with the read before it that some designs need: conflicts and retries cost more, as \"contend advise\" says")
	g.assume("tokens have %d bytes; storage is billed with %d bytes more for each item; a month has 730 hours", cmp.Or(o.TokenBytes, usualToken), itemOverhead)
	return g, nil
}

func (g *Growth) assume(format string, args ...any) {
	g.Assumptions = append(g.Assumptions, fmt.Sprintf(format, args...))
}

// rates are those of the changes and of the reads of an open loop, in the mean of its stages.
func rates(s *scenario.Scenario) (changes, reads float64) {
	rate := float64(s.Load.Rate)
	if rate == 0 {
		due := 0.0
		for _, part := range s.Load.Segments() {
			due += (part.From + part.To) / 2 * part.Duration.Seconds()
		}
		rate = due / s.Load.Duration.Seconds()
	}
	all := 0.0
	for _, kind := range history.Kinds() {
		all += float64(s.Operations.Weight(kind))
	}
	reads = rate * float64(s.Operations.Weight(history.Read)) / all
	return rate - reads, reads
}

// Encode writes the plan as indented JSON. The error is that of writing to w.
func (g *Growth) Encode(w io.Writer) error {
	if err := plainjson.Write(w, g); err != nil {
		return fmt.Errorf("growth: %w", err)
	}
	return nil
}
