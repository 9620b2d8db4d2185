package counter

import (
	"context"
	"fmt"
	"time"
)

// mostTokenBytes is the length of a UUID, and of the longest
// ClientRequestToken (API reference, TransactWriteItems).
const mostTokenBytes = 36

// checkToken is for the designs that recognise a change by its token.
func (c Change) checkToken(key Key) error {
	if c.Token == "" || len(c.Token) > mostTokenBytes {
		return fmt.Errorf("%w of counter %q: its token has %d bytes, not 1 to %d", ErrUnsuitable, key, len(c.Token), mostTokenBytes)
	}
	for i := range len(c.Token) {
		if !isTokenByte(c.Token[i]) {
			return fmt.Errorf("%w of counter %q: its token %q has other bytes than letters, digits, dot and hyphen", ErrUnsuitable, key, c.Token)
		}
	}
	return nil
}

func isTokenByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '-'
}

// unsent is the receipt of an attempt that ended before a request.
func unsent(err error) (Receipt, error) {
	receipt, err := rejected(err)
	receipt.Unsent = true
	return receipt, err
}

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
