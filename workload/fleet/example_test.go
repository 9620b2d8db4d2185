package fleet_test

import (
	"context"
	"fmt"
	"log"

	"contend/counter"
	"contend/workload/fleet"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Four workers share one counter. The table and the clients are the caller's.
func ExampleFleet_Run() {
	ctx, s := context.Background(), scenario.Default()
	s.Name, s.Strategy = "example", counter.AtomicAddName
	s.Load = scenario.Load{Workers: 4, Operations: 200}
	target, err := store.Open(ctx, &s, store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = target.Close() }()
	if _, err := counter.CreateTable(ctx, target.Setup, "counters", counter.Traits{}); err != nil {
		log.Fatal(err)
	}
	load := counter.NewAtomicAdd(target.Load)
	f := fleet.Fleet{
		Scenario: s,
		Table:    "counters",
		Strategy: func(int) counter.Strategy { return load },
		Setup:    counter.NewAtomicAdd(target.Setup),
	}
	result, err := f.Run(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Tally.Applied, "applied, the counter is at", result.Ledgers[0].Final)
	// Output: 200 applied, the counter is at 200
}
