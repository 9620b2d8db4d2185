package trial

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
)

// ErrStopped means that the load did not begin because [Options.Stop] was closed or the context
// ended.
var ErrStopped = fleet.ErrStopped

// run is one call of [Run].
type run struct {
	Options
	scenario scenario.Scenario
	target   *store.Target
	place    Place
	design   design
	table    Table
	items    *Items // nil unless the table was there before
	// triedToPutBack is true once the items were to be put back.
	triedToPutBack bool
	others         *others // nil: this process makes the whole run
	outcome        *Outcome
	clock          clock.Clock
	judging        *judging // nil in real time, where the history's file is read back
	// realStart is when a simulated run began in real time, and real the clock that
	// says so; realStart is zero if the run is not simulated.
	realStart time.Time
	real      clock.Clock
}

// Run carries out a scenario. When ctx ends, Run stops at once; to end the load early and still
// judge it, close [Options.Stop].
//
// The outcome is nil only if the load did not begin, or after a panic. The error joins
// everything that went wrong: a [*StoreError] for the store, [ErrHistory] for the history's
// file, a [*store.NoConsentError] for a target without consent, [ErrStopped] for a load that
// did not begin because Stop was closed. A failed check is not an error; see [Outcome.Verdict].
//
// With the target simulated, the whole run is in simulated time, from the creation of the table
// to its deletion, and begins at [SimulatedStart]. Its callbacks must not block for long, and
// Strategy must follow the rules of simulated time in package clock.
func Run(ctx context.Context, s scenario.Scenario, o Options) (outcome *Outcome, err error) {
	if s.Target == scenario.TargetSimulated {
		return simulate(ctx, s, o)
	}
	return execute(ctx, &run{Options: o, scenario: s})
}

// SimulatedStart is the time at which simulated runs begin.
var SimulatedStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// ErrStandstill is the error of a simulated run in which time never advances, because something
// keeps working without ever waiting. The error that wraps it names the culprit.
var ErrStandstill = errors.New("no simulated time passes")

// standstill matches [ErrStandstill].
type standstill struct{ *clock.StandstillError }

func (standstill) Is(target error) bool { return target == ErrStandstill }

// maxSteps is how many steps a run may take at one moment of simulated time. A run may
// carry out all of its operations at one moment, but not more than that.
func maxSteps(s *scenario.Scenario) int {
	const always, each = 200_000, 100
	return always + each*(s.Load.Workers+s.Counters.Count+int(min(s.Load.Operations, 1<<40)))
}

// simulate carries out a scenario in simulated time.
func simulate(ctx context.Context, s scenario.Scenario, o Options) (outcome *Outcome, err error) {
	simulation := clock.Simulation{Start: SimulatedStart, MaxSteps: maxSteps(&s)}
	real := clock.Of(ctx)
	r := &run{Options: o, scenario: s, real: real, realStart: real.Now()}
	err = simulation.Run(ctx, func(ctx context.Context) (err error) {
		outcome, err = execute(ctx, r)
		return err
	})
	var still *clock.StandstillError
	if errors.As(err, &still) {
		err = standstill{still}
	}
	return outcome, err
}

// execute carries out a scenario by the clock of the context.
func execute(ctx context.Context, r *run) (outcome *Outcome, err error) {
	r.clock, r.others = clock.Of(ctx), newOthers(r)
	if err := CheckMachine(&r.scenario, r.Machine); err != nil {
		return nil, err
	}
	r.plainItems()
	setup, cancel := r.clock.WithStop(ctx, r.Stop)
	defer cancel()
	if r.clock.Simulated() {
		r.judging = new(judging)
	}
	if r.History == "" && (r.judging == nil || r.Picture != "") { // a picture is drawn by the file
		folder, tempErr := os.MkdirTemp("", "contend-history-")
		if tempErr != nil {
			return nil, &historyError{tempErr}
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		r.History = filepath.Join(folder, "history.jsonl.zst")
	}
	r.place = Place{Kind: r.scenario.Target, Endpoint: r.scenario.Target, Table: r.tableName(r.clock.Now())}
	part := r.scenario
	shareFaults(&part, r.Machine.Share)
	if r.target, err = store.Open(setup, &part, store.Options{Consent: r.Consent, Dial: r.Dial}); err != nil {
		return nil, r.beforeLoad(setup, err)
	}
	defer func() { err = errors.Join(err, r.target.Close()) }()
	if err := r.arrive(); err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	table, err := r.findTable(setup)
	if table != nil {
		defer func() { err = errors.Join(err, r.drop(table)) }()
	}
	if err == nil {
		err = r.others.enter(setup)
	}
	defer func() { err = errors.Join(err, r.others.leave(ctx, err)) }()
	if err == nil {
		err = r.noteItems(setup, table)
	}
	if err != nil {
		return nil, r.beforeLoad(setup, err)
	}
	defer func() { err = errors.Join(err, r.putBack(nil)) }()
	if r.OnStart != nil {
		r.OnStart(r.place)
	}
	err = crash.Catch(func() error { return r.measure(ctx, setup) })
	return r.outcome, err
}

// arrive reports the place, and checks whether load may be put on it.
func (r *run) arrive() error {
	r.place.Kind, r.place.Endpoint, r.place.Region = r.target.Kind, r.target.Endpoint, r.target.Region
	r.place.Elsewhere, r.place.Description = r.target.NeedsConsent(), r.target.Place()
	if r.OnTarget != nil {
		if err := r.OnTarget(r.place); err != nil {
			return err
		}
	}
	return r.target.Refuse(r.Consent)
}

// beforeLoad explains why the load did not begin. If the run was stopped, that is the
// only reason, whatever error the interrupted request had.
func (r *run) beforeLoad(setup context.Context, err error) error {
	if setup.Err() != nil {
		return ErrStopped
	}
	return Explain(err, r.place.Endpoint)
}

// measure puts the load on the table and judges it.
func (r *run) measure(ctx, setup context.Context) error {
	result, err := r.load(ctx)
	if result == nil {
		if isCrash(err) {
			return err
		}
		return r.beforeLoad(setup, err)
	}
	err = Explain(err, r.place.Endpoint)
	result.Err = err // explained, for the report
	leaveErr := r.others.leave(ctx, nil)
	leftErr := errors.Join(leaveErr, r.putBack(result))
	return errors.Join(err, leftErr, r.conclude(result))
}

// load runs the fleet.
func (r *run) load(ctx context.Context) (result *measure.Result, err error) {
	f := fleet.Fleet{
		Tool:     r.Tool,
		Scenario: r.scenario,
		Table:    r.place.Table,
		Strategy: func(int) counter.Strategy { return r.design.load },
		Setup:    r.design.setup,
		InFlight: r.target.InFlight,
		OnStart:  r.target.Begin,
		Cost:     r.Cost,
		OnSlow:   r.note,
	}
	r.others.add(&f)
	if r.Watch != nil {
		f.Live = cmp.Or(f.Live, new(measure.Live))
		end := r.Watch(f.Live)
		defer func() { err = errors.Join(err, end()) }()
	}
	dismiss, err := r.hire(&f)
	if err != nil {
		return nil, err
	}
	defer func() {
		warnings, ended := dismiss()
		if err = errors.Join(err, ended); result != nil {
			result.Warnings = append(result.Warnings, warnings...)
		}
	}()
	return r.keepHistory(func(file io.Writer) (*measure.Result, error) {
		f.History = history.To(file)
		if r.judging != nil {
			f.History = r.judging.begin(file)
		}
		return f.Run(ctx, r.Stop)
	})
}

// design holds the counter's design twice: for the load, and for the requests before
// and after it.
type design struct{ load, setup counter.Strategy }

// choose makes the design. One of the caller's own gives the run its name.
func (r *run) choose() (err error) {
	build := r.Strategy
	switch {
	case r.isProgram():
		build = func(client counter.DynamoDB) (counter.Strategy, error) { return newProgramDesign(&r.scenario, client) }
	case build == nil:
		schema := r.scenario.Counters.Schema()
		build = func(client counter.DynamoDB) (counter.Strategy, error) {
			return schema.NewStrategy(r.scenario.Strategy, client, r.scenario.CounterParameters())
		}
	}
	var load counter.DynamoDB = r.target.Load
	if r.Client != nil {
		load = r.Client(load)
	}
	if r.design.load, err = build(load); err != nil {
		return err
	}
	if r.design.setup, err = build(r.target.Setup); err != nil {
		return err
	}
	r.scenario.Strategy = r.design.setup.Name()
	return nil
}

// conclude judges a load that ended.
func (r *run) conclude(result *measure.Result) error {
	if warning := store.SharedConnections(int(r.Machine.Of(int64(r.scenario.Load.Workers)))); warning != "" && r.realStart.IsZero() {
		result.Warnings = append(result.Warnings, warning)
	}
	if r.others != nil {
		r.others.part.enterInto(result)
	}
	o, err := r.judge(result)
	o.Place, o.SDK, o.Planted, o.Items = r.place, r.target.SDK, r.target.Planted(), r.items
	o.Place.Endpoint = r.target.SentTo()
	if r.others != nil {
		o.Part = &r.others.part
	}
	if !r.realStart.IsZero() {
		o.Simulation = &Simulation{StartedAt: r.realStart, Took: r.real.Since(r.realStart)}
	}
	r.outcome = o
	if r.OnOutcome != nil {
		err = errors.Join(err, r.OnOutcome(o))
	}
	return err
}

// isCrash reports whether an error is a panic, or joins one.
func isCrash(err error) bool {
	var caught *crash.Error
	return errors.As(err, &caught)
}
