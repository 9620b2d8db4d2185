package report_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"contend/report"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// A report is saved as JSON, and read again for its verdict and a metric.
func Example() {
	s := scenario.Default()
	s.Name, s.Strategy = "example", "atomic-add"
	s.Load = scenario.Load{Workers: 1, Operations: 50}
	outcome, err := trial.Run(context.Background(), s, trial.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := report.New(outcome, report.About{Machine: report.ThisMachine()}).Encode(&file); err != nil {
		log.Fatal(err)
	}

	r, err := report.Decode(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Verdict.Status, r.Counters[0].Acknowledged)
	metric, _ := report.MetricNamed("attempts_per_success")
	v, measured := metric.Value(r)
	fmt.Println(metric.Label, v, measured)
	// Output:
	// pass 50
	// attempts/success 1 true
}
