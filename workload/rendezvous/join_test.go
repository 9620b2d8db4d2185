package rendezvous

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter/layout"
)

// TestMistakesAreNamed: all at once.
func TestMistakesAreNamed(t *testing.T) {
	_, err := join(t.Context(), Table{Key: layout.Key{Partition: layout.Element{Attribute: "contend_run"}}}, Member{Run: "a b", Machine: -1, Machines: 0}, Options{})
	for _, want := range []string{`run "a b": must have`, "machines: must be from 1 to 256, not 0", "must have a client", "must have a name", `key "contend_run"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if err := (Member{Run: "r", Machine: 4, Machines: 4}).check(); err == nil || !strings.Contains(err.Error(), "machine: must be from 0 to 3") {
		t.Error(err)
	}
	if err := (Member{Run: strings.Repeat("r", 65), Machines: 1}).check(); err == nil {
		t.Error("an ID of 65 letters was taken")
	}
}

// attempts has the machines join, and returns their errors.
func (w *world) attempts(members []Member, o func(int) Options) []error {
	errs := make([]error, len(members))
	for i, m := range members {
		w.machine(func() {
			joined, err := join(w.ctx, w.table(), m, o(i))
			if errs[i] = err; err == nil {
				w.sleep(5 * time.Second)
				_ = joined.Close(w.ctx)
			}
		})
	}
	_ = w.group.Wait()
	return errs
}

// TestAMissingMachineIsNamed by all that came.
func TestAMissingMachineIsNamed(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		began := w.clock.Now()
		errs := w.attempts([]Member{member(0, 5), member(1, 5), member(3, 5)}, func(i int) Options {
			o := w.options()
			o.JoinTimeout = time.Duration(5+i) * time.Second
			return o
		})
		var missing *MissingError
		if !errors.As(errs[0], &missing) || !slices.Equal(missing.Machines, []int{2, 4}) {
			t.Errorf("machine 0: %v", errs[0])
		}
		for i, err := range errs[1:] {
			var aborted *AbortedError
			if !errors.As(err, &aborted) || aborted.Machine != 0 || !strings.Contains(err.Error(), "machines 2 and 4 did not come within 5s") {
				t.Errorf("machine %d: %v", i+1, err)
			}
		}
		if took := w.clock.Since(began); took > 8*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestWhoNeverCameIsNotLost: however long the others wait for it.
func TestWhoNeverCameIsNotLost(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		errs := w.attempts([]Member{member(0, 3), member(1, 3)}, func(i int) Options {
			o := w.options()
			o.JoinTimeout = time.Duration(15+i) * time.Second
			return o
		})
		if want := `run "run-1": machine 0 ended the run: machine 2 did not come within 15s`; errs[1] == nil || errs[1].Error() != want {
			t.Errorf("got %v, want %s", errs[1], want)
		}
		if len(w.notes) > 0 {
			t.Errorf("notes %q", w.notes)
		}
	})
}

// TestDifferencesAreNamed: whoever joins a machine that differs learns which one and how.
func TestDifferencesAreNamed(t *testing.T) {
	for _, c := range []struct {
		change func(*Member)
		want   string
	}{
		{func(m *Member) { m.Version = "v2" }, "its version is v2, not v1"},
		{func(m *Member) { m.Scenario = "def" }, "its scenario has the hash def, not abc"},
		{func(m *Member) { m.Machines = 4 }, "it has 4 machines, not 3"},
	} {
		simulate(t, layout.Key{}, nil, func(w *world) {
			members := []Member{member(0, 3), member(1, 3), member(2, 3)}
			c.change(&members[1])
			errs := w.attempts(members, func(int) Options { return w.options() })
			for _, i := range []int{0, 2} {
				var different *DisagreementError
				var aborted *AbortedError // another one was faster
				if !errors.As(errs[i], &different) && !errors.As(errs[i], &aborted) || strings.Count(errs[i].Error(), "run-1") != 1 {
					t.Errorf("%s: machine %d: %v", c.want, i, errs[i])
				} else if different != nil && (different.Machine != 1 || !strings.Contains(errs[i].Error(), c.want)) {
					t.Errorf("%s: machine %d: %v", c.want, i, errs[i])
				}
			}
			if !slices.ContainsFunc(errs, func(err error) bool { var d *DisagreementError; return errors.As(err, &d) }) || errs[1] == nil {
				t.Errorf("%s: %v", c.want, errs)
			}
		})
	}
}

// TestAMachineJoinsOnce: neither beside itself, nor after a restart, nor in a later run
// with the same ID. The run goes on all the same.
func TestAMachineJoinsOnce(t *testing.T) {
	simulate(t, layout.Key{}, lossy(), func(w *world) {
		refused := func(why string, m Member) {
			_, err := join(w.ctx, w.table(), m, w.options())
			var joined *JoinedError
			if !errors.As(err, &joined) || joined.Machine != m.Machine || !strings.HasPrefix(joined.At, "2026-11-30T12:0") {
				t.Errorf("%s: %v", why, err)
			}
		}
		var meetings [3]*Meeting
		for i := range meetings {
			w.machine(func() { meetings[i] = w.joins(i, 3) })
		}
		_ = w.group.Wait()
		refused("the same machine twice", member(1, 3))
		meetings[2].stop() // says nothing, as after kill -9
		refused("a machine that was killed", member(2, 3))
		for i, m := range meetings[:2] {
			w.machine(func() {
				outcome, err := m.AwaitEnd(w.ctx)
				if err != nil || outcome.Abort != nil || !outcome.Fates[0].Ended || !outcome.Fates[1].Ended || !outcome.Fates[2].Lost {
					t.Errorf("machine %d: %+v, %v", i, outcome, err)
				}
				_ = m.Close(w.ctx)
			})
		}
		_ = w.group.Wait()
		refused("a run that is over", member(0, 3))
	})
}

// TestAnEarlierRunIsNotMet: what an incomplete run of the same ID left is not alive.
func TestAnEarlierRunIsNotMet(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		for i := range 3 {
			w.machine(func() {
				m := newMeeting(w.clock, w.table(), member(i, 4), w.options())
				if err := errors.Join(m.takePlace(w.ctx), m.enterRun(w.ctx)); err != nil {
					t.Error(err)
				}
				w.group.Go("heartbeats", m.beats)
				w.sleep(3 * time.Second)
				m.stop() // says nothing, as after kill -9
			})
		}
		_ = w.group.Wait()
		o := w.options()
		o.JoinTimeout = 5 * time.Second
		_, err := join(w.ctx, w.table(), member(3, 4), o)
		var missing *MissingError
		if !errors.As(err, &missing) || !slices.Equal(missing.Machines, []int{0, 1, 2}) {
			t.Errorf("the last machine: %v", err)
		}
	})
}

// TestARunThatHasStartedIsNotJoined, although the place is free.
func TestARunThatHasStartedIsNotJoined(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		var meetings [2]*Meeting
		for i := range meetings {
			w.machine(func() { meetings[i] = w.joins(i, 2) })
		}
		_ = w.group.Wait()
		if err := meetings[0].remove(w.ctx, w.target.Setup, itemNumber(1)); err != nil {
			t.Error(err)
		}
		_, err := join(w.ctx, w.table(), member(1, 2), w.options())
		var late *StartedError
		if !errors.As(err, &late) {
			t.Error(err)
		}
		for i, m := range meetings {
			w.machine(func() {
				w.sleep(3 * time.Second)
				outcome, err := m.AwaitEnd(w.ctx)
				if err != nil || outcome.Abort != nil || !outcome.Fates[0].Ended || !outcome.Fates[1].Ended {
					t.Errorf("machine %d: %+v, %v", i, outcome, err)
				}
				_ = m.Close(w.ctx)
			})
		}
	})
}

// TestWhoIsStoppedWhileWaitingTells the others.
func TestWhoIsStoppedWhileWaitingTells(t *testing.T) {
	simulate(t, layout.Key{}, nil, func(w *world) {
		began := w.clock.Now()
		for i := range 2 {
			w.machine(func() {
				ctx, cancel := w.ctx, context.CancelFunc(func() {})
				if i == 1 {
					ctx, cancel = w.clock.WithDeadline(w.ctx, w.clock.Now().Add(3*time.Second))
				}
				defer cancel()
				_, err := join(ctx, w.table(), member(i, 3), w.options())
				var aborted *AbortedError
				if i == 1 && !errors.Is(err, context.DeadlineExceeded) || i == 0 && (!errors.As(err, &aborted) || aborted.Machine != 1) {
					t.Errorf("machine %d: %v", i, err)
				}
				if took := w.clock.Since(began); took > 5*time.Second {
					t.Errorf("machine %d: it took %v", i, took)
				}
			})
		}
	})
}

// joins joins as a machine to which nothing happens before the start.
func (w *world) joins(i, machines int) *Meeting {
	m, err := join(w.ctx, w.table(), member(i, machines), w.options())
	if err == nil {
		_, _, err = m.Start(w.ctx)
	}
	if err != nil {
		w.t.Error(fmt.Errorf("machine %d: %w", i, err))
	}
	return m
}
