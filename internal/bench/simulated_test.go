package bench

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"contend/scenarios"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// simulatedMinute is how long the load of a simulated benchmark lasts, in simulated time.
const simulatedMinute = time.Minute

// BenchmarkSimulated makes simulated runs with history and checks on one core. The
// rates are per second of processor time, which other programs on the machine disturb
// less than real time. With one core to itself, a run takes that long.
func BenchmarkSimulated(b *testing.B) {
	for _, name := range []string{"hot-key", "storm", "atomic-add"} {
		b.Run(name, func(b *testing.B) {
			s := shipped(b, name, "load.duration="+simulatedMinute.String())
			measureSimulated(b, s, 400)
		})
	}
}

// BenchmarkSimulatedClients puts a growing number of clients on one key. They pause
// between operations, so that each client makes one operation every ten seconds.
func BenchmarkSimulatedClients(b *testing.B) {
	for _, clients := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			think := time.Duration(clients) * 100 * time.Microsecond
			s := shipped(b, "atomic-add", "load.duration="+simulatedMinute.String(), "load.think="+think.String(),
				fmt.Sprintf("load.workers=%d", clients), "embedded.write_capacity=0")
			measureSimulated(b, s, 100)
		})
	}
}

// shipped is a shipped scenario in simulated time.
func shipped(b *testing.B, name string, assignments ...string) scenario.Scenario {
	b.Helper()
	text, err := scenarios.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	var overrides []scenario.Override
	for _, a := range append(assignments, "target="+scenario.TargetSimulated) {
		o, err := scenario.ParseSet(a)
		if err != nil {
			b.Fatal(err)
		}
		overrides = append(overrides, o)
	}
	s, err := scenario.Decode(name, text, overrides...)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// measureSimulated makes runs with a garbage collector as "contend run" sets it.
func measureSimulated(b *testing.B, s scenario.Scenario, gcPercent int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	requests, cpu, allocations := 0.0, time.Duration(0), uint64(0)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		began := processTime()
		o, err := trial.Run(b.Context(), s, trial.Options{History: filepath.Join(b.TempDir(), "history.jsonl.zst")})
		if err != nil {
			b.Fatal(err)
		}
		cpu += processTime() - began
		runtime.ReadMemStats(&after)
		if o.Verdict.Status != check.Pass {
			b.Fatalf("%+v", o.Verdict)
		}
		requests += float64(o.Result.Wire.Requests)
		allocations += after.Mallocs - before.Mallocs
	}
	b.ReportMetric(0, "ns/op") // a run's time says nothing
	b.ReportMetric(requests/cpu.Seconds(), "requests/s")
	b.ReportMetric(float64(b.N)*simulatedMinute.Seconds()/cpu.Seconds(), "x-real-time")
	b.ReportMetric(float64(cpu.Nanoseconds())/requests, "ns/request")
	b.ReportMetric(float64(allocations)/requests, "allocs/request")
	b.ReportMetric(peakMegabytes(b), "MB-peak")
}
