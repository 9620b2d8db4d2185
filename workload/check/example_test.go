package check_test

import (
	"bytes"
	"fmt"
	"log"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/history"
)

// A worker adds 1 and is told so, but the counter stays at 0.
func ExampleExamine() {
	var file bytes.Buffer
	w, err := history.NewWriter(&file, history.Header{
		Workers: 1, Ordered: true,
		Counters: []history.CounterStart{{Key: "visits", Initial: history.State{Known: true}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	w.Record(&history.Op{
		Sequence: 1, Kind: history.Increment, Delta: 1, Invoked: 10, Returned: 20, Ending: history.Applied,
		Attempts: []history.Attempt{{Invoked: 10, Returned: 20, Outcome: counter.Applied, Written: true}},
	})
	if err := w.Close(&history.Footer{Operations: 1, Finals: []history.CounterEnd{{Final: history.State{Known: true}}}}); err != nil {
		log.Fatal(err)
	}

	e, err := check.Examine(&file, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range e.Findings.Checks {
		if c.Status == check.Fail {
			fmt.Println(c.Name, c.Status, c.Reason)
		}
	}
	fmt.Println(check.Judge(e.Findings.Checks...).Status)
	// Output:
	// exactly-once fail "visits" is 1 below what its clients were told (+1 acknowledged, +0 stored)
	// conservation fail "visits" ended at 0, outside [1, 1]
	// chain fail "visits": an acknowledged update left no state (1 contradiction)
	// linearizable fail "visits": no order of the operations explains the answers to its clients
	// reads fail "visits": no order of the operations explains a value that was read, see linearizable
	// fail
}
