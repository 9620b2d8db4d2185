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

// Options say what is planned. The zero value is not valid: it has no horizon.
type Options struct {
	Horizon time.Duration // above 0
	// RatePerS is the rate of the increments and decrements of all counters together; 0:
	// that of the scenario's open loop.
	RatePerS float64
	// ReadsPerS is the rate of the reads beside them; 0: that of the scenario's open loop, if
	// RatePerS is 0 too.
	ReadsPerS float64
	// TokenBytes is the length of the tokens of operations, from 16 to 36; 0: 20, about that
	// of contend's own.
	TokenBytes int
	// Designs are planned side by side; none: the scenario's own.
	Designs []string
}

// Growth is a plan.
type Growth struct {
	Scenario    string  `json:"scenario"`
	Description string  `json:"description,omitempty"`
	HorizonS    float64 `json:"horizon_s"`
	RatePerS    float64 `json:"rate_per_s"` // of changes, all counters together
	ReadsPerS   float64 `json:"reads_per_s,omitempty"`
	Counters    int     `json:"counters"`
	Price       Price   `json:"price"`
	// Designs are in the order of [counter.StrategyNames].
	Designs []Design `json:"designs"`
	// Assumptions are a sentence each.
	Assumptions []string `json:"assumptions"`
}

// Price is that of the scenario, in dollars.
type Price struct {
	WriteUSDPerMillion   float64 `json:"write_usd_per_million"`
	ReadUSDPerMillion    float64 `json:"read_usd_per_million"`
	StorageUSDPerGBMonth float64 `json:"storage_usd_per_gb_month"`
}

// Design is what one design costs over the horizon.
type Design struct {
	Strategy string `json:"strategy"`
	// Grows is false if neither its requests nor its storage cost more with each change.
	Grows bool `json:"grows"`
	// Summary says in a sentence what grows.
	Summary string `json:"summary"`
	// ItemBytes is by how much a change makes an item larger, until KeptChanges of them are
	// in it; NewItems is how many items it adds, and StoredBytes all that it stores.
	ItemBytes   float64 `json:"item_bytes_per_change"`
	KeptChanges int     `json:"kept_changes,omitempty"`
	NewItems    float64 `json:"new_items_per_change"`
	StoredBytes float64 `json:"stored_bytes_per_change"`
	// Points are moments of the horizon, the last of them its end or that of the design.
	Points []Point `json:"points"`
	// Events are what happens within the horizon, in the order of time.
	Events []Event `json:"events"`
	// FullS is when no more changes are accepted; absent if that is not within the horizon.
	FullS *float64 `json:"full_s,omitempty"`
	Cost
}

// Point is one moment. Units are of one request to one counter.
type Point struct {
	AfterS      float64 `json:"after_s"`
	Changes     float64 `json:"changes"` // of each counter
	WriteUnits  float64 `json:"write_units"`
	ReadUnits   float64 `json:"read_units"`
	StoredBytes float64 `json:"stored_bytes"` // of all counters, as they are billed
	SpentUSD    float64 `json:"spent_usd"`    // until then
}

// Event is what happens at a count.
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

// Cost is what the horizon costs, or the part of it until the design is full, in dollars.
type Cost struct {
	WritesUSD  float64 `json:"writes_usd"`
	ReadsUSD   float64 `json:"reads_usd"`
	StorageUSD float64 `json:"storage_usd"`
}

// TotalUSD is all of it.
func (c Cost) TotalUSD() float64 { return c.WritesUSD + c.ReadsUSD + c.StorageUSD }

// Errors of [Options].
var (
	ErrNoHorizon  = errors.New("the horizon must be above 0")
	ErrNoRate     = errors.New("a closed loop has no rate of its own")
	ErrTokenBytes = errors.New("tokens have 16 to 36 bytes")
)

const (
	usualToken            = 20
	leastToken, mostToken = 16, 36
)

// Plan says what a valid scenario's counters cost over the horizon. It is a pure function.
// The error is one of this package, that of the context, or names a design that cannot give
// what the scenario asks for.
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
