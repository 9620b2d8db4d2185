package trial_test

import (
	"context"
	"fmt"
	"log"

	"contend/counter"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func ExampleRun() {
	s := scenario.Default() // 8 workers and one counter on the embedded server
	s.Strategy = counter.ConditionalName
	s.Load = scenario.Load{Workers: 8, Operations: 40}
	o, err := trial.Run(context.Background(), s, trial.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(o.Verdict.Status, o.Result.Tally.Applied, "operations")
	// Output: pass 40 operations
}
