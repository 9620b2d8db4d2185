package counter

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// DynamoDB is the part of the DynamoDB client that the counters of this
// package use. *[dynamodb.Client] implements it.
type DynamoDB interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

var _ DynamoDB = (*dynamodb.Client)(nil)

// Key names one counter.
type Key struct {
	Table string // the table's name
	Name  string // the item's partition key, attribute "id"
}

// String gives the form that error messages use: table/name.
func (k Key) String() string { return k.Table + "/" + k.Name }

// State is what a counter held at one moment. [State.Equal] compares states.
type State struct {
	Value   int64
	Version int64     // number of writes so far; 0: the design or the item has no version (see [Schema])
	Updated time.Time // when the last write was made, by its writer's clock; zero: not known
	// Recent is the list of the last writes that [ConditionalHistory] keeps, in a
	// format of its own; "" for other designs.
	Recent string
	// Shared are the numbers that clients leave for each other. It is nil unless the
	// design was made with [Parameters.Share]. Nobody may change what it points to.
	Shared *Shared
}

// Units is the consumed capacity of requests, as the store reported it.
type Units struct {
	Read, Write float64 // capacity units
	Reported    bool    // false: the store reported nothing; Read and Write are 0
}

// Change is the change that one operation makes. All attempts of the operation have
// the same Change, except for Seen, Share and Enlist.
type Change struct {
	// Delta is added to the value; it may be negative or 0 if the design has
	// [Traits.Decrements], and must be 1 otherwise.
	Delta int64
	// Token identifies the operation: no other operation on the table, of this
	// or another program, may have the same. It has 1 to 36 ASCII letters,
	// digits, dots and hyphens. Designs that are [Traits.Idempotent] need it to
	// recognise their own earlier attempts; other designs ignore it.
	Token string
	// Began is when the operation began, and the time that is stored with the
	// change. For some designs a repeated attempt must send the same bytes, so
	// the time may not differ between attempts. The zero time means now.
	Began time.Time
	// Floor is the lowest value that a decrement may leave; nil means none. A
	// decrement below it is refused with a [*FloorError]. Only designs with
	// [Traits.Floor] support it.
	Floor *int64
	// Seen is the state that the caller believes to be stored. Only designs with
	// [Traits.NeedsState] use it.
	Seen State
	// Share are the numbers that the write leaves in the item; nil: it leaves them as they
	// are. Enlist adds one to [Shared.Next] with the same write. Only designs with
	// [Traits.Shares] that were made with [Parameters.Share] use them.
	Share  *Shared
	Enlist bool
}

// Receipt is the result of one attempt to change a counter.
type Receipt struct {
	// Classification says how the attempt ended; see [Classify].
	Classification
	// State is the counter after the change if the outcome is Applied, and the
	// state that the attempt lost against if it was refused.
	State State
	// StateKnown is true if the store returned State (see [ConflictState] and
	// [Traits.ReturnsState]).
	StateKnown bool
	// Repeated is true if the outcome is Applied because an earlier attempt with
	// the same Change had been applied: this attempt changed nothing.
	Repeated bool
	// Conclusive is true if the attempt was refused and its change is certain
	// never to be made: none of its requests made it, and none can make it by
	// arriving late.
	Conclusive bool
	// Unsent is true if no write was sent, because the outcome was known without
	// it or there was no connection.
	Unsent bool
	// Carried is true if the write was sent, but in another caller's request
	// (see [Combining]).
	Carried bool
	// Reads counts the reads that the attempt sent beside its write, or instead
	// of it.
	Reads int
	// Units is the capacity that the store reported for the attempt's requests.
	Units Units
	// EstimatedUnits is the capacity that the store charged without reporting it,
	// by DynamoDB's rules: the charge for a refused condition or a cancelled
	// transaction, and the highest possible charge for a request without an
	// answer. Its field Reported has no meaning.
	EstimatedUnits Units
}

// Strategy is one design: a way to keep a counter in DynamoDB. A call of Add makes
// one attempt and does not retry.
//
// A client that retries by itself turns the attempt into several tries and returns
// the outcome of the last one only, which can hide a change that an earlier try
// made. So give a Strategy a client without retries ([aws.NopRetryer]), or put a
// [Meter] below the client and let [Wire.Settle] combine the tries.
//
// Implementations must be safe for use by several goroutines.
//
// [aws.NopRetryer]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws#NopRetryer
type Strategy interface {
	// Name is the design's name in scenarios and reports.
	Name() string

	// Traits says what the design can do. They never change.
	Traits() Traits

	// Create stores the counter with an initial value. If the counter exists,
	// Create changes nothing and returns nil.
	Create(ctx context.Context, key Key, initial int64) error

	// Read returns the counter's state and the units that reading it took. If
	// consistent is false, the read is eventually consistent and may return an
	// older state. The error matches [ErrNotFound] if there is no such counter,
	// and [ErrNotCounter] if the item does not hold an integer within int64.
	Read(ctx context.Context, key Key, consistent bool) (State, Units, error)

	// Add makes one attempt at the change. The error is nil if and only if the
	// outcome is Applied; the receipt's Classification is that of the error.
	Add(ctx context.Context, key Key, change Change) (Receipt, error)
}

// Traits says what a design can do. A scenario that asks for something whose trait
// is false is refused.
type Traits struct {
	// NeedsState: Add builds on Change.Seen, so that the caller has to read first.
	NeedsState bool
	// Contends: attempts made at the same time can refuse each other, so that
	// some have to be made again.
	Contends bool
	// Idempotent: all attempts with the same token together change the counter at
	// most once, within the limits that the design documents.
	Idempotent bool
	// ReturnsState: an acknowledgement contains the counter's new state. Without
	// it the order of the writes cannot be checked.
	ReturnsState bool
	// Versions: states have a version, unless the items are those of another
	// program (see [Schema]).
	Versions bool
	// Floor: the design can refuse a decrement that would go below a floor.
	Floor bool
	// Decrements: deltas other than 1 are possible.
	Decrements bool
	// Foreign: the design can keep items of other programs (see [Schema]).
	Foreign bool
	// SortKey: the table needs the sort key "event", a string (see
	// [CreateTable]).
	SortKey bool
	// Transfers: the design is a [Transferrer].
	Transfers bool
	// Parts: the design keeps further items, each with a key of its own that follows from
	// the counter's (see [layout.Key.Of]).
	Parts bool
	// Shares: the design can keep the numbers of [Shared] in the counter's item, and is a
	// [Queuer] then.
	Shares bool
	// Expires: the design writes items that the store should delete after the time
	// in their attribute "expires" (see [CreateTable]).
	Expires bool
}

// ConflictState says whether a conditional write asks for the item if the condition
// is false (ReturnValuesOnConditionCheckFailure). That costs no capacity, only the
// bytes of the answer.
type ConflictState bool

const (
	OmitConflictState   ConflictState = false
	ReturnConflictState ConflictState = true
)
