package check

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contend/workload/history"
)

// BenchmarkSeveralHistories is the time for one verdict over a million operations of 64
// clients, from the files of four machines whose clocks are known within half a
// millisecond. It prints the most memory that the process had. A run of three times the
// length takes no more.
func BenchmarkSeveralHistories(b *testing.B) {
	for _, operations := range []int{1_000_000, 3_000_000} {
		b.Run(fmt.Sprintf("%d operations", operations), func(b *testing.B) { severalHistories(b, operations) })
	}
}

func severalHistories(b *testing.B, operations int) {
	const machines = 4
	paths := busyMachines(b, machines, operations)
	b.ResetTimer()
	for b.Loop() {
		started := time.Now()
		e, err := ExamineFiles(paths, nil)
		if err != nil {
			b.Fatal(err)
		}
		if verdict := Judge(e.Findings.Checks...); verdict.Status != Pass || e.Findings.Operations < int64(operations) {
			b.Fatalf("%+v", verdict)
		}
		b.ReportMetric(time.Since(started).Seconds(), "s/verdict")
		b.ReportMetric(peakMegabytes(b), "MB-peak")
	}
}

// busyMachines writes the operations of busy clients as the histories of some machines.
func busyMachines(b *testing.B, machines, operations int) []string {
	dir, source := b.TempDir(), newBusy(64)
	var paths []string
	var files []*os.File
	var writers []*history.InOrder
	for m := range machines {
		h := source.header()
		h.Run, h.Source, h.Sources = "r", m, machines
		h.Clock = []history.ClockReading{{Offset: int64(-m) * 1_000_000, Within: 500_000}}
		path := filepath.Join(dir, string(rune('a'+m)))
		file, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		w, err := history.NewInOrder(file, h)
		if err != nil {
			b.Fatal(err)
		}
		paths, files, writers = append(paths, path), append(files, file), append(writers, w)
	}
	var last int64
	counts := make([]int64, machines)
	source.each(operations, func(op *history.Op) {
		m := op.Worker % machines
		ahead := int64(m) * 1_000_000
		last = max(last, op.Returned)
		a := &op.Attempts[0]
		op.Invoked, op.Returned, a.Invoked, a.Returned = op.Invoked+ahead, op.Returned+ahead, a.Invoked+ahead, a.Returned+ahead
		op.Due = op.Invoked
		writers[m].Record(op)
		counts[m]++
	})
	for m, w := range writers {
		footer := &history.Footer{Operations: counts[m]}
		if m == 0 {
			footer.Finals = []history.CounterEnd{{Invoked: last + 2_000_000, Returned: last + 2_000_001, Final: source.state}}
		}
		if err := w.Close(footer); err != nil {
			b.Fatal(err)
		}
		if err := files[m].Close(); err != nil {
			b.Fatal(err)
		}
	}
	return paths
}
