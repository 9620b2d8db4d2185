package fleet

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/scenario"
)

// hiding is a store whose eventually consistent reads do not find a counter until it
// has reached a certain age.
type hiding struct {
	*store
	lag  time.Duration
	made time.Time
}

func (h *hiding) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	if !consistent && time.Since(h.made) < h.lag {
		return counter.State{}, counter.Units{}, counter.ErrNotFound
	}
	return h.store.Read(ctx, key, consistent)
}

func hidingFleet(lag time.Duration) Fleet {
	sc := baseScenario(func(sc *scenario.Scenario) {
		threeOperations(sc)
		sc.Target, sc.Reads, sc.Embedded.ReadLag = scenario.TargetEmbedded, scenario.ReadsEventual, lag
	})
	f := fleetOf(&store{latency: time.Millisecond}, sc)
	f.Setup = &hiding{store: f.Setup.(*store), lag: lag, made: time.Now()}
	return f
}

// TestARunWithALongReadLagBegins: a new counter is invisible for as long as the
// scenario says.
func TestARunWithALongReadLagBegins(t *testing.T) {
	for _, lag := range []time.Duration{time.Second, 61 * time.Second, time.Duration(longtest.Count(5, 60)) * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			result, err := hidingFleet(lag).Run(t.Context(), nil)
			if err != nil || result.Tally.Applied != 3 {
				t.Errorf("lag %s: %+v, %v", lag, result, err)
			}
		})
	}
}

func TestWaitingForAnInvisibleCounterIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(stop) })
		began := time.Now()
		if _, err := hidingFleet(time.Hour).Run(t.Context(), stop); !errors.Is(err, ErrStopped) || time.Since(began) > 2*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// TestAReadBesideTheLoadIsPatient: before and after the load, a read is repeated if
// only a busy store would refuse it, and not after other errors.
func TestAReadBesideTheLoadIsPatient(t *testing.T) {
	unprocessed := fmt.Errorf("read: %w", counter.ErrUnprocessed)
	for _, c := range []struct {
		what    string
		fault   func(n int) error
		applied int64
		failed  bool
	}{
		{"first reads left unprocessed", upTo(3, unprocessed), 3, false},
		{"a final read left unprocessed", func(n int) error { return upTo(4, unprocessed)(n - 1) }, 3, false},
		{"a final read cancelled by a write", func(n int) error { return upTo(4, errRefused)(n - 1) }, 3, false},
		{"a final read that never comes", func(n int) error { return upTo(1<<30, unprocessed)(n - 1) }, 3, true},
		{"a final read refused for good", func(n int) error { return upTo(1, errPermanent)(n - 1) }, 3, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &store{latency: time.Millisecond, readFault: c.fault}
			result, err := fleetOf(s, baseScenario(threeOperations)).Run(t.Context(), nil)
			if result == nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			check(t, c.what+": applied", result.Tally.Applied, c.applied)
			check(t, c.what+": failed", err != nil, c.failed)
			check(t, c.what+": final known", result.Ledgers[0].FinalKnown, !c.failed)
		})
	}
}

// upTo fails the reads 1 to n.
func upTo(n int, err error) func(int) error {
	return func(read int) error {
		if read >= 1 && read <= n {
			return err
		}
		return nil
	}
}

// TestPatienceLastsHalfAMinute: it lasts no longer, however long a read takes. The
// pauses double from 50 ms to 2 s.
func TestPatienceLastsHalfAMinute(t *testing.T) {
	for latency, want := range map[time.Duration]struct {
		reads int
		took  time.Duration
	}{
		0:                       {20, 3150*time.Millisecond + 13*2*time.Second},
		3550 * time.Millisecond: {8, 30*time.Second + 3550*time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &store{latency: latency, readFault: upTo(1<<30, counter.ErrUnprocessed)}
			began := time.Now()
			_, err := ReadPatiently(t.Context(), s, counter.Key{}, true)
			check(t, "error", err, counter.ErrUnprocessed)
			check(t, "reads", s.reads, want.reads)
			check(t, "took", time.Since(began), want.took)
		})
	}
}

// TestPatienceEndsWithItsContext: a context that ends in a pause ends the patience, and
// the error says why it was needed.
func TestPatienceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{readFault: upTo(1<<30, counter.ErrUnprocessed)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := ReadPatiently(ctx, s, counter.Key{}, true)
		check(t, "error", err, counter.ErrUnprocessed)
		check(t, "reads", s.reads, 5) // after 0, 50, 150, 350 and 750 ms
	})
}

func TestOnlyABusyStoreIsAskedAgain(t *testing.T) {
	for err, want := range map[error]bool{
		counter.ErrUnprocessed: true, errRefused: true,
		errTimeout: false, errPermanent: false, counter.ErrFloor: false, errors.New("anything else"): false,
	} {
		check(t, err.Error(), mayPass(err), want)
	}
}
