package report

import (
	"fmt"
	"math"
	"testing"

	"contend/workload/measure"
	"contend/workload/scenario"
)

func workersWith(applied ...int64) (workers []measure.WorkerTally) {
	for number, n := range applied {
		workers = append(workers, measure.WorkerTally{Number: number, UpdatesApplied: n, UpdateAttempts: 2*n + 1, Conflicts: n + 1, LosingStreak: n})
	}
	return workers
}

func TestFairness(t *testing.T) {
	for _, c := range []struct {
		what    string
		applied []int64
		jain    float64 // 0: absent
		starved []int
	}{
		{"all the same", []int64{50, 50, 50, 50}, 1, nil},
		{"one has all", []int64{0, 0, 0, 400}, 0.25, []int{0, 1, 2}},
		{"half have all", []int64{100, 100, 0, 0}, 0.5, []int{2, 3}},
		{"one, two, three", []int64{1, 2, 3}, 36.0 / 42, nil},
		{"a tenth of the mean is not less than it", []int64{10, 190, 100, 100}, 400.0 * 400 / (4 * 56200), nil},
		{"less than a tenth of the mean", []int64{9, 191, 100, 100}, 400.0 * 400 / (4 * 56562), []int{0}},
		{"a mean below 10 accuses nobody", []int64{0, 13, 13, 13}, 0.75, nil},
		{"nothing was applied", []int64{0, 0, 0}, 0, nil},
		{"one worker", []int64{7}, 1, nil},
	} {
		f := fairness(&measure.Result{Workers: workersWith(c.applied...)})
		switch {
		case c.jain == 0:
			if f.Jain != nil {
				t.Errorf("%s: got %v, want no index", c.what, *f.Jain)
			}
		case math.Abs(*f.Jain-c.jain) > 1e-12:
			t.Errorf("%s: got %v, want %v", c.what, *f.Jain, c.jain)
		}
		if fmt.Sprint(f.Starved) != fmt.Sprint(c.starved) {
			t.Errorf("%s: got %v starved, want %v", c.what, f.Starved, c.starved)
		}
	}
}

func TestFairnessTellsEachWorker(t *testing.T) {
	f := fairness(&measure.Result{Workers: workersWith(5, 2, 9)})
	if f.Best != 9 || f.Worst != 2 || f.LongestLosingStreak != 9 {
		t.Errorf("got best %d, worst %d, streak %d, want 9, 2 and 9", f.Best, f.Worst, f.LongestLosingStreak)
	}
	want := Worker{Number: 1, Applied: 2, Attempts: 5, Conflicts: 3, LosingStreak: 2}
	if f.Workers[1] != want {
		t.Errorf("got %+v, want %+v", f.Workers[1], want)
	}
	if got := fairness(&measure.Result{Workers: make([]measure.WorkerTally, 8)}); got != nil {
		t.Errorf("only reads: got %+v", got)
	}
}

// TestWorkersThatAreNotTreatedAlike: if workers have different tasks, none of them
// counts as starved, and there is no index of fairness.
func TestWorkersThatAreNotTreatedAlike(t *testing.T) {
	for what, load := range map[string]scenario.Load{
		"open loop": {Workers: 4, Rate: 50},
		"stages":    {Workers: 4, Stages: []scenario.Stage{{Workers: 1}, {Workers: 4}}},
	} {
		run := &measure.Result{Workers: workersWith(400, 9, 8, 0)}
		run.Scenario.Load = load
		f := fairness(run)
		if f.Jain != nil || f.Starved != nil || starving(run) != "" || f.Best != 400 || len(f.Workers) != 4 {
			t.Errorf("%s: got %+v, want its workers alone", what, f)
		}
		for _, m := range fairnessMetrics() {
			if m.value(&Report{Contention: Contention{Fairness: f}}) != nil && m.Name != "longest_losing_streak" {
				t.Errorf("%s: %s has a value", what, m.Name)
			}
		}
	}
}

func TestWorkerNames(t *testing.T) {
	for _, c := range []struct {
		numbers []int
		want    string
	}{
		{[]int{3}, "worker 3"},
		{[]int{3, 7}, "worker 3 and worker 7"},
		{[]int{3, 7, 8}, "worker 3, worker 7 and worker 8"},
		{[]int{3, 7, 8, 9, 10}, "worker 3, worker 7, worker 8 and 2 more"},
	} {
		if got := WorkerNames(c.numbers); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
