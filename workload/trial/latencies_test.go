package trial_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestWorkersHaveTheLatenciesOfTheirShare: in simulated time exactly, and over HTTP at
// least.
func TestWorkersHaveTheLatenciesOfTheirShare(t *testing.T) {
	const near, far = time.Millisecond, 40 * time.Millisecond
	for _, target := range []string{scenario.TargetSimulated, scenario.TargetEmbedded} {
		s := scenario.Default()
		s.Name, s.Target, s.Strategy, s.Seed = "latencies", target, counter.AtomicAddName, 3
		s.Load = scenario.Load{Workers: 4, Operations: 40}
		s.Simulated.Client = 0
		s.Embedded.Latencies = []scenario.LatencyShare{
			{Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: near}}, {Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: far}},
		}
		path := filepath.Join(t.TempDir(), "history.jsonl.zst")
		if _, err := trial.Run(t.Context(), s, trial.Options{History: path}); err != nil {
			t.Fatal(err)
		}
		parts, seen := s.LatencyOf(), map[int]int{}
		for _, op := range operationsIn(t, path) {
			a := op.Attempts[0]
			took, want := time.Duration(a.Returned-a.Invoked), []time.Duration{near, far}[parts[op.Worker]]
			if took < want || target == scenario.TargetSimulated && took != want {
				t.Errorf("%s: worker %d took %v, want %v", target, op.Worker, took, want)
			}
			seen[parts[op.Worker]]++
		}
		if seen[0] <= seen[1] || seen[1] == 0 {
			t.Errorf("%s: operations of each part: %v", target, seen)
		}
	}
}

func operationsIn(t *testing.T, path string) (all []history.Op) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for {
		var op history.Op
		if err := r.Next(&op); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, op)
	}
}
