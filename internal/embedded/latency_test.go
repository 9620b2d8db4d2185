package embedded_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/embedded"
)

// elapsed is the virtual time that something takes.
func elapsed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

func TestLatencyIsHalvedAroundTheChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Latency: embedded.Latency{Mean: 10 * time.Millisecond}})
		createTable(t, client)
		put(t, client, "a", 1)
		var working sync.WaitGroup
		// A request looks at the item 5ms after it begins.
		for _, c := range []struct {
			begin time.Duration
			want  string
		}{{0, "1"}, {2 * time.Millisecond, "2"}} {
			working.Go(func() {
				time.Sleep(c.begin)
				if got := read(t, client, "a", true); got != c.want {
					t.Errorf("a read that begins at %v: got %q, want %q", c.begin, got, c.want)
				}
			})
		}
		working.Go(func() {
			time.Sleep(time.Millisecond)
			if took := elapsed(func() { put(t, client, "a", 2) }); took != 10*time.Millisecond {
				t.Errorf("the write took %v, want 10ms", took)
			}
		})
		working.Wait()
	})
}

// TestLatencyHoldsNoLock: writes to one item spend their latencies at the same time.
func TestLatencyHoldsNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Latency: embedded.Latency{Mean: 10 * time.Millisecond}})
		createTable(t, client)
		const writers = 100
		took := elapsed(func() {
			var working sync.WaitGroup
			for range writers {
				working.Go(func() {
					if _, err := client.UpdateItem(t.Context(), adding("a")); err != nil {
						t.Error(err)
					}
				})
			}
			working.Wait()
		})
		if took != 10*time.Millisecond {
			t.Errorf("%d writes at once took %v, want 10ms", writers, took)
		}
		if got := read(t, client, "a", true); got != "100" {
			t.Errorf("got %s, want %d", got, writers)
		}
	})
}

// TestImpatientClient: the write of a client that gives up is carried out all the same, at
// the time that the model gives it. Without sockets the client returns when the server
// does.
func TestImpatientClient(t *testing.T) {
	const latency, change = 10 * time.Millisecond, 5 * time.Millisecond
	for _, c := range []struct {
		patience, took time.Duration
		gone           string
	}{{2 * time.Millisecond, change, "before the change"}, {7 * time.Millisecond, 7 * time.Millisecond, "after the change"}} {
		t.Run(c.gone, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(embedded.Config{Latency: embedded.Latency{Mean: latency}})
				createTable(t, client)
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				took := elapsed(func() {
					if _, err := client.UpdateItem(ctx, adding("a")); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("got %v, want the client's time-out", err)
					}
				})
				if took != c.took {
					t.Errorf("the request occupied the server for %v, want %v", took, c.took)
				}
				if got := read(t, client, "a", true); got != "1" {
					t.Errorf("got %q, want the write carried out", got)
				}
			})
		})
	}
}

// latencies returns the first latencies of a server.
func latencies(t *testing.T, config embedded.Config, n int) []time.Duration {
	client := newClient(config)
	createTable(t, client)
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = elapsed(func() { read(t, client, "a", true) })
	}
	return all
}

func TestLatencyIsDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 1500
		model := embedded.Latency{Mean: 20 * time.Millisecond, SD: 4 * time.Millisecond}
		drawn := latencies(t, embedded.Config{Latency: model, Seed: 7}, n)
		sum, squares := 0.0, 0.0
		for _, d := range drawn {
			sum += float64(d)
			squares += float64(d) * float64(d)
		}
		mean := sum / n
		sd := math.Sqrt(squares/n - mean*mean)
		// The limits are four standard errors, of the mean and of the deviation.
		if limit := 4 * float64(model.SD) / math.Sqrt(n); math.Abs(mean-float64(model.Mean)) > limit {
			t.Errorf("mean: got %v, want %v", time.Duration(mean), model.Mean)
		}
		if limit := 4 * float64(model.SD) / math.Sqrt(2*n); math.Abs(sd-float64(model.SD)) > limit {
			t.Errorf("deviation: got %v, want %v", time.Duration(sd), model.SD)
		}
	})
}

func TestLatencyIsSeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := embedded.Config{Latency: embedded.Latency{Mean: 20 * time.Millisecond, SD: 4 * time.Millisecond}, Seed: 7}
		one, again := latencies(t, config, 20), latencies(t, config, 20)
		config.Seed = 8
		other := latencies(t, config, 20)
		same := 0
		for i := range one {
			if one[i] != again[i] {
				t.Errorf("latency %d: %v and %v from one seed", i, one[i], again[i])
			}
			if one[i] == other[i] {
				same++
			}
		}
		if same == len(one) {
			t.Error("two seeds give the same latencies")
		}
	})
}

// TestLatencyIsNeverNegative: a wide distribution is cut off at 0.
func TestLatencyIsNeverNegative(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := embedded.Config{Latency: embedded.Latency{Mean: time.Millisecond, SD: 10 * time.Millisecond}, Seed: 1}
		none := 0
		for _, d := range latencies(t, config, 200) {
			if d == 0 {
				none++
			}
		}
		if none == 0 || none == 200 {
			t.Errorf("%d of 200 draws were cut off at 0", none)
		}
	})
}
