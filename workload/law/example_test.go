package law_test

import (
	"fmt"

	"contend/workload/law"
)

// A key that takes 1000 writes a second, read and written within 8 ms: the most that it
// bears, and what 80 increments a second and 32 busy workers get.
func Example() {
	const gap, writes = 0.008, 1000
	fmt.Printf("at most %.0f/s\n", law.Limit(gap, writes))

	p, err := law.Open{RatePerS: 80, GapS: gap, WritesPerS: writes}.Predict()
	if err != nil {
		panic(err)
	}
	fmt.Printf("80/s: %.0f%% refused, %.2f writes each, 99%% take at most %d attempts\n", 100*p.ConflictRate, p.WritesPerSuccess, p.AttemptsAt(99))

	p, err = law.Closed{Workers: 32, GapS: gap, WritesPerS: writes}.Predict()
	if err != nil {
		panic(err)
	}
	fmt.Printf("32 workers: %.0f/s, %.1f writes each; held back by the limit: %v\n", p.ThroughputPerS, p.WritesPerSuccess, p.Limited)
	// Output:
	// at most 111/s
	// 80/s: 64% refused, 2.78 writes each, 99% take at most 11 attempts
	// 32 workers: 111/s, 9.0 writes each; held back by the limit: true
}
