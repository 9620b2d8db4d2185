package counter

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// result is the value that the change makes of value: an [*OverflowError] or
// [*FloorError] if it may not.
func (c Change) result(key Key, value int64) (int64, error) {
	sum, ok := add(value, c.Delta)
	if !ok {
		return 0, &OverflowError{Key: key, Value: value, Delta: c.Delta}
	}
	if c.Delta < 0 && c.Floor != nil && sum < *c.Floor {
		return 0, &FloorError{Key: key, Value: value, Delta: c.Delta, Floor: *c.Floor}
	}
	return sum, nil
}

// began is the time that is written.
func (c Change) began() time.Time {
	if c.Began.IsZero() {
		return time.Now()
	}
	return c.Began
}

// maxTokenBytes is the length of the longest token, that of a ClientRequestToken
// (API reference, "TransactWriteItems").
const maxTokenBytes = 36

// checkToken refuses a change that cannot be told from others: without tokens
// all would be taken for repetitions of the first.
func (c Change) checkToken(key Key) error {
	isForeign := func(r rune) bool {
		return !strings.ContainsRune("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", r)
	}
	if c.Token == "" || len(c.Token) > maxTokenBytes || strings.ContainsFunc(c.Token, isForeign) {
		return fmt.Errorf("change counter %q: %w: %q", key, ErrToken, c.Token)
	}
	return nil
}

// unsent is the receipt of a change that is refused before anything is sent.
func unsent(cause error) (Receipt, error) {
	receipt, err := rejected(cause)
	receipt.Unsent = true
	return receipt, err
}

// confirmFloor finds out by a strong read whether the counter still holds what
// the caller saw, which is too little. An old view must not refuse what there
// is.
func (i items) confirmFloor(ctx context.Context, key Key, change Change) (Receipt, error) {
	state, units, err := i.Read(ctx, key, true)
	known := err == nil
	if known {
		if _, err = change.result(key, state.Value); err == nil {
			err = &OutOfSyncError{Key: key, Want: change.Seen.Value, Have: state.Value}
		}
	}
	receipt, err := rejected(err)
	receipt.Reads, receipt.Units = sentReads(receipt), units
	receipt.Unsent, receipt.State, receipt.StateKnown = true, state, known
	return receipt, err
}

// sentReads counts a read that was tried.
func sentReads(r Receipt) int {
	if r.NeverSent() {
		return 0
	}
	return 1
}
