package trial_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestASimulatedRunIsAFunctionOfItsSeed: for each design, the seed decides the run,
// whatever the processors do.
func TestASimulatedRunIsAFunctionOfItsSeed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, design := range counter.StrategyNames() {
		s := scenario.Default()
		s.Name, s.Strategy, s.Target, s.Seed = "simulated", design, scenario.TargetSimulated, 7
		s.Load = scenario.Load{Workers: 8, Duration: 300 * time.Millisecond}
		s.Operations = scenario.Mix{history.Increment: 9, history.Read: 1}
		s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
		run := func(processors int) (text string, o *trial.Outcome) {
			runtime.GOMAXPROCS(processors)
			path := filepath.Join(t.TempDir(), "history.jsonl.zst")
			o, err := trial.Run(t.Context(), s, trial.Options{History: path})
			if err != nil {
				t.Fatalf("%s: %v", design, err)
			}
			return textOf(t, path), o
		}
		text, first := run(1)
		again, second := run(2)
		if again != text {
			t.Errorf("%s: the same seed has another history", design)
		}
		first.Simulation, second.Simulation = nil, nil // they are of real time
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: the same seed has other numbers: %+v and %+v", design, first.Result.Tally, second.Result.Tally)
		}
		s.Seed++
		if other, _ := run(1); other == text {
			t.Errorf("%s: another seed has the same history", design)
		}
	}
}

// textOf is the text of a history.
func textOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := zstd.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	text, err := io.ReadAll(decoder)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
