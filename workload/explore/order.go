package explore

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"contend/internal/crash"
)

// inOrder calls try with the numbers from 0 to n−1, for as many of them at once as the
// process may use cores, and take with each result in the order of the numbers, until take
// returns false. The context of the tries that are then in progress ends, and their results
// are discarded. So are all results after ctx has ended. take is called by the caller's
// goroutine. inOrder returns when all tries have ended. A panic of a try is its result.
func inOrder(ctx context.Context, n int64, try func(context.Context, int64) seen, take func(int64, seen) (more bool)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type numbered struct {
		number int64
		seen   seen
	}
	results := make(chan numbered)
	var next atomic.Int64
	var trying sync.WaitGroup
	for range min(int64(runtime.GOMAXPROCS(0)), n) {
		trying.Go(func() {
			for i := next.Add(1) - 1; i < n && ctx.Err() == nil; i = next.Add(1) - 1 {
				r := numbered{number: i}
				if err := crash.Catch(func() error { r.seen = try(ctx, i); return nil }); err != nil {
					r.seen = seen{err: err}
				}
				select {
				case <-ctx.Done(): // it may have been cut off
					return
				default:
					results <- r
				}
			}
		})
	}
	go func() {
		trying.Wait()
		close(results)
	}()
	waiting := map[int64]seen{}
	due, more := int64(0), true
	for r := range results {
		waiting[r.number] = r.seen
		for more {
			s, ok := waiting[due]
			if !ok {
				break
			}
			delete(waiting, due)
			if more = take(due, s) && ctx.Err() == nil; !more {
				cancel()
			}
			due++
		}
	}
}
