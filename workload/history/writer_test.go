package history

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/longtest"
)

// growing is a file that may be read while it is written, and that may be full.
type growing struct {
	mu   sync.Mutex
	text bytes.Buffer
	room int // 0: unlimited
}

var errFull = errors.New("no space left on device")

func (g *growing) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.room > 0 && g.text.Len()+len(p) > g.room {
		n, _ := g.text.Write(p[:g.room-g.text.Len()])
		return n, errFull
	}
	return g.text.Write(p)
}

func (g *growing) snapshot() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Clone(g.text.Bytes())
}

func TestFramesAreClosedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := new(growing)
		w, err := NewWriter(file, Header{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		for second := range 5 {
			if _, ops, err := read(bytes.NewReader(file.snapshot())); err != nil || len(ops) != 2*second {
				t.Errorf("after %d s: %d operations, %v", second, len(ops), err)
			}
			w.Record(&Op{Worker: 0, Sequence: int64(second + 1), Ending: GaveUp})
			w.Record(&Op{Worker: 1, Sequence: int64(second + 1), Ending: GaveUp})
			time.Sleep(flushInterval)
			synctest.Wait()
		}
		size := len(file.snapshot())
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := len(file.snapshot()); got != size {
			t.Errorf("%d bytes were written of nothing", got-size)
		}
		if err := w.Close(nil); err != nil {
			t.Fatal(err)
		}
	})
}

// TestOrderOfEachWorker records from many goroutines while the flusher sweeps
// all the time.
func TestOrderOfEachWorker(t *testing.T) {
	const operations = 400 // more than a batch of each worker
	workers := longtest.Count(6, 20)
	file := new(growing)
	w, err := NewWriter(file, Header{Workers: workers / 2, Ordered: true}) // the header does not announce half of them
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for n := range operations {
				op := Op{Worker: worker, Sequence: int64(n + 1), Kind: Increment, Delta: 1, Invoked: 5, Returned: 90, Ending: Unknown}
				for range random.IntN(8) {
					op.Attempts = append(op.Attempts, fullOps[0].Attempts[random.IntN(2)])
				}
				if random.IntN(3) == 0 {
					op.Attempts, op.Ending = append(op.Attempts, fullOps[0].Attempts[2]), Applied
				}
				w.Record(&op)
			}
		})
	}
	wg.Wait()
	if err := w.Close(&Footer{Operations: int64(workers) * operations}); err != nil {
		t.Fatal(err)
	}
	checkOrder(t, file.snapshot(), workers, operations)
}

func checkOrder(t *testing.T, file []byte, workers int, operations int64) {
	t.Helper()
	file = decompressed(t, file)
	_, rest, _ := bytes.Cut(file, []byte("\n")) // the header names fewer workers
	r, ops, err := read(bytes.NewReader(rest))
	if err != nil || r.Footer() == nil {
		t.Fatalf("%v, footer %v", err, r.Footer())
	}
	last := make([]int64, workers)
	for _, op := range ops {
		if op.Sequence != last[op.Worker]+1 {
			t.Fatalf("worker %d: %d follows %d", op.Worker, op.Sequence, last[op.Worker])
		}
		last[op.Worker] = op.Sequence
	}
	for worker, n := range last {
		if n != operations {
			t.Errorf("worker %d: %d operations", worker, n)
		}
	}
}

// TestSweepKeepsTheOrder sweeps while workers hand over operations. A sweep once a
// second would seldom coincide with that.
func TestSweepKeepsTheOrder(t *testing.T) {
	const workers = 4
	operations := int64(longtest.Count(1200, 5000))
	var text bytes.Buffer
	out, err := newFrames(&text)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{full: make(chan *batch, queueLength), free: make(chan *batch, queueLength+2), out: out}
	w.lanes.Store(new([]*lane))
	w.addLanes(workers)
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for n := range operations {
				w.Record(&Op{Worker: worker, Sequence: int64(n + 1), Kind: Read, Ending: GaveUp, Attempts: fullOps[1].Attempts})
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for ended := false; !ended; {
		select {
		case full := <-w.full:
			w.write(full)
		case <-done:
			ended = true
		default:
		}
		w.sweep()
	}
	out.end()
	if out.err != nil {
		t.Fatal(out.err)
	}
	checkOrder(t, compressedWithHeader(t, text.Bytes()), workers, operations)
}

// compressedWithHeader adds a header before and a footer after the lines, and
// compresses all.
func compressedWithHeader(t *testing.T, file []byte) []byte {
	t.Helper()
	var whole bytes.Buffer
	out, err := newFrames(&whole)
	if err != nil {
		t.Fatal(err)
	}
	out.write([]byte("{}\n"))
	out.end()
	whole.Write(file)
	out.write([]byte(`{"finals":[]}` + "\n"))
	out.end()
	return whole.Bytes()
}

func TestAFullDiskIsTheErrorOfClose(t *testing.T) {
	file := &growing{room: 300_000}
	w, err := NewWriter(file, Header{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1))
	const operations = 50_000
	for n := range operations {
		w.Record(&Op{Sequence: int64(n + 1), Invoked: 1 << 60, Returned: random.Int64N(1<<61) + 1<<60, Ending: GaveUp})
	}
	if err := w.Close(&Footer{}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
	r, ops, err := read(bytes.NewReader(file.snapshot()))
	if err != nil || !r.Cut() || len(ops) == 0 {
		t.Errorf("read %d operations, cut %t, %v", len(ops), r.Cut(), err)
	}
	if _, err := NewWriter(&growing{room: 1}, Header{}); !errors.Is(err, errFull) {
		t.Errorf("header: got %v", err)
	}
}
