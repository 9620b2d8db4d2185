package advise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"contend/internal/plainjson"
	"contend/workload/estimate"
	"contend/workload/scenario"
)

// Options say what the scenario does not say. The zero value has the default of each field.
type Options struct {
	// Latency is the mean time of a request at the store; 0: that of the scenario, or 5 ms
	// for a real store of which it says nothing.
	Latency time.Duration
	// WriteLimit is how many write units an item takes a second; 0: that of the scenario,
	// or 1000 for a real store of which it says nothing.
	WriteLimit int
	// Requests bounds the run of each candidate, so that all of them together take some
	// seconds; 0: 40 000. A candidate may take five times as many in several runs.
	Requests int64
	// ReadsPerS adds reads at a rate of their own to an open loop, in place of those of its
	// operations; 0: the operations stay as they are.
	ReadsPerS float64
	// Utilisation is the share of provisioned units that is used on average, in (0, 1]; 0:
	// [estimate.UsualUtilisation].
	Utilisation float64
	// Arguments are those of a command line for the scenario, such as "hot-key --workers 8";
	// "" means the scenario's name. [Advice.Commands] has them.
	Arguments string
	// OnProgress gets how many of all candidates have been tried, after each. It is called
	// from several goroutines, but never by two at once. It may be nil.
	OnProgress func(done, all int)
}

// Advice is what to use for a scenario.
type Advice struct {
	Scenario    string `json:"scenario"`
	Description string `json:"description,omitempty"`
	Seed        uint64 `json:"seed"`
	Open        bool   `json:"open_loop,omitempty"`
	// Limited is true if the scenario has thresholds.
	Limited bool `json:"has_thresholds,omitempty"`
	// Policy is the best candidate with the scenario's own design, and Design the best of
	// all.
	Policy Recommendation `json:"policy"`
	Design Recommendation `json:"design"`
	// Changes say when the advice would be another one, one sentence each.
	Changes []string `json:"changes"`
	// Law is absent where the law of contention does not hold.
	Law *Law `json:"law,omitempty"`
	// Costs are those of a month; absent if the scenario as it is applied nothing.
	Costs *Costs `json:"costs,omitempty"`
	// Shards is absent in a closed loop, for several counters, and where nothing is limited.
	Shards *Shards `json:"shards,omitempty"`
	// Candidates are in the order in which they were tried. The first is the scenario as
	// it is.
	Candidates []Candidate `json:"candidates"`
	// Untried says why some designs are not among them, one sentence each.
	Untried []string `json:"untried,omitempty"`
	// Assumptions are what the scenario does not say, or was not followed in, one sentence
	// each.
	Assumptions []string `json:"assumptions,omitempty"`
	// Commands show the difference in longer runs.
	Commands []string `json:"commands"`
}

// Recommendation is a candidate and the reasons for it.
type Recommendation struct {
	Candidate int `json:"candidate"` // its index
	// Change is false if nothing is better by as much as a tenth: then the candidate is
	// the scenario as it is or, for the design, that of [Advice.Policy].
	Change bool `json:"change"`
	// Why and RunnerUp are a sentence each. RunnerUp says why the next best candidate is
	// not taken; "" if there is none.
	Why      string `json:"why"`
	RunnerUp string `json:"runner_up,omitempty"`
}

// ErrUnknownDesign: the scenario's design is none of package counter.
var ErrUnknownDesign = errors.New("only contend's own designs can be simulated")

// Advise says what to use for a valid scenario. The same scenario and options always give
// the same advice. The error is [ErrUnknownDesign], an error of [Options.ReadsPerS], that of
// the context, or that of a run.
func Advise(ctx context.Context, s scenario.Scenario, o Options) (*Advice, error) {
	w, err := newWorld(s, o)
	if err != nil {
		return nil, err
	}
	if err := simulable(w.Scenario); err != nil {
		return nil, err
	}
	all := candidates(w)
	runs, err := simulate(ctx, all, &o)
	if err != nil {
		return nil, err
	}
	a := &Advice{
		Scenario: s.Name, Description: s.Description, Seed: s.Seed, Open: s.Load.Open(), Limited: len(s.Thresholds) > 0,
		Law: lawOf(&w.Scenario, runs[0]), Untried: untried(&w.Scenario), Assumptions: w.assumptions,
	}
	for i := range all {
		a.Candidates = append(a.Candidates, newCandidate(&all[i], runs[i]))
	}
	a.rank()
	a.recommend()
	a.Changes = a.changes(&w.Scenario)
	run := a.run(w, o.Arguments)
	a.Commands = a.commands(run)
	a.Costs = a.costs(w, o.utilisation(), run)
	a.Shards, err = a.shards(ctx, w, &o, run)
	return a, err
}

func (o *Options) utilisation() float64 { return cmp.Or(o.Utilisation, estimate.UsualUtilisation) }

func (o *Options) requests() int64 { return cmp.Or(o.Requests, usualRequests) }

// simulable refuses what cannot be simulated.
func simulable(s scenario.Scenario) error {
	if !isKnown(s.Strategy) {
		return fmt.Errorf("strategy %q: %w", s.Strategy, ErrUnknownDesign)
	}
	return scenario.Validate(s)
}

// Encode writes the advice as indented JSON. The error is that of writing to w.
func (a *Advice) Encode(w io.Writer) error {
	if err := plainjson.Write(w, a); err != nil {
		return fmt.Errorf("advice: %w", err)
	}
	return nil
}
