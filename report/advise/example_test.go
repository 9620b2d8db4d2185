package advise_test

import (
	"context"
	"fmt"
	"log"

	"contend/report/advise"
	"contend/workload/scenario"
)

func ExampleAdvise() {
	text := `
name: hot
load: { workers: 8, duration: 1m }
embedded: { latency: { mean: 10ms, sd: 2ms } }
`
	s, err := scenario.Decode("hot.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	advice, err := advise.Advise(context.Background(), s, advise.Options{Requests: 2000})
	if err != nil {
		log.Fatal(err)
	}
	best := &advice.Candidates[advice.Policy.Candidate]
	fmt.Printf("%s instead of %s: %v\n", best.Policy, advice.Candidates[0].Policy, best.Settings)
	// Output: ticket+enlist+chain 4 instead of full-jitter: [{retry.policy ticket} {retry.enlist true} {retry.chain 4}]
}
