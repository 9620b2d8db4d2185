package scenario

import (
	"testing"
	"time"

	"contend/workload/pace"
)

func TestWorkerSeconds(t *testing.T) {
	stages := []Stage{{Duration: 10 * time.Second, Workers: 2}, {Duration: 4 * time.Second, Workers: 32, Ramp: true}, {Duration: time.Second, Workers: 4}}
	for _, c := range []struct {
		load Load
		want float64
	}{
		{Load{Workers: 8, Duration: 3 * time.Second}, 24},
		{open(8, 100, 3*time.Second, OverloadQueue), 24},
		{Load{Workers: 32, Duration: 15 * time.Second, Stages: stages}, 20 + 4*18 + 4},
	} {
		check(t, "worker seconds", c.load.WorkerSeconds(), c.want)
	}
}

// open is a load of uniform arrivals.
func open(workers int, rate Rate, duration time.Duration, overload Overload) Load {
	return Load{Workers: workers, Rate: rate, Duration: duration, Arrivals: pace.Uniform, Overload: overload}
}
