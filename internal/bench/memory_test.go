package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// memory is a counter in this process, so that a run of ten million operations
// takes a minute and not an hour.
type memory struct {
	mu    sync.Mutex
	state counter.State
}

func (*memory) Name() string { return counter.AtomicAddName }
func (*memory) Traits() counter.Traits {
	return counter.Traits{ReturnsState: true, Versions: true, Decrements: true}
}

func (m *memory) Create(_ context.Context, _ counter.Key, initial int64) error {
	m.state = counter.State{Value: initial, Version: 1}
	return nil
}

func (m *memory) Read(context.Context, counter.Key, bool) (counter.State, counter.Units, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, counter.Units{}, nil
}

func (m *memory) Add(_ context.Context, _ counter.Key, change counter.Change) (counter.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.Value += change.Delta
	m.state.Version++
	return counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}, State: m.state, StateKnown: true}, nil
}

// BenchmarkRunMemory runs the whole harness on a counter in memory, with its
// history on disk, and judges it from there. It prints the most memory that the
// process had, what decoding and judging took, and the CPU time of the run for
// an operation: all that the harness adds to a request, history included.
func BenchmarkRunMemory(b *testing.B) {
	for _, operations := range []int64{100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("%d operations", operations), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "history.jsonl.zst")
			for b.Loop() {
				cpu := processTime()
				runInMemory(b, path, operations)
				cpu = processTime() - cpu
				decoding := timed(func() { decode(b, path) })
				judging := timed(func() { judge(b, path) })
				size, err := os.Stat(path)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(cpu.Nanoseconds())/float64(operations), "cpu-ns/op")
				b.ReportMetric(peakMegabytes(b), "MB-peak")
				b.ReportMetric(float64(size.Size())/float64(operations), "history-B/op")
				b.ReportMetric(decoding.Seconds(), "s-decoding")
				b.ReportMetric((judging - decoding).Seconds(), "s-judging")
			}
		})
	}
}

func timed(do func()) time.Duration {
	started := time.Now()
	do()
	return time.Since(started)
}

func runInMemory(b *testing.B, path string, operations int64) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	store := &memory{}
	s := scenario.Default()
	s.Name, s.Load = "memory", scenario.Load{Workers: 64, Operations: operations}
	s.Operations, s.Retry.Kind = scenario.Mix{19, 0, 1}, retry.None
	fleet := fleet.Fleet{
		Scenario: s,
		Strategy: func(int) counter.Strategy { return store }, Setup: store, History: history.To(file),
	}
	if _, err := fleet.Run(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

// open opens a history and returns it with a function that closes it.
func open(b *testing.B, path string) (r *history.Reader, close func() error) {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	if r, err = history.NewReader(file); err != nil {
		b.Fatal(err)
	}
	return r, file.Close
}

func decode(b *testing.B, path string) {
	b.Helper()
	r, end := open(b, path)
	defer end()
	var op history.Op
	for {
		err := r.Next(&op)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func judge(b *testing.B, path string) {
	b.Helper()
	r, end := open(b, path)
	defer end()
	audit := check.NewAudit(r.Header())
	if err := audit.Read(r); err != nil {
		b.Fatal(err)
	}
	if verdict := check.Judge(audit.Close(*r.Footer(), false).Checks...); verdict.Status != check.Pass {
		b.Fatalf("%+v", verdict)
	}
}

// forgetPeak makes [peakMegabytes] say what follows, and nothing of earlier benchmarks.
func forgetPeak(b *testing.B) {
	b.Helper()
	const resetPeak = "5" // in proc_pid_clear_refs(5)
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte(resetPeak), 0); err != nil {
		b.Log("the peak is of all benchmarks so far:", err)
	}
}

// peakMegabytes is the most memory that the process had at one time.
func peakMegabytes(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here")
	}
	var kilobytes float64
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
				b.Fatal(err)
			}
		}
	}
	return kilobytes / 1024
}
