package main

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/embedded/misbehave"
	"contend/internal/longtest"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// The size of the proof. "make planted" makes it large, "make test" small.
var (
	plantedOneIn      = longtest.Flag("planted.one-in", 100, 2000, "a fault is planted in one of so many requests")
	plantedSeed       = flag.Uint64("planted.seed", 1, "the first seed: the n-th run with a fault and the n-th without have the n-th from here on")
	plantedClean      = longtest.Flag("planted.clean", 14, 42, "how many runs have no fault")
	plantedOperations = longtest.Flag("planted.clean-operations", 50, 1000, "how long a run without a fault is")
	plantedPrint      = flag.Bool("planted.print", false, "print the table of the README")
)

// planting is a fault with one strategy, and the findings that the checks must have.
type planting struct {
	kind     misbehave.Kind
	strategy string
	check    string // the name of the check that must catch it
	says     string // a part of that check's reason
	// statuses has the first letter of each check's status, in the order of a report; ?
	// stands for any. A check that the fault does not concern must not fail.
	statuses string
}

// plantings lists every fault with every strategy that it concerns. Where a status depends
// on which other workers were writing, it is ?.
//
// A conditional write sets the value. If it is applied twice, only the version shows it. If
// it is applied although it was refused, the sum may be right or wrong.
var plantings = []planting{
	{misbehave.LoseUpdate, counter.ConditionalName, "chain", "an acknowledged update was lost", "fff??"},
	{misbehave.LoseUpdate, counter.AtomicAddName, "chain", "an acknowledged update was lost", "fff?s"},
	{misbehave.ApplyTwice, counter.ConditionalName, "chain", "an update was applied that no client made", "ppfip"},
	{misbehave.ApplyTwice, counter.AtomicAddName, "chain", "an update was applied that no client made", "fffis"},
	{misbehave.StaleRead, counter.ConditionalName, "reads", "saw an old state", "pppff"},
	{misbehave.StaleRead, counter.AtomicAddName, "reads", "saw an old state", "pppff"},
	{misbehave.GoBack, counter.ConditionalName, "chain", "the counter went back", "fff??"},
	{misbehave.GoBack, counter.AtomicAddName, "chain", "the counter went back", "fff??"},
	{misbehave.ApplyRefused, counter.ConditionalName, "chain", "an update was applied that no client made", "??fip"},
	{misbehave.ApplyRefused, counter.AtomicAddName, "chain", "an update was applied that no client made", "fffis"},
	{misbehave.AcknowledgeOutOfOrder, counter.AtomicAddName, "linearizable", "acknowledged out of order", "pppfs"},
	{misbehave.IgnoreCondition, counter.ConditionalName, "chain", "values contradict each other", "fffi?"},
	{misbehave.IgnoreToken, counter.TransactionTokenName, "exactly-once", "the design applied ", "f?[ps][ps]s"},
	{misbehave.HalfTransaction, counter.TransactionMarkerName, "exactly-once", "below what its clients were told", "fff[is]s"},
}

// scenario is the load for the fault: few workers on one counter, without pauses if there
// are many operations. Most plantings run in simulated time. Two run over HTTP: the first,
// so that a client and a server with sockets are judged as well, and half transactions,
// which only conflicts show, because a simulation without latency has few conflicts.
//
// For stale reads, most operations are reads. Faults that only the times of answers show
// have one worker, who is never late in noticing its own answers. If a counter goes back
// while other workers write to it, it looks as if their writes were lost; so each worker
// has its own counter there.
func (p planting) scenario(seed uint64, operations int64) scenario.Scenario {
	workers := int64(4)
	s := scenario.Default()
	s.Name, s.Strategy, s.Seed = "planted", p.strategy, seed
	if p != plantings[0] && p.kind != misbehave.HalfTransaction {
		s.Target = scenario.TargetSimulated
	}
	switch p.kind {
	case misbehave.StaleRead:
		workers = 1
		s.Operations = scenario.Mix{history.Increment: 1, history.Read: 19}
	case misbehave.AcknowledgeOutOfOrder:
		workers = 1
	case misbehave.IgnoreCondition: // with latency, most conditions are false
		s.Embedded.Latency.Mean = 10 * time.Millisecond
	case misbehave.IgnoreToken: // only a repeat shows it, and a lost reply causes one
		s.Faults = []fault.Rule{{Kind: fault.LostReply, Probability: 0.05, On: []string{"TransactWriteItems"}}}
		s.RequestTimeout = 20 * time.Millisecond
	case misbehave.GoBack:
		s.Counters = scenario.Counters{Count: int(workers), Pick: scenario.Pick{Kind: scenario.PickOwn}}
	}
	s.Load = scenario.Load{Workers: int(workers), Operations: operations, Think: pause(workers, operations)}
	return s
}

// pause is a worker's pause between operations. It makes a run of few operations much longer
// than the 10 ms that some faults need to show. It is 0 for long runs.
func pause(workers, operations int64) time.Duration {
	const atLeast, shortest = 150 * time.Millisecond, 100 * time.Microsecond
	return (atLeast * time.Duration(workers) / time.Duration(operations)).Truncate(shortest)
}

// faulty is the scenario with the fault. It has a tenth more operations than one_in, so that
// at least one request is chosen and others follow it.
func (p planting) faulty(seed uint64) scenario.Scenario {
	oneIn := int64(plantedOneIn())
	s := p.scenario(seed, oneIn+oneIn/10)
	s.Embedded.Misbehave = []scenario.Misbehaviour{{Kind: p.kind.String(), OneIn: oneIn}}
	return s
}

// judgedRun is what "contend run" makes of a scenario.
type judgedRun struct {
	operations int64
	happened   int64 // planted faults
	verdict    check.Verdict
}

// runAndJudge runs a scenario with the program's own client, history and judge.
func runAndJudge(t *testing.T, scenario scenario.Scenario) judgedRun {
	t.Helper()
	o, err := trial.Run(t.Context(), scenario, trial.Options{History: filepath.Join(t.TempDir(), "history.jsonl.zst")})
	if err != nil {
		t.Fatal(err)
	}
	run := judgedRun{operations: o.Result.Tally.Started, verdict: o.Verdict}
	for _, m := range o.Planted {
		run.happened += m.Times
	}
	return run
}

func (r judgedRun) statuses() string {
	var letters strings.Builder
	for _, c := range r.verdict.Checks {
		letters.WriteString(string(c.Status[:1]))
	}
	return letters.String()
}

// result is the finding of one check.
func (r judgedRun) result(name string) check.Result {
	for _, c := range r.verdict.Checks {
		if c.Name == name {
			return c
		}
	}
	return check.Result{}
}

// caughtBy lists the checks that failed, beginning with first.
func (r judgedRun) caughtBy(first string) string {
	names := []string{first}
	for _, c := range r.verdict.Checks {
		if c.Status == check.Fail && c.Name != first {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// TestPlantedFaultsAreCaught: for each fault of the embedded server, the check for it fails,
// names the fault, and names operations as evidence. Checks that the fault does not concern
// do not fail.
func TestPlantedFaultsAreCaught(t *testing.T) {
	t.Parallel()
	rows := make([]string, len(plantings))
	t.Run("fault", func(t *testing.T) {
		for i, p := range plantings {
			t.Run(p.kind.String()+"/"+p.strategy, func(t *testing.T) {
				t.Parallel()
				run := runAndJudge(t, p.faulty(*plantedSeed+uint64(i)))
				p.verify(t, run)
				rows[i] = p.row(run)
			})
		}
	})
	if *plantedPrint {
		fmt.Fprintf(os.Stdout, "\n| fault | strategy | operations | happened | caught by | what that check says |\n| --- | --- | --: | --: | --- | --- |\n%s\n",
			strings.Join(rows, "\n"))
	}
}

// verify compares the findings of a run with those of the planting.
func (p planting) verify(t *testing.T, run judgedRun) {
	t.Helper()
	if run.happened == 0 {
		t.Error("the fault never happened")
	}
	caught := run.result(p.check)
	if caught.Status != check.Fail || !strings.Contains(caught.Reason, p.says) {
		t.Errorf("%s: %s: %s; want a failure that says %q", p.check, caught.Status, caught.Reason, p.says)
	}
	// If no answer has a value, a sum can be wrong without a suspect operation.
	evidence := strings.Join(caught.Evidence, "\n")
	if !strings.Contains(evidence, "worker ") && (p.check != "exactly-once" || !strings.Contains(evidence, "no operation on ")) {
		t.Errorf("%s names no operation: %q", p.check, caught.Evidence)
	}
	if ok, err := path.Match(p.statuses, run.statuses()); !ok || err != nil {
		t.Errorf("statuses %s, want %s: %+v", run.statuses(), p.statuses, run.verdict.Checks)
	}
}

// row is the planting's line in the README.
func (p planting) row(run judgedRun) string {
	said := run.result(p.check).Reason
	_, reason, found := strings.Cut(said, `": `) // after the counter's name
	if !found {
		_, reason, _ = strings.Cut(said, `" `)
	}
	return fmt.Sprintf("| `%s` | %s | %d | %d | %s | %s |", p.kind, p.strategy, run.operations, run.happened, run.caughtBy(p.check), reason)
}

// TestNothingPlantedNothingFound: the loads that catch the faults give no alarm
// without them.
func TestNothingPlantedNothingFound(t *testing.T) {
	t.Parallel()
	t.Run("clean", func(t *testing.T) {
		for n := range plantedClean() {
			p, seed := plantings[n%len(plantings)], *plantedSeed+uint64(n)
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				t.Parallel()
				run := runAndJudge(t, p.scenario(seed, int64(plantedOperations())))
				if strings.Trim(run.statuses(), "ps") != "" || run.verdict.Status != check.Pass {
					t.Errorf("%s, %s: %+v", p.strategy, run.verdict.Status, run.verdict.Checks)
				}
			})
		}
	})
	if *plantedPrint && !t.Failed() {
		fmt.Fprintf(os.Stdout, "\nOf %d clean runs with %d operations and the seeds from %d on, no check failed and none was inconclusive.\n",
			plantedClean(), plantedOperations(), *plantedSeed)
	}
}
