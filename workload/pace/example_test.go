package pace_test

import (
	"fmt"
	"time"

	"contend/workload/pace"
)

// Two arrivals a second for a second, then a rise to four a second.
func ExampleSchedule_Next() {
	schedule := pace.NewSchedule(pace.Uniform, []pace.Segment{
		{From: 2, To: 2, Duration: time.Second},
		{From: 2, To: 4, Duration: time.Second},
	}, nil)
	for {
		arrival, ok := schedule.Next()
		if !ok {
			break
		}
		fmt.Println(time.Duration(arrival.Due).Round(time.Millisecond), arrival.Segment)
	}
	// Output:
	// 0s 0
	// 500ms 0
	// 1s 1
	// 1.414s 1
	// 1.732s 1
}
