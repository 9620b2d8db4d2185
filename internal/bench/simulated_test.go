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
			measureSimulated(b, s)
		})
	}
}

// clientsOperations is the operations of all clients of a run together: about a minute of
// 10 000 a second.
const clientsOperations = 600_000

// BenchmarkSimulatedClients puts a growing number of clients on one key. The more there
// are, the longer they pause between operations: all together begin 10 000 a second.
func BenchmarkSimulatedClients(b *testing.B) {
	for _, clients := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			think := time.Duration(clients) * 100 * time.Microsecond
			s := shipped(b, "atomic-add", fmt.Sprintf("load.workers=%d", clients), "load.think="+think.String(),
				"load.duration=0s", fmt.Sprintf("load.operations=%d", clientsOperations), "embedded.write_capacity=0")
			measureSimulated(b, s)
		})
	}
}

// BenchmarkSimulatedArrivals lets 20 000 operations a second arrive for 10 000 keys, and
// has a growing number of clients for them, most of which wait.
func BenchmarkSimulatedArrivals(b *testing.B) {
	for _, clients := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			s := shipped(b, "atomic-add", fmt.Sprintf("load={workers: %d, rate: 20000/s, operations: %d}", clients, clientsOperations),
				"counters.count=10000", "embedded.write_capacity=0")
			measureSimulated(b, s)
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
func measureSimulated(b *testing.B, s scenario.Scenario) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(trial.GCPercent(&s)))
	requests, simulated, cpu, allocations := 0.0, time.Duration(0), time.Duration(0), uint64(0)
	forgetPeak(b)
	reportShares := profile(b)
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
		simulated += o.Result.Elapsed
		allocations += after.Mallocs - before.Mallocs
	}
	reportShares()
	b.ReportMetric(0, "ns/op") // a run's time says nothing
	b.ReportMetric(requests/cpu.Seconds(), "requests/s")
	b.ReportMetric(simulated.Seconds()/cpu.Seconds(), "x-real-time")
	b.ReportMetric(float64(cpu.Nanoseconds())/requests, "ns/request")
	b.ReportMetric(float64(allocations)/requests, "allocs/request")
	b.ReportMetric(peakMegabytes(b), "MB-peak")
}
