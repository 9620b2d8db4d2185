package measure_test

import (
	"fmt"
	"log"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// A program with a load of its own records each attempt and each operation as it ends,
// and reads percentiles when all have ended. Here one worker makes a hundred
// increments that take 1 ms to 100 ms; every tenth meets a conflict first.
func Example() {
	s := scenario.Default()
	s.Load = scenario.Load{Workers: 1, Operations: 100}
	recording := measure.NewRecording(&s, 1, true)
	worker := recording.Recorder(0)
	var clock int64 // in nanoseconds since the start
	for i := range s.Load.Operations {
		op := history.Op{Sequence: i + 1, Kind: history.Increment, Delta: 1, Due: clock, Invoked: clock, Ending: history.Applied}
		try := func(outcome counter.Outcome, reason string, took time.Duration) {
			worker.Begin(clock)
			a := history.Attempt{Invoked: clock, Returned: clock + int64(took), Written: true, Outcome: outcome, Reason: reason}
			worker.Call(measure.Call{Write: true, Receipt: &counter.Receipt{Classification: counter.Classification{Outcome: outcome, Reason: reason}}})
			worker.Attempt(op.Kind, &a, &counter.Wire{})
			op.Attempts = append(op.Attempts, a)
			clock = a.Returned
		}
		if i%10 == 9 {
			try(counter.Conflict, "condition", 5*time.Millisecond)
		}
		try(counter.Applied, "", time.Duration(i+1)*time.Millisecond)
		op.Returned = clock
		worker.Operation(&op, &counter.Wire{})
	}

	result := recording.Collect([]*measure.Recorder{&worker}, make([]history.Ledger, 1), 0)
	result.Tally.Due = result.Tally.Started // in a closed loop nothing is due before it begins
	if err := result.Verify(); err != nil {
		log.Fatal(err)
	}
	t := result.Measured()
	fmt.Printf("%d applied after %d attempts, %d of them conflicts\n", t.Applied, t.Attempts, t.Conflicts)
	response := &result.Latency.Succeeded.Response
	fmt.Println("p50", response.At(50).Round(time.Millisecond), "p99", response.At(99).Round(time.Millisecond))
	// Output:
	// 100 applied after 110 attempts, 10 of them conflicts
	// p50 51ms p99 99ms
}
