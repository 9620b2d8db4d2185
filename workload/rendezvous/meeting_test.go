package rendezvous

import (
	"testing"
	"time"

	"contend/counter/layout"
	"contend/internal/longtest"
	"contend/workload/fault"
)

// TestMachinesMeet: they start at one moment, see each other end, and leave.
func TestMachinesMeet(t *testing.T) {
	for _, c := range []struct {
		name     string
		machines int
		faults   []fault.Rule
	}{
		{"one", 1, nil}, {"two", 2, nil}, {"five", 5, nil}, {"a hundred", 100, nil},
		{"two, lossy", 2, lossy()}, {"five, lossy", 5, lossy()}, {"a hundred, lossy", 100, lossy()},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "a hundred" {
				longtest.Only(t)
			}
			simulate(t, layout.Key{}, c.faults, func(w *world) {
				starts := make([]started, c.machines)
				for i := range c.machines {
					w.machine(func() { starts[i] = w.wholeRun(i, c.machines) })
				}
				_ = w.group.Wait()
				w.startedTogether(starts)
				if len(w.notes) > 0 {
					t.Errorf("notes: %q", w.notes)
				}
			})
		})
	}
}

// started is when a machine started, and by how much its clock may be wrong.
type started struct {
	at     time.Time
	late   time.Duration
	within time.Duration
}

// wholeRun is the life of a machine that nothing happens to.
func (w *world) wholeRun(i, machines int) (s started) {
	m, err := join(w.ctx, w.table(), member(i, machines), w.options())
	if err != nil {
		w.t.Errorf("machine %d: %v", i, err)
		return s
	}
	at, late, err := m.Start(w.ctx)
	if err != nil {
		w.t.Errorf("machine %d: %v", i, err)
	}
	s = started{w.clock.Now(), late, time.Duration(m.Clock(at)[0].Within)}
	w.sleep(10 * time.Second)
	outcome, err := m.AwaitEnd(w.ctx)
	if err != nil {
		w.t.Errorf("machine %d: %v", i, err)
	}
	for _, f := range outcome.Fates {
		if !f.Ended || f.Lost {
			w.t.Errorf("machine %d: %+v", i, f)
		}
	}
	if err := m.Close(w.ctx); err != nil {
		w.t.Errorf("machine %d: close: %v", i, err)
	}
	return s
}

// startedTogether checks that no two machines started with more between them than the
// bounds of their clocks and what they know to have been late.
func (w *world) startedTogether(starts []started) {
	zero := starts[0]
	for i, s := range starts[1:] {
		if d := s.at.Sub(zero.at) - s.late + zero.late; d.Abs() > s.within {
			w.t.Errorf("machine %d started %v after machine 0, and knows its clock within %v", i+1, d, s.within)
		}
	}
}
