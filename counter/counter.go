package counter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Counter is a number in DynamoDB that behaves like an integer: it holds the
// value that it last saw, and changes it with a write that succeeds only if
// nobody else changed it since.
//
// A Counter is not safe for use by several goroutines; give each its own. Any
// number of Counters, in any number of programs, may share one stored number.
type Counter struct {
	strategy *Conditional
	key      Key
	state    State
}

// Open returns the counter with that key. If the table has no such counter, Open
// creates it with the initial value. The table must exist (see [CreateTable]).
//
// The client may retry by itself, as the SDK's clients do by default. For the
// Counter's changes, its retries are limited to requests that surely changed
// nothing: throttles, and requests that found no connection. The caller decides
// about a change that may have been made. If the client sent such a change again, it
// could lose to itself, and a caller that adds once more after [ErrOutOfSync] would
// count it twice. A client other than the SDK's has to respect the options of each
// call for this to work.
func Open(ctx context.Context, client DynamoDB, key Key, initial int64) (*Counter, error) {
	c := &Counter{strategy: NewConditional(once{client}, ReturnConflictState), key: key}
	err := c.Refresh(ctx)
	if !errors.Is(err, ErrNotFound) {
		return c.orNil(err)
	}
	if err := c.strategy.Create(ctx, key, initial); err != nil {
		return nil, err
	}
	return c.orNil(c.Refresh(ctx))
}

func (c *Counter) orNil(err error) (*Counter, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Key is the counter's name.
func (c *Counter) Key() Key { return c.key }

// Value is the value that the Counter last saw. It sends no request.
func (c *Counter) Value() int64 { return c.state.Value }

// Version is the number of writes to the item up to the value last seen, 0 if the
// item carries no version.
func (c *Counter) Version() int64 { return c.state.Version }

// Updated is the time of the write that stored the value last seen, by its writer's
// clock. It is the zero time if the item carries none.
func (c *Counter) Updated() time.Time { return c.state.Updated }

// Compare returns -1 if the value last seen is less than n, +1 if it is
// greater, and 0 if they are equal.
func (c *Counter) Compare(n int64) int { return cmp.Compare(c.state.Value, n) }

// Equal reports whether the value last seen is n.
func (c *Counter) Equal(n int64) bool { return c.state.Value == n }

// String is the value last seen, in decimal.
func (c *Counter) String() string { return strconv.FormatInt(c.state.Value, 10) }

// Refresh reads the counter with a strongly consistent read. After an error, such as
// [ErrNotFound], the Counter holds what it held before.
func (c *Counter) Refresh(ctx context.Context) error {
	state, _, err := c.strategy.Read(ctx, c.key, true)
	if err != nil {
		return err
	}
	c.state = state
	return nil
}

// Add adds n, which may be negative.
//
// If somebody changed the counter since it was last seen, nothing is written, the
// error is an [*OutOfSyncError], and the Counter holds the value and time that are
// stored now: the caller can simply call Add again. After an error that [Classify]
// calls [Unknown], the change may have been made or not, and may even be made
// later; Refresh reads what is stored now.
func (c *Counter) Add(ctx context.Context, n int64) error {
	seen := c.state
	receipt, err := c.strategy.Add(ctx, c.key, Change{Delta: n, Seen: seen})
	switch {
	case receipt.Outcome == Applied:
		c.state = receipt.State
		return nil
	case receipt.Outcome != Conflict:
		return err
	case receipt.StateKnown:
		c.state = receipt.State
	default: // refused by a transaction, by a server that returns no item, or because the item is gone
		if err := c.Refresh(ctx); err != nil {
			return err
		}
	}
	return &OutOfSyncError{Key: c.key, Want: seen.Value, Have: c.state.Value}
}

// Sub subtracts n; see [Counter.Add]. The smallest int64 has no opposite, so
// subtracting it is an error that matches [ErrOverflow].
func (c *Counter) Sub(ctx context.Context, n int64) error {
	if n == math.MinInt64 {
		return fmt.Errorf("counter %q: cannot subtract %d: %w", c.key, n, ErrOverflow)
	}
	return c.Add(ctx, -n)
}
