package capacity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"contend/counter"
	"contend/report"
	"contend/report/capacity/bracket"
	"contend/workload/estimate"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Options says how to search. The zero value searches for the rate, with all defaults.
type Options struct {
	Find Find // "": [Rate]
	// Trial is the measured length of a full trial, at least [LeastTrial]. 0 means 15 s or, in
	// simulated time, long enough for 20000 operations, but at least 30 s and at most 10
	// minutes.
	Trial time.Duration
	// Width is the allowed width of the bracket as a fraction of its larger end, in (0, 0.5]; 0
	// means 0.05.
	Width float64
	// Require is the load about which [Result.Require] says whether it is sustained; 0 means
	// none.
	Require float64
	// MaxUSD limits the price of the search, which ends before the trial that would exceed it;
	// 0 means no limit.
	MaxUSD float64
	// Arguments are the command-line arguments that give the scenario, such as "hot-key
	// --workers 8", for [Result.Replay]; "" means the scenario's name.
	Arguments string
	// About is passed on to the reports of the trials.
	About report.About
	// StartedAt is when the search began.
	StartedAt time.Time
	// Saved has the trials of an earlier, stopped search with the same scenario and options,
	// which are not repeated.
	Saved []Trial
	// Run returns the options of a trial's run; nil: none.
	Run func(number int, s *scenario.Scenario) trial.Options
	// OnTrial is called after each new trial with its report and the result so far. Its error
	// ends the search. It may be nil.
	OnTrial func(t *Trial, s *scenario.Scenario, r *report.Report, c *Capacity) error
	// Stop ends the search early when it is closed.
	Stop <-chan struct{}
}

// The lengths of trials. [Options.Trial] must be at least LeastTrial.
const (
	LeastTrial     = 5 * time.Second
	operationsEach = 20_000
	shortest       = 30 * time.Second
	longest        = 10 * time.Minute
	inRealTime     = 15 * time.Second
	usualWidth     = 0.05
)

// exceed is the share of a load's trials that may miss the goals: of three, one.
const (
	exceed      = 0.5
	trialsOfOne = 3
)

// Search makes trials until the bracket is found. If it is stopped early, or fails after the
// first trial, it still returns a [Capacity]. The error is a [*UsageError], the error of a
// trial's run, or that of [Options.OnTrial].
func Search(ctx context.Context, s scenario.Scenario, o Options) (*Capacity, error) {
	search, err := newSearch(s, o)
	if err != nil {
		return nil, err
	}
	err = search.run(ctx)
	search.conclude()
	return search.found, err
}

// Expected returns the runs that a search is likely to make at most, to estimate its price in
// advance. The error is a [*UsageError], or that of an invalid scenario.
func Expected(s scenario.Scenario, o Options) ([]scenario.Scenario, error) {
	h, err := newSearch(s, o)
	if err != nil {
		return nil, err
	}
	const shorts, fulls, farthest = 5, 9, 2 // of trials; how far above the first load
	var all []scenario.Scenario
	add := func(load float64, length time.Duration) {
		all = append(all, h.scenarioOf(&planned{number: len(all) + 1, load: h.bracket.Rounded(load), length: length}))
	}
	for range shorts {
		add(farthest*h.bracket.First, h.bracket.Short)
	}
	for range fulls {
		add(h.bracket.First, h.bracket.Full)
	}
	return all, nil
}

// search is a search in progress.
type search struct {
	options  Options
	scenario scenario.Scenario // without the load
	bracket  bracket.Search
	warmup   time.Duration
	drains   bool // the scenario itself does not begin without savings
	found    *Capacity
}

func newSearch(s scenario.Scenario, o Options) (*search, error) {
	o.Find, o.Width = cmp.Or(o.Find, Rate), cmp.Or(o.Width, usualWidth)
	if err := o.Find.check(&s); err != nil {
		return nil, err
	}
	h := &search{options: o}
	assumptions := h.prepare(s)
	first := predict(&h.scenario, o.Find)
	if err := scenario.Validate(h.scenarioOf(&planned{number: 1, load: first, length: h.full(first)})); err != nil {
		return nil, err
	}
	full := h.full(first)
	h.warmup = full / 4
	h.bracket = bracket.Search{
		Scale: o.Find.scale(first), Width: o.Width, First: first, Short: max(full/4, LeastTrial),
		Rules: bracket.Rules{Full: full, Sum: trialsOfOne * full, Exceed: exceed},
	}
	h.found = newCapacity(&h.scenario, h, assumptions)
	return h, nil
}

// prepare takes what a search decides itself out of the scenario. It says what, one sentence
// each.
func (h *search) prepare(s scenario.Scenario) (assumptions []string) {
	l := &s.Load
	if len(l.Stages) > 0 {
		assumptions = append(assumptions, "load.stages are left out: each trial has one load")
	}
	if h.options.Find == Rate && l.Think > 0 {
		assumptions = append(assumptions, "load.think is left out: operations become due at a rate")
		l.Think, l.ThinkVaries = 0, false
	}
	l.Stages, l.Operations = nil, 0
	if e := &s.Embedded; s.HasServer() && (e.KeyLimit() > 0 || e.HasThroughput()) {
		assumptions = append(assumptions, "each trial begins with no saved throughput (embedded.burst_used), so that the result is what the store sustains")
		h.drains, e.BurstUsed = !e.BurstUsed, true
	}
	if !s.HasServer() {
		assumptions = append(assumptions, "each trial creates a table of its own: what a new table saves or grants for its first minutes is in the result")
		if s.Table != "" {
			assumptions[len(assumptions)-1] = "all trials use one table: what it saved before them (up to 300 s of its throughput) is in the result"
		}
	}
	several := s
	if h.options.Find == Shards {
		several.Parameters.Shards = counter.MaxShards
	}
	if warning := report.Flattered(several, report.Target{Kind: s.Target}); warning != "" {
		assumptions = append(assumptions, warning)
	}
	h.scenario = s
	return assumptions
}

func (h *search) scenarioOf(p *planned) scenario.Scenario {
	return p.scenario(h.scenario, h.options.Find, h.warmup)
}

// full is the length of a trial that decides, for a load near first.
func (h *search) full(first float64) time.Duration {
	if h.options.Trial > 0 {
		return h.options.Trial
	}
	if h.scenario.Target != scenario.TargetSimulated {
		return inRealTime
	}
	rate := first
	switch h.options.Find {
	case Shards:
		rate = float64(h.scenario.Load.Rate)
	case Workers:
		rate = sustained(&h.scenario)
	}
	length := time.Duration(operationsEach / rate * float64(time.Second))
	return min(max(length, shortest), longest).Round(time.Second)
}

// run makes the trials of the search, and then those of the headroom.
func (h *search) run(ctx context.Context) error {
	for {
		next, ok := h.next()
		if !ok {
			break
		}
		if more, err := h.try(ctx, next); err != nil || !more {
			return err
		}
	}
	h.found.Complete = true
	h.conclude() // the headroom is around the result
	for _, next := range h.headroom() {
		if more, err := h.try(ctx, next); err != nil || !more {
			return err
		}
	}
	return nil
}

func (h *search) next() (*planned, bool) {
	h.replay()
	next, ok := h.bracket.Next(h.hint())
	return &planned{number: len(h.found.Trials) + 1, load: next.Load, length: next.Length}, ok
}

// replay enters all trials anew, because later ones can make an earlier one void.
func (h *search) replay() {
	fresh := bracket.Search{Scale: h.bracket.Scale, Rules: h.bracket.Rules, Width: h.bracket.Width, First: h.bracket.First, Short: h.bracket.Short}
	h.found.voidPoolLimited(&h.scenario, h.options.Find)
	for i := range h.found.Trials {
		if t := &h.found.Trials[i]; t.Factor == 0 {
			fresh.Add(bracket.Result{Trial: bracket.Trial{Load: t.Load, Length: seconds(t.LengthS)}, Kept: t.Kept, Void: t.Void != ""})
		}
	}
	h.bracket = fresh
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// try makes a trial, or takes it from those that were saved. more is false if the search was
// stopped.
func (h *search) try(ctx context.Context, p *planned) (more bool, err error) {
	s := h.scenarioOf(p)
	if i := p.number - 1; i < len(h.options.Saved) {
		saved := h.options.Saved[i]
		if saved.Load != p.load || saved.Seed != s.Seed || saved.LengthS != p.length.Seconds() {
			return false, fmt.Errorf("trial %d was saved with another load, seed or length: the search cannot be resumed", p.number)
		}
		h.found.Trials = append(h.found.Trials, saved)
		h.conclude() // the price of the trials so far limits those that follow
		return true, nil
	}
	if h.stopped(ctx) || h.tooDear(&s) {
		return false, nil
	}
	var o trial.Options
	if h.options.Run != nil {
		o = h.options.Run(p.number, &s)
	}
	outcome, err := trial.Run(ctx, s, o)
	if errors.Is(err, trial.ErrStopped) || h.stopped(ctx) {
		h.found.Stopped = "stopped before its end"
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("trial %d, at %s: %w", p.number, h.options.Find.Format(p.load), err)
	}
	return true, h.enter(p, &s, outcome)
}

func (h *search) enter(p *planned, s *scenario.Scenario, outcome *trial.Outcome) error {
	r := report.New(outcome, h.options.About)
	t, err := newTrial(p, s, r)
	if err != nil {
		return err
	}
	h.found.Trials = append(h.found.Trials, *t)
	h.replay()
	h.conclude()
	if h.options.OnTrial == nil {
		return nil
	}
	return h.options.OnTrial(t, s, r, h.found)
}

func (h *search) stopped(ctx context.Context) bool {
	select {
	case <-h.options.Stop:
	case <-ctx.Done():
	default:
		return false
	}
	h.found.Stopped = "stopped before its end"
	return true
}

// tooDear reports whether the next trial may make the search more expensive than allowed.
func (h *search) tooDear(next *scenario.Scenario) bool {
	if h.options.MaxUSD == 0 {
		return false
	}
	expected := estimate.Of(next).MaxDollars
	if h.found.USD+expected <= h.options.MaxUSD {
		return false
	}
	h.found.Stopped = fmt.Sprintf("the trials so far cost $%.2f, and the next one may cost $%.2f: more than $%.2f", h.found.USD, expected, h.options.MaxUSD)
	return true
}
