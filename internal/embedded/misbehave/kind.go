// Package misbehave names the faults that can be planted in the embedded server, and
// chooses the requests that show them. The server implements the faults.
package misbehave

import "slices"

// Kind is a kind of planted fault.
type Kind uint8

// The kinds. The server's code for each kind says what a client can see of it.
const (
	// LoseUpdate: an update is acknowledged and not stored.
	LoseUpdate Kind = iota
	// ApplyTwice: an update is applied twice, and answered as if once.
	ApplyTwice
	// StaleRead: a strong read of one item, alone or in a batch, is answered with
	// a state that was replaced before the read arrived. Queries are not affected.
	StaleRead
	// GoBack: after an acknowledged update the item becomes what it was some
	// versions before.
	GoBack
	// ApplyRefused: an update is refused and applied nevertheless.
	ApplyRefused
	// AcknowledgeOutOfOrder: of two updates, the one that came later is
	// acknowledged as if it had come first.
	AcknowledgeOutOfOrder
	// IgnoreCondition: an update whose condition is false is carried out and
	// acknowledged.
	IgnoreCondition
	// IgnoreToken: a transaction that repeats one with its token is carried out
	// again.
	IgnoreToken
	// HalfTransaction: a transaction that changes several items is acknowledged,
	// and the first of its changes is not made.
	HalfTransaction

	count // of kinds
)

// names are the words of scenarios and reports, in the order of the kinds.
var names = [count]string{"lose-update", "apply-twice", "stale-read", "go-back", "apply-refused", "acknowledge-out-of-order",
	"ignore-condition", "ignore-token", "half-transaction"}

// Kinds lists all kinds.
func Kinds() []Kind {
	all := make([]Kind, count)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Names lists the names of all kinds.
func Names() []string { return slices.Clone(names[:]) }

// String is the kind's word in scenarios and reports.
func (k Kind) String() string { return names[k] }

// ParseKind is the inverse of [Kind.String].
func ParseKind(name string) (Kind, bool) {
	i := slices.Index(names[:], name)
	return Kind(max(i, 0)), i >= 0
}

// Plan says how often each kind happens: in exactly one of that many requests
// of those that it concerns, which are the strong reads for [StaleRead], the
// transactions that have a token for [IgnoreToken], all transactions that write
// for [HalfTransaction], and the updates for all others; 0 is never. It is indexed by the kind. The zero value
// is good behaviour.
type Plan [count]int64

// Count is how often a planted fault happened.
type Count struct {
	Kind  Kind
	OneIn int64 // what was planned
	Times int64 // what happened
}
