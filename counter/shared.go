package counter

import (
	"context"
	"time"
)

// Shared are numbers that clients of one counter leave for each other in its item, to take
// turns or to wait for as long as is best for all of them (see package
// contend/workload/retry). The counter is right whatever they are: a write is refused
// unless value and version are those that it was built on. All are 0 in a new item.
//
// What a client reads may be anything that another one wrote: it must bound each number
// before it uses it.
type Shared struct {
	Pace        int64 // "pace": how long each client should wait on average, in nanoseconds
	PaceVersion int64 // "pv": the version that the last write which set a number left
	Next        int64 // "next": how many tickets were taken
	Serve       int64 // "serve": the ticket whose turn it is; the first is 0
	Void        int64 // "forf": tickets below this one are void
	MeanGap     int64 // "gm": the mean time from reading to writing, in nanoseconds
	LongestGap  int64 // "gx": the longest such time of late, in nanoseconds
	Chained     int64 // "ch": the mean number of operations in a turn, in thousandths
	Pushing     int64 // "k": how many clients may try at once because others do not queue, in thousandths
	// Damaged is true if one of the attributes was not an integer within int64. The
	// number is 0 then, and the next write should set all of them.
	Damaged bool
}

// Queuer is a [Strategy] that keeps the numbers of [Shared]: one with [Traits.Shares] that
// was made with [Parameters.Share].
type Queuer interface {
	Strategy

	// TakeTicket adds one to [Shared.Next], whatever the item holds: the ticket is the
	// number before. It changes neither value nor version, so that it refuses nobody's
	// write. A longest gap above 0 replaces [Shared.LongestGap]. The error is nil if and
	// only if the outcome is [Applied]; the receipt then has the state after it.
	TakeTicket(ctx context.Context, key Key, longest time.Duration) (Receipt, error)

	// Release sets [Shared.Serve] to the number after the ticket if it is the ticket's
	// turn. If it is not, the outcome is [Conflict]. It changes neither value nor version.
	Release(ctx context.Context, key Key, ticket int64) (Receipt, error)

	// Made reports whether the state shows that the change with the token was made. It is
	// always false for designs that are not [Traits.Idempotent].
	Made(state State, token string) bool
}
