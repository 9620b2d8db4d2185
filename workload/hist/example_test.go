package hist_test

import (
	"fmt"
	"time"

	"contend/workload/hist"
)

// Each goroutine records into a histogram of its own; they are merged afterwards.
func ExampleHistogram() {
	var first, second, all hist.Histogram
	for i := range 50 {
		first.Record(time.Duration(i+1) * time.Millisecond)
		second.Record(time.Duration(i+51) * time.Millisecond)
	}
	second.Record(2 * time.Hour) // longer than a histogram can hold
	all.Merge(&first)
	all.Merge(&second)
	fmt.Println(all.Count(), all.At(50).Round(time.Millisecond), all.At(99).Round(time.Millisecond), all.OutOfRange())
	// Output: 100 50ms 99ms 1
}
