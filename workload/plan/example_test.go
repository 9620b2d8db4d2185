package plan_test

import (
	"fmt"
	"log"

	"contend/workload/plan"
)

func ExampleDecode() {
	text := `
name: policies
matrix: { retry.policy: [none, full-jitter], load.workers: [1, 8] }
repeat: 3
`
	p, err := plan.Decode("policies.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range p.Variants {
		fmt.Println(v.Name)
	}
	fmt.Println(len(p.Runs()), "runs")
	// Output:
	// retry.policy=none load.workers=1
	// retry.policy=none load.workers=8
	// retry.policy=full-jitter load.workers=1
	// retry.policy=full-jitter load.workers=8
	// 12 runs
}
