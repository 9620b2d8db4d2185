package fault

import (
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// injector carries out a rule. It is safe for use by several goroutines.
type injector struct {
	Rule
	index    int
	seed     uint64
	injected atomic.Int64

	mu      sync.Mutex
	streams map[int]*rand.Rand // by worker
}

// draw is the result of a rule's random draw for one request.
type draw struct {
	hit  bool
	side float64 // in [0, 1), for anything else that is random in the fault
}

// draw takes the same number of random values for every request, so that the fault
// of a worker's n-th request depends on nothing else.
func (i *injector) draw(worker int) draw {
	i.mu.Lock()
	defer i.mu.Unlock()
	stream := i.streams[worker]
	if stream == nil {
		const apart = 1 << 62 // from the streams of workers, which count from 0
		stream = rand.New(rand.NewPCG(i.seed, apart|uint64(i.index)<<32|uint64(uint32(worker))))
		i.streams[worker] = stream
	}
	chance, side := stream.Float64(), stream.Float64()
	return draw{hit: i.Probability == 0 || chance < i.Probability, side: side}
}

// take counts one more fault, unless the rule's Count is reached.
func (i *injector) take() bool {
	for {
		n := i.injected.Load()
		if i.Count > 0 && n >= i.Count {
			return false
		}
		if i.injected.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// length returns the side quantile of the delays, by the inverse of the normal
// distribution: Mean + SD·√2·erf⁻¹(2·side − 1).
func (d Delay) length(side float64) time.Duration {
	if d.SD == 0 {
		return d.Mean
	}
	return time.Duration(max(0, float64(d.Mean)+float64(d.SD)*math.Sqrt2*math.Erfinv(2*side-1)))
}
