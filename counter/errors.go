package counter

import (
	"errors"
	"fmt"
)

// Sentinel errors, to be matched with [errors.Is]. The errors that match them name
// the counter.
var (
	// ErrNotFound: the table has no such counter.
	ErrNotFound = errors.New("no such counter")
	// ErrOutOfSync: the counter was changed since it was last seen. See
	// [OutOfSyncError].
	ErrOutOfSync = errors.New("counter out of sync")
	// ErrOverflow: the change would leave the range of int64. Nothing was
	// changed. See [OverflowError].
	ErrOverflow = errors.New("counter overflow")
	// ErrFloor: the change would go below the counter's floor. Nothing was
	// changed. See [FloorError].
	ErrFloor = errors.New("counter at its floor")
	// ErrFull: the item of a [TokenSet] cannot take another token. Nothing was
	// changed.
	ErrFull = errors.New("counter full")
	// ErrExpired: the change began so long ago that the store may have forgotten
	// its token. Nothing was sent.
	ErrExpired = errors.New("token expired")
	// ErrToken: the change has no token, or one with other characters or of
	// another length than [Change.Token] allows. Nothing was sent.
	ErrToken = errors.New("bad token")
	// ErrUnprocessed: the store answered only a part of a batch, for lack of
	// capacity.
	ErrUnprocessed = errors.New("keys left unprocessed")
	// ErrNotCounter: the item does not hold an integer within int64. See
	// [ValueError].
	ErrNotCounter = errors.New("not a counter")
	// ErrDelta: the design counts by ones (see [Traits.Decrements]). Nothing was
	// sent.
	ErrDelta = errors.New("delta other than 1")
)

// OutOfSyncError is the refusal of a change that was built on a stale view. It
// matches [ErrOutOfSync].
type OutOfSyncError struct {
	Key  Key
	Want int64 // the value that the caller last saw
	Have int64 // the value that the store holds
}

func (e *OutOfSyncError) Error() string {
	return fmt.Sprintf("counter %q is out of sync: last seen %d, stored %d", e.Key, e.Want, e.Have)
}

// Is makes errors.Is(err, ErrOutOfSync) true.
func (e *OutOfSyncError) Is(target error) bool { return target == ErrOutOfSync }

// OverflowError is the refusal of a change that would leave the range of
// int64. It matches [ErrOverflow].
type OverflowError struct {
	Key   Key
	Value int64 // before the change
	Delta int64
}

func (e *OverflowError) Error() string {
	return fmt.Sprintf("counter %q: adding %d to %d leaves the range of int64", e.Key, e.Delta, e.Value)
}

// Is makes errors.Is(err, ErrOverflow) true.
func (e *OverflowError) Is(target error) bool { return target == ErrOverflow }

// FloorError is the refusal of a change that would go below a floor. It matches
// [ErrFloor].
type FloorError struct {
	Key   Key
	Value int64 // before the change
	Delta int64
	Floor int64
}

func (e *FloorError) Error() string {
	return fmt.Sprintf("counter %q: adding %d to %d goes below the floor %d", e.Key, e.Delta, e.Value, e.Floor)
}

// Is makes errors.Is(err, ErrFloor) true.
func (e *FloorError) Is(target error) bool { return target == ErrFloor }

// ValueError says that an attribute of a stored item does not hold what the counter
// needs. It matches [ErrNotCounter].
type ValueError struct {
	Key       Key
	Attribute string
	Problem   string // the rest of the sentence, such as "is not a number"
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("counter %q: attribute %q %s", e.Key, e.Attribute, e.Problem)
}

// Is makes errors.Is(err, ErrNotCounter) true.
func (e *ValueError) Is(target error) bool { return target == ErrNotCounter }
