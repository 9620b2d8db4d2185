package check

import (
	"fmt"
	"testing"
	"time"

	"contend/workload/history"
)

// BenchmarkWithoutVersions is as BenchmarkAudit, of a counter without versions:
// with and without the values that its writes left, all up or both ways.
func BenchmarkWithoutVersions(b *testing.B) {
	const operations = 1_000_000
	for _, clients := range []int{1, 8, 64} {
		for _, form := range []struct{ told, both bool }{{true, false}, {false, false}, {true, true}, {false, true}} {
			b.Run(fmt.Sprintf("%d clients, told %t, both ways %t", clients, form.told, form.both), func(b *testing.B) {
				for b.Loop() {
					source := newBusy(clients)
					source.both = form.both
					header := source.header()
					header.Counters[0].Initial.Version = 0
					making := timeToMake(operations)
					started := time.Now()
					audit := NewAudit(header)
					source.each(operations, func(op *history.Op) {
						a := &op.Attempts[0]
						if a.After.Version, a.Saw.Version = 0, 0; !form.told {
							a.After = history.State{}
						}
						if err := audit.Add(op); err != nil {
							b.Fatal(err)
						}
					})
					order := result(b, audit.Close(history.Footer{}, false), "linearizable")
					if order.Status == Fail {
						b.Fatalf("%+v", order)
					}
					b.Log(order.Status, order.Reason)
					b.ReportMetric((time.Since(started) - making).Seconds(), "s/judging")
					b.ReportMetric(peakMegabytes(b), "MB-peak")
				}
			})
		}
	}
}
