package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

func TestShares(t *testing.T) {
	for _, machines := range []int{0, 1, 2, 3, 7} {
		for total := range int64(23) {
			owners := make([]int, total)
			var sum int64
			for machine := range max(machines, 1) {
				s := Share{Machine: machine, Machines: machines}
				n := s.Of(total)
				sum += n
				for i := range n {
					owners[s.Number(int(i))]++
					if !s.Has(int64(s.Number(int(i)))) {
						t.Errorf("%+v: has not its own number %d", s, s.Number(int(i)))
					}
				}
			}
			if sum != total || slices.ContainsFunc(owners, func(n int) bool { return n != 1 }) {
				t.Errorf("%d machines: %d of %d in all, owners %v", machines, sum, total, owners)
			}
		}
	}
}

func TestSharesThatNoMachineHas(t *testing.T) {
	for _, s := range []Share{{Machine: 1}, {Machine: -1, Machines: 2}, {Machine: 2, Machines: 2}, {Machines: 5}} {
		sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 4, Operations: 8} })
		f := fleetOf(&store{}, sc)
		f.Share = s
		if result, err := f.Run(t.Context(), nil); err == nil || result != nil {
			t.Errorf("%+v: result %v, error %v", s, result, err)
		}
	}
}

// together are the others of each machine, in one simulation.
type together struct {
	clock        clock.Clock
	machines     int
	ready, over  int
	begin, ended *clock.Event
	early        []string
}

func (g *together) Begin(ctx context.Context) (time.Time, error) {
	if g.ready++; g.ready == g.machines {
		g.begin.Fire()
	}
	err := g.begin.Wait(ctx)
	return time.Unix(1, 0), err
}

func (g *together) End(ctx context.Context, early string) error {
	if early != "" {
		g.early = append(g.early, early)
	}
	if g.over++; g.over == g.machines {
		g.ended.Fire()
	}
	return g.ended.Wait(ctx)
}

func (*together) Aborted() <-chan struct{} { return nil }

func (*together) Clock(time.Time) []history.ClockReading { return nil }

// runShares runs a scenario on several machines in one simulation, and returns the result
// and the operations of each.
func runShares(t *testing.T, sc scenario.Scenario, machines int) (results []*measure.Result, ops [][]history.Op) {
	t.Helper()
	s := &store{latency: 3 * time.Millisecond}
	files := make([]bytes.Buffer, machines)
	results = make([]*measure.Result, machines)
	err := clock.Simulation{Start: time.Unix(0, 0), Patience: 20 * time.Second}.Run(t.Context(), func(ctx context.Context) error {
		c := clock.Of(ctx)
		others := &together{clock: c, machines: machines, begin: c.NewEvent(), ended: c.NewEvent()}
		group := c.NewGroup()
		for i := range machines {
			group.Go(fmt.Sprintf("machine %d", i), func() (err error) {
				f := Fleet{
					Scenario: sc, Table: "table", Setup: s, Strategy: func(int) counter.Strategy { return s },
					Share: Share{Run: "r", Machine: i, Machines: machines}, Others: others, History: history.InOrderTo(&files[i]),
				}
				results[i], err = f.Run(ctx, nil)
				return err
			})
		}
		return group.Wait()
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		r, err := history.NewReader(&files[i])
		if err != nil {
			t.Fatal(err)
		}
		var all []history.Op
		for {
			var op history.Op
			if err := r.Next(&op); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			all = append(all, op)
		}
		ops = append(ops, all)
	}
	return results, ops
}

// sharedScenarios draw no random number because of what others do: no request is repeated.
func sharedScenarios() map[string]scenario.Scenario {
	all := map[string]scenario.Scenario{}
	for name, sc := range simulatedScenarios() {
		if sc.Load.Open() { // the worker of an arrival is whoever is free
			continue
		}
		sc.Retry.Kind = retry.None
		all[name] = sc
	}
	return all
}

// TestSharesDrawWhatOneMachineWould: the same workers do the same in the same order, however
// many machines they are on.
func TestSharesDrawWhatOneMachineWould(t *testing.T) {
	for name, sc := range sharedScenarios() {
		t.Run(name, func(t *testing.T) {
			asked := func(ops [][]history.Op) map[int][]string {
				all := map[int][]string{}
				for machine, list := range ops {
					for _, op := range list {
						if !(Share{Machine: machine, Machines: len(ops)}).Has(int64(op.Worker)) {
							t.Fatalf("machine %d of %d has worker %d", machine, len(ops), op.Worker)
						}
						all[op.Worker] = append(all[op.Worker], fmt.Sprint(op.Sequence, op.Counter, op.Kind, op.Delta, op.To))
					}
				}
				return all
			}
			_, one := runShares(t, sc, 1)
			want := asked(one)
			for _, machines := range []int{2, 3} {
				results, ops := runShares(t, sc, machines)
				compared := 0
				for worker, list := range asked(ops) {
					n := min(len(list), len(want[worker]))
					compared += n
					if !slices.Equal(list[:n], want[worker][:n]) {
						t.Errorf("%d machines: worker %d did %v, alone %v", machines, worker, list[:n], want[worker][:n])
					}
				}
				if compared < 20 {
					t.Errorf("%d machines: only %d operations to compare", machines, compared)
				}
				var started int64
				for _, r := range results {
					started += r.Tally.Started
				}
				if sc.Load.Operations > 0 && sc.Load.Duration == 0 && started != sc.Load.Operations {
					t.Errorf("%d machines: %d operations, want %d", machines, started, sc.Load.Operations)
				}
			}
		})
	}
}

// TestSharesOfAnOpenLoop: all machines together are due what one would be, at the same
// moments.
func TestSharesOfAnOpenLoop(t *testing.T) {
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: 12, Rate: 400, Duration: 2 * time.Second, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}
	})
	due := func(machines int) (moments []int64) {
		_, ops := runShares(t, sc, machines)
		for _, list := range ops {
			for _, op := range list {
				moments = append(moments, op.Due)
			}
		}
		slices.Sort(moments)
		return moments
	}
	one, three := due(1), due(3)
	if len(one) < 600 || !slices.Equal(one, three) {
		t.Errorf("%d and %d operations, or not due at the same moments", len(one), len(three))
	}
}
