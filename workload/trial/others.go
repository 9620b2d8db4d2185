package trial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/rendezvous"
	"contend/workload/scenario"
)

// Part says how a run on several machines went for this process.
type Part struct {
	Machine
	// Ends says how the run ended for each machine, by machine number.
	Ends []rendezvous.Fate
	// Abort says which machine ended the run before its limit; nil: none did.
	Abort *rendezvous.Abort
	// Control is the traffic by which the machines coordinated. No other number of the run
	// includes it.
	Control rendezvous.Traffic
	// Clock relates this machine's clock to the common time. Breaks has a sentence for each
	// place where that relation is uncertain.
	Clock  []history.ClockReading
	Breaks []string
}

// others are the other machines of the run; they implement [fleet.Others].
type others struct {
	run     *run
	live    *measure.Live
	meeting *rendezvous.Meeting // nil before and after
	refused bool                // another process has this machine's number
	part    Part
}

// newOthers is nil if this process makes the whole run.
func newOthers(r *run) *others {
	if r.Machine.Whole() {
		return nil
	}
	return &others{run: r, live: new(measure.Live), part: Part{Machine: r.Machine}}
}

// add gives the fleet its share.
func (o *others) add(f *fleet.Fleet) {
	if o != nil {
		f.Share, f.Others, f.Live = o.run.Machine.Share, o, o.live
	}
}

// enter takes this machine's place in the run, before it touches the table's items.
func (o *others) enter(ctx context.Context) (err error) {
	if o == nil {
		return nil
	}
	r := o.run
	table := rendezvous.Table{
		Client: r.target.Setup, Name: r.place.Table, Key: r.scenario.Counters.Schema().TableKey(r.design.setup.Traits()),
	}
	member := rendezvous.Member{
		Run: r.Machine.Run, Machine: r.Machine.Machine, Machines: r.Machine.Machines, Version: r.Tool, Scenario: fingerprint(r.scenario),
	}
	o.meeting, err = rendezvous.Enter(ctx, table, member, rendezvous.Options{
		JoinTimeout: r.Machine.joinTimeout(), OnNote: r.note, Progress: func() int64 { return o.live.Snapshot().Operations },
	})
	o.refused = errors.As(err, new(*rendezvous.JoinedError))
	return err
}

// Begin implements [fleet.Others].
func (o *others) Begin(ctx context.Context) (time.Time, error) {
	o.run.note("waiting for the other machines")
	if err := o.meeting.Gather(ctx); err != nil {
		o.meeting = nil // it is closed
		return time.Time{}, err
	}
	at, _, err := o.meeting.Start(ctx)
	return at, err
}

// Aborted implements [fleet.Others].
func (o *others) Aborted() <-chan struct{} { return o.meeting.Aborted() }

// End implements [fleet.Others].
func (o *others) End(ctx context.Context, early string) error {
	if early != "" {
		o.meeting.Abort(early)
	}
	end, err := o.meeting.AwaitEnd(ctx)
	o.part.Ends, o.part.Abort = end.Fates, end.Abort
	return unlessCutOff(ctx, err)
}

// unlessCutOff is the error, unless the caller cut the run off: then it is the caller's doing,
// and the result says that it was interrupted.
func unlessCutOff(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// Clock implements [fleet.Others].
func (o *others) Clock(began time.Time) []history.ClockReading {
	o.part.Clock, o.part.Breaks = o.meeting.Clock(began), o.meeting.ClockBreaks()
	return o.part.Clock
}

// enterInto tells the result what the other machines' ends mean for it.
func (p *Part) enterInto(result *measure.Result) {
	result.Warnings = append(result.Warnings, p.doubts()...)
	if p.Abort != nil && fleet.EndedByLimit(p.Abort.Reason) {
		result.Interrupted = false
	}
}

// wasRefused reports whether another process has this machine's number.
func (o *others) wasRefused() bool { return o != nil && o.refused }

// leave takes leave of the others, once. Machine 0 waits until all have. The traffic is known
// then. failed says why the load did not begin; it is nil after a load.
func (o *others) leave(ctx context.Context, failed error) error {
	if o == nil || o.meeting == nil {
		return nil
	}
	m := o.meeting
	o.meeting = nil
	if failed != nil {
		m.Abort(failed.Error())
	}
	err := unlessCutOff(ctx, m.Close(ctx))
	if failed != nil {
		err = nil // that is the error to tell
	}
	if o.run.Machine.leads() && o.run.tableStays() {
		err = errors.Join(err, m.Clean(ctx, o.run.target.Setup))
	}
	o.part.Control = m.Traffic()
	return err
}

// lostLeader reports whether machine 0 was lost during the load, and did not come back.
func (o *others) lostLeader() bool {
	return o != nil && len(o.part.Ends) > 0 && o.part.Ends[0].Lost && !o.part.Ends[0].Returned && !o.part.Ends[0].Ended
}

// leftByMachine0 says what machine 0 leaves undone if it was killed.
func (r *run) leftByMachine0(table string) string {
	what := fmt.Sprintf("table %s may be left: machine 0, which deletes it", table)
	if r.scenario.Table != "" {
		what = fmt.Sprintf("items of table %s may be left changed: machine 0, which puts them back", table)
	}
	return what + ", was lost. \"contend clean\" does it, with the folder of machine 0"
}

// fingerprint is a hash of everything that changes what a scenario does. Machines may reach
// the store by different addresses.
func fingerprint(s scenario.Scenario) string {
	s.Target = ""
	sum := sha256.Sum256(scenario.Encode(s))
	return hex.EncodeToString(sum[:8])
}

// tableStays reports whether the table is there after the run.
func (r *run) tableStays() bool { return r.KeepTable || r.table.State == TableFound }

// Lost returns the numbers of the machines that counted as lost during the run.
func (p *Part) Lost() (all []int) {
	for _, end := range p.Ends {
		if end.Lost {
			all = append(all, end.Machine)
		}
	}
	return all
}

// doubts are what the other machines and the clock leave doubtful, one sentence each.
func (p *Part) doubts() []string {
	all := append([]string(nil), p.Breaks...)
	if p.Abort != nil && p.Abort.Machine != p.Machine.Machine {
		all = append(all, p.Abort.String())
	}
	for _, end := range p.Ends {
		switch {
		case end.Lost && end.Machine == p.Machine.Machine:
			all = append(all, fmt.Sprintf("machine %d counted this machine as lost: what it did after that was not waited for", end.LostBy))
		case end.Lost:
			all = append(all, fmt.Sprintf("machine %d was lost: it gave no sign of life after %d operations, and may have changed counters after that", end.Machine, end.Progress))
		case end.Left:
			all = append(all, fmt.Sprintf("machine %d left before its load had ended", end.Machine))
		}
	}
	return all
}
