package threshold_test

import (
	"fmt"
	"log"

	"contend/workload/threshold"
)

func ExampleParse() {
	limit, err := threshold.Parse("p99 < 0.2s")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(limit.Limit(), "ms")
	fmt.Println(limit.Keeps(150), limit.Keeps(250))
	_, err = threshold.Parse("p99 < 200")
	fmt.Println(err)
	// Output:
	// 200 ms
	// true false
	// the limit of p99 needs a unit, as in 200ms, 1.5s or 800us
}
