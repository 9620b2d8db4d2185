package fleet

import (
	"context"
	"fmt"
	"strings"
	"time"

	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
)

// Share is the part of the load that this process makes.
type Share = measure.Share

// checkShare refuses a share that no machine can have.
func checkShare(s Share, workers int) error {
	switch {
	case s.Whole() && s.Machine == 0:
		return nil
	case s.Machine < 0 || s.Machine >= s.Machines:
		return fmt.Errorf("fleet: there is no machine %d of %d: they are counted from 0", s.Machine, s.Machines)
	case workers < s.Machines:
		return fmt.Errorf("fleet: %d workers cannot be divided over %d machines: each needs one at least", workers, s.Machines)
	}
	return nil
}

// Others are the machines that make the rest of the load. Aborted may be called by any
// goroutine; the other methods are called one after another, by the goroutine that called
// [Fleet.Run].
type Others interface {
	// Begin is called when the counters were read. It returns when that holds for all
	// machines, with the moment at which all begin, on the clock of the context. The moment
	// lies ahead, unless this machine was told of it too late.
	Begin(ctx context.Context) (time.Time, error)
	// Aborted is closed, after Begin, when another machine ends the load of all before its
	// limit.
	Aborted() <-chan struct{}
	// End is called when the own load is over. early says why it ended before its limit, and
	// is "" if it did not. It returns when the load of all other machines is over too, or
	// they are lost.
	End(ctx context.Context, early string) error
	// Clock says how times since began stand to the common time of all machines, as far
	// as it is known by now.
	Clock(began time.Time) []history.ClockReading
}

// meetOthers waits until all machines are ready and knows then when the load begins.
func (r *run) meetOthers(ctx context.Context, stop <-chan struct{}) (err error) {
	if r.fleet.Others == nil {
		return nil
	}
	ctx, cancel := r.clock.WithStop(ctx, stop)
	defer cancel()
	if r.began, err = r.fleet.Others.Begin(ctx); err != nil && isClosed(stop) {
		return ErrStopped
	}
	return err
}

// startsAt is the moment at which the load begins, for the history.
func (r *run) startsAt() time.Time {
	if r.fleet.Others == nil {
		return r.clock.Now()
	}
	return r.began
}

// heed ends the load when another machine ends that of all. The caller must call release.
func (r *run) heed(interrupted *clock.Event) (release func()) {
	if r.fleet.Others == nil {
		return func() {}
	}
	return interrupted.FireAt(r.fleet.Others.Aborted())
}

// isStopped reports whether the caller or another machine ended the load.
func (r *run) isStopped(stop <-chan struct{}) bool {
	return isClosed(stop) || r.fleet.Others != nil && isClosed(r.fleet.Others.Aborted())
}

// awaitBegin waits for the moment at which the load begins.
func (r *run) awaitBegin(interrupted *clock.Event) {
	if r.fleet.Others == nil {
		r.began = r.clock.Now()
		return
	}
	r.clock.SleepOr(-r.clock.Since(r.began), interrupted)
}

// awaitOthers waits until the load of all machines is over.
func (r *run) awaitOthers(ctx context.Context, loadErr error) error {
	if r.fleet.Others == nil {
		return nil
	}
	return r.fleet.Others.End(ctx, r.endedEarlyBy(loadErr))
}

// endedEarlyBy says why the load ended before its limit; "" if it did not.
func (r *run) endedEarlyBy(loadErr error) string {
	switch {
	case loadErr != nil:
		return loadErr.Error()
	case r.endedEarly != nil:
		return fmt.Sprintf("%s%q was missed", byThreshold, r.fleet.Scenario.Thresholds[r.endedEarly.Threshold])
	case r.costReached != nil:
		return byCost + " was reached"
	case r.stopped:
		return "it was interrupted"
	}
	return ""
}

// How a reason begins why a limit of the scenario or of the user ended a load.
const byThreshold, byCost = "the threshold ", "the limit of the cost"

// EndedByLimit reports whether the reason that [Others.End] was given is a limit that the
// load reached, and not an error or an interrupt.
func EndedByLimit(early string) bool {
	return strings.HasPrefix(early, byThreshold) || strings.HasPrefix(early, byCost)
}

// nameSource says in the header which part of the run the history has.
func (r *run) nameSource(h *history.Header) {
	f := &r.fleet
	if f.Share.Whole() {
		return
	}
	h.Run, h.Source, h.Sources = f.Share.Run, f.Share.Machine, f.Share.Machines
	if f.Others != nil {
		h.Clock = f.Others.Clock(r.began)
	}
}
