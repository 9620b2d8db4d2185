package fleet

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// TestWorkersPaceThemselvesWhileTheServerIsAway: a server is killed after 100
// writes; what is left of ten seconds must not be spent on connecting.
func TestWorkersPaceThemselvesWhileTheServerIsAway(t *testing.T) {
	for _, on := range []retry.OutcomeSet{0, retry.Outcomes(counter.Failed)} {
		s := &store{latency: time.Millisecond, fault: func(n int) (error, bool) {
			if n > 100 {
				return errRefusedConnection, false
			}
			return nil, false
		}}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load.Duration = 10 * time.Second
			sc.Retry.On = on
		}))
		check(t, "applied", result.Tally.Applied, 100)
		failed := result.Failures[counter.ReasonNotConnected]
		if failed < 4*10 || failed > 4*30 {
			t.Errorf("on %s: %d attempts reached no server", on, failed)
		}
		check(t, "failed attempts", result.Tally.FailedAttempts, failed)
		check(t, "writes sent", result.Tally.Writes, 100)
		wantWarning(t, result, "the target could not be reached in ")
	}
}

// TestPausesEndWithTheOutage: every third write reaches no server.
func TestPausesEndWithTheOutage(t *testing.T) {
	s := &store{latency: time.Millisecond, fault: func(n int) (error, bool) {
		if n%3 == 0 {
			return errRefusedConnection, false
		}
		return nil, false
	}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 1, Operations: 300} }))
	check(t, "applied", result.Tally.Applied, 200)
	check(t, "failed", result.Tally.Failed, 100)
	if most := 300*time.Millisecond + 100*outageBase; result.Elapsed > most {
		t.Errorf("%s, more than %s", result.Elapsed, most)
	}
}

func TestOutagePauses(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 10 * time.Millisecond, 2: 20 * time.Millisecond, 50: time.Second} {
		check(t, "shortest", outagePause(n, 0), want/2)
		if longest := outagePause(n, 0.9999999); longest > want || longest < want*9/10 {
			t.Errorf("after %d: at most %s, want %s", n, longest, want)
		}
	}
}
