package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// A program that records its own operations writes them as they end, and reads them
// back one by one.
func Example() {
	var file bytes.Buffer
	w, err := history.NewWriter(&file, history.Header{
		Tool:     "visits test",
		Counters: []history.CounterStart{{Key: "visits"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	w.Record(&history.Op{
		Worker: 7, Sequence: 1, Kind: history.Increment, Delta: 1,
		Invoked: 0, Returned: int64(10 * time.Millisecond), Ending: history.Applied,
		Attempts: []history.Attempt{{
			Invoked: 0, Returned: int64(10 * time.Millisecond), Written: true, Outcome: counter.Applied,
			After: history.State{Value: 1, Version: 1, Known: true},
		}},
	})
	if err := w.Close(&history.Footer{Operations: 1, Elapsed: 10 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}

	r, err := history.NewReader(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("written by", r.Header().Tool)
	for {
		var op history.Op
		err := r.Next(&op)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %v after %d attempt, the counter is at %d\n", op, op.Ending, len(op.Attempts), op.Attempts[0].After.Value)
	}
	fmt.Println(r.Footer().Operations, "operation, cut off:", r.Cut())
	// Output:
	// written by visits test
	// worker 7, operation 1 (increment): applied after 1 attempt, the counter is at 1
	// 1 operation, cut off: false
}
