package probe_test

import (
	"context"
	"fmt"
	"log"

	"contend/counter"
	"contend/workload/probe"
	"contend/workload/scenario"
	"contend/workload/store"
)

// The author of a server probes it in the server's tests. Here it is the embedded server.
func ExampleRun() {
	ctx, s := context.Background(), scenario.Default()
	target, err := store.Open(ctx, &s, store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = target.Close() }()
	s.Target = target.Endpoint
	other, err := store.Open(ctx, &s, store.Options{}) // connections of its own
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	for name, traits := range map[string]counter.Traits{"probed": {}, "probed-sorted": {SortKey: true}} {
		if _, err := counter.CreateTable(ctx, target.Setup, name, traits); err != nil {
			log.Fatal(err)
		}
	}
	table := probe.Run(ctx, nil, probe.Config{
		Client: target.Load, Other: other.Load, Table: "probed", Collection: "probed-sorted",
		Workers: 4, Operations: 5, Seed: 1,
	})
	for _, row := range table.Rows {
		if row.Verdict != probe.Right {
			fmt.Println(row.Name, row.Verdict, row.Finding, row.Evidence)
		}
	}
	fmt.Println(table.Verdict(), table.Count(probe.Broken), "broken")
	// Output:
	// right 0 broken
}
