package estimate_test

import (
	"fmt"

	"contend/counter"
	"contend/workload/estimate"
	"contend/workload/scenario"
)

func ExampleOf() {
	s := scenario.Default()
	s.Strategy = counter.AtomicAddName
	s.Load = scenario.Load{Workers: 8, Operations: 1000}
	cost := estimate.Of(&s)
	fmt.Println(cost.Max.Writes, "writes and", cost.Max.Reads, "reads")
	fmt.Println(cost)
	// Output:
	// 1001 writes and 2 reads
	// about 1001 writes and 2 reads, $0.0006 on demand (us-east-1 price), and more if answers are lost
}
