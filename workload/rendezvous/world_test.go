package rendezvous

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/clock"
	"contend/internal/localtest"
	"contend/workload/fault"
	"contend/workload/scenario"
	"contend/workload/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(localtest.Main(m)) }

// world is a store in simulated time, with machines beside each other.
type world struct {
	t      *testing.T
	ctx    context.Context
	clock  clock.Clock
	target *store.Target
	key    layout.Key
	group  *clock.Group
	n      int

	mu    sync.Mutex
	notes []string
}

// simulate runs do in simulated time, with a table that has the key.
func simulate(t *testing.T, key layout.Key, faults []fault.Rule, do func(*world)) {
	t.Helper()
	sc := scenario.Default()
	sc.Target, sc.Faults = scenario.TargetSimulated, faults
	sc.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
	err := clock.Simulation{Start: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}.Run(t.Context(), func(ctx context.Context) error {
		target, err := store.Open(ctx, &sc, store.Options{})
		if err != nil {
			return err
		}
		c := clock.Of(ctx)
		if _, err := (counter.Schema{Key: key}).CreateTable(ctx, target.Setup, "table", counter.Traits{}); err != nil {
			return err
		}
		target.Begin(c.Now())
		w := &world{t: t, ctx: ctx, clock: c, target: target, key: key, group: c.NewGroup()}
		do(w)
		if err := w.group.Wait(); err != nil {
			return err
		}
		return target.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) table() Table { return Table{Client: w.target.Load, Name: "table", Key: w.key} }

func member(machine, machines int) Member {
	return Member{Run: "run-1", Machine: machine, Machines: machines, Version: "v1", Scenario: "abc"}
}

func (w *world) options() Options {
	return Options{OnNote: func(note string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.notes = append(w.notes, note)
	}}
}

// machine begins a process.
func (w *world) machine(do func()) {
	w.n++
	w.group.Go(fmt.Sprintf("machine %d", w.n), func() error { do(); return nil })
}

func (w *world) sleep(d time.Duration) { w.clock.Sleep(w.ctx, d) }

// lossy are faults that hit every fifth request, its answer, or both.
func lossy() []fault.Rule {
	return []fault.Rule{{Kind: fault.LostRequest, Probability: 0.1}, {Kind: fault.LostReply, Probability: 0.1}}
}

// join enters a run and gathers.
func join(ctx context.Context, t Table, m Member, o Options) (*Meeting, error) {
	meeting, err := Enter(ctx, t, m, o)
	if err != nil {
		return nil, err
	}
	if err := meeting.Gather(ctx); err != nil {
		return nil, err
	}
	return meeting, nil
}

// lost returns the machines that are or were lost, in order, and includes this machine if
// others counted it as lost.
func (m *Meeting) lost() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []int
	for i := range m.state.peers {
		if m.state.peers[i].lost || i == m.member.Machine && m.state.lostBy != nil {
			list = append(list, i)
		}
	}
	return list
}

// abortedBy returns who ended the run early; nil: nobody has.
func (m *Meeting) abortedBy() *Abort {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.abort
}
