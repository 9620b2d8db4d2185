package explore_test

import (
	"context"
	"fmt"
	"log"

	"contend/workload/explore"
	"contend/workload/plan"
)

func ExampleExplorer() {
	text := `
name: lossy
target: simulated
load: { workers: 8, operations: 50 }
embedded: { misbehave: [{ kind: lose-update, one_in: 500 }] }
explore: { embedded.latency.sd: [0ms, 2ms] }
`
	p, err := plan.Decode("lossy.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	e := explore.Explorer{Space: p.Space(), Seeds: 1000, Failures: 1, Tries: 500}
	found, err := e.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	f := found.Smallest
	fmt.Println(f.Check(), "fails with", f.Operations, "operation and", f.Scenario.Load.Workers, "worker")
	// Output: exactly-once fails with 1 operation and 1 worker
}
