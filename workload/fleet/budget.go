package fleet

import "sync/atomic"

// budget is the number of operations that the workers of a run share. It is
// safe for use by several goroutines and takes no lock.
type budget struct {
	total int64 // 0: no limit
	taken atomic.Int64
}

// take reports whether one more operation may start.
func (b *budget) take() bool {
	return b.total == 0 || b.taken.Add(1) <= b.total
}

// left reports whether take would succeed now.
func (b *budget) left() bool { return b.total == 0 || b.taken.Load() < b.total }
