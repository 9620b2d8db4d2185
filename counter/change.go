package counter

import (
	"context"
	"fmt"
	"strings"
	"time"

	"contend/internal/clock"
)

// result returns the value after the change. The error is an [*OverflowError] or a
// [*FloorError] if the change may not be made.
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

// began returns the time to store with the change.
func (c Change) began(ctx context.Context) time.Time {
	if c.Began.IsZero() {
		return clock.Of(ctx).Now()
	}
	return c.Began
}

// maxTokenBytes is the longest ClientRequestToken that DynamoDB takes (API
// reference, "TransactWriteItems").
const maxTokenBytes = 36

// checkToken refuses a change without a usable token. If all tokens were empty,
// every change would be taken for a repetition of the first.
func (c Change) checkToken(key Key) error {
	isForeign := func(r rune) bool {
		return !strings.ContainsRune("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", r)
	}
	if c.Token == "" || len(c.Token) > maxTokenBytes || strings.ContainsFunc(c.Token, isForeign) {
		return fmt.Errorf("change counter %q: %w: %q", key, ErrToken, c.Token)
	}
	return nil
}

// unsent returns the receipt of a change that is refused before anything is sent.
func unsent(cause error) (Receipt, error) {
	receipt, err := rejected(cause)
	receipt.Unsent = true
	return receipt, err
}

// confirmFloor handles a change that the caller's view does not allow. A strong
// read finds out whether the counter still holds what the caller saw; if not, the
// change is out of sync, not refused: an old view must not refuse a change that the
// stored value allows.
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

// sentReads returns 1 if the read was sent.
func sentReads(r Receipt) int {
	if r.NeverSent() {
		return 0
	}
	return 1
}
