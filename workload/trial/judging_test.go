package trial_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// liar is a counter that acknowledges some changes without making them.
type liar struct {
	counter.Strategy
	every, changes int // every: 0 for never
}

func (l *liar) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	l.changes++
	receipt, err := l.Strategy.Add(ctx, key, change)
	if l.every > 0 && l.changes%l.every == 0 {
		receipt.State.Value++
	}
	return receipt, err
}

// TestASimulatedRunIsJudgedAsItsFile: it is judged without its file, with the same
// result as by the file.
func TestASimulatedRunIsJudgedAsItsFile(t *testing.T) {
	for _, c := range []struct {
		every int
		want  check.Status
	}{{0, check.Pass}, {50, check.Fail}} {
		s := scenario.Default()
		s.Name, s.Target = "simulated", scenario.TargetSimulated
		s.Load = scenario.Load{Workers: 8, Duration: 300 * time.Millisecond}
		s.Embedded.Latency = scenario.ModelledLatency{Mean: 4 * time.Millisecond, SD: time.Millisecond}
		run := func(o trial.Options) *trial.Outcome {
			o.Strategy = func(client counter.DynamoDB) (counter.Strategy, error) {
				return &liar{Strategy: counter.NewAtomicAdd(client), every: c.every}, nil
			}
			outcome, err := trial.Run(t.Context(), s, o)
			if err != nil {
				t.Fatal(err)
			}
			return outcome
		}
		path, picture := filepath.Join(t.TempDir(), "history.jsonl.zst"), filepath.Join(t.TempDir(), "picture.html")
		kept := run(trial.Options{History: path})
		e, err := check.ExamineFile(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := check.Judge(e.Findings.Checks...); !reflect.DeepEqual(kept.Verdict, want) || want.Status != c.want {
			t.Errorf("judged %v, by its file %v", kept.Verdict, want)
		}
		if !reflect.DeepEqual(*kept.Staleness, e.Findings.Staleness) {
			t.Errorf("staleness %+v, by its file %+v", *kept.Staleness, e.Findings.Staleness)
		}
		drawn := run(trial.Options{Picture: picture})
		_, noPicture := os.Stat(picture)
		if bad := c.want == check.Fail; drawn.Drawn != bad || bad != (noPicture == nil) {
			t.Errorf("drawn: %v, %v", drawn.Drawn, noPicture)
		}
		if bare := run(trial.Options{}); !reflect.DeepEqual(bare.Verdict, kept.Verdict) || !reflect.DeepEqual(bare.Result, kept.Result) {
			t.Errorf("without a file: %v, with one %v", bare.Verdict, kept.Verdict)
		}
	}
}
