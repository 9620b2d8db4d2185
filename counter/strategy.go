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

// State is what a counter held at one moment. States are comparable.
type State struct {
	Value   int64
	Version int64     // 0: the design keeps none, or the item carries none (see [Schema])
	Updated time.Time // zero: the item carries no readable time
	// Recent is what [ConditionalHistory] knows of the last writes, in a form
	// of its own; "" with other designs.
	Recent string
}

// Units is the consumed capacity that the store reported for one request.
type Units struct {
	Read, Write float64 // capacity units
	Reported    bool    // false: the store said nothing, Read and Write mean nothing
}

// Change is what one operation asks of a counter. All its attempts carry the
// same Change; only Seen follows what the store holds.
type Change struct {
	Delta int64
	// Token is the operation's own: no other operation on the table, of this
	// or another program, has the same. 1 to 36 of the letters, digits, dot and
	// hyphen. Designs that are [Traits.Idempotent] need one, by which they
	// recognise their own earlier attempts; the others do not look at it.
	Token string
	// Began is when the operation began. A repeated request has to be the same
	// to the byte for some designs, so that what they write as time is this;
	// the zero time stands for now.
	Began time.Time
	// Floor is the least value that the change may leave behind; nil: none. A
	// change that would go below is refused with a [*FloorError]. Only designs
	// with [Traits.Floor] take one.
	Floor *int64
	// Seen is what the caller believes to be stored; only designs with
	// [Traits.NeedsState] look at it.
	Seen State
}

// Receipt is what one attempt to change a counter came to.
type Receipt struct {
	// Classification is that of the attempt's error; see [Classify].
	Classification
	// State is the counter after the change if the outcome is Applied, and the
	// state that the attempt lost against if it was refused.
	State State
	// StateKnown is false where the store did not say (see [ConflictState] and
	// [Traits.ReturnsState]).
	StateKnown bool
	// Repeated is true if the outcome is Applied because an earlier attempt of
	// the same Change was: this one changed nothing.
	Repeated bool
	// Conclusive is true if the refusal is one of all tries of the attempt: the
	// change was not made by any, nor can be made by one that is still on its way.
	Conclusive bool
	// Unsent is true if no write was sent, because the outcome was clear before
	// or nobody listened.
	Unsent bool
	// Carried is true if the write was sent, but in another caller's request
	// (see [Combining]).
	Carried bool
	// Reads counts the reads that the attempt sent beside or in place of its
	// write.
	Reads int
	Units Units
	// EstimatedUnits is the capacity that the request used up by DynamoDB's rules
	// where the store does not say: for a refused condition or a cancelled
	// transaction what it charges, for a request without an answer the most
	// that it can have charged. Its field Reported means nothing.
	EstimatedUnits Units
}

// Strategy is one design for keeping a number in DynamoDB. A call of Add makes
// one attempt: it never repeats what was refused. A client that retries by itself
// makes several tries of it, and tells the outcome of the last one alone: give a
// Strategy a client without retries (aws.NopRetryer), or a [Meter] below the
// client and let [Wire.Settle] decide. Implementations are safe for use by
// several goroutines.
type Strategy interface {
	// Name is the strategy's word in scenarios and reports.
	Name() string

	// Traits says what the design can do.
	Traits() Traits

	// Create stores the counter with an initial value unless it exists, in
	// which case nothing is changed and the error is nil.
	Create(ctx context.Context, key Key, initial int64) error

	// Read returns the counter's state. An eventually consistent read
	// (consistent false) may be behind. [ErrNotFound] means no such counter.
	Read(ctx context.Context, key Key, consistent bool) (State, Units, error)

	// Add attempts to make a change. The error is nil if and only if the
	// outcome is Applied; otherwise [Classify] explains it.
	Add(ctx context.Context, key Key, change Change) (Receipt, error)
}

// Traits says what a design can do. What is false it cannot, and a scenario
// that asks for it is refused.
type Traits struct {
	// NeedsState: Add builds on Change.Seen, so that a read has to come first.
	NeedsState bool
	// Contends: attempts of callers at the same time can refuse each other, so
	// that they have to be made again.
	Contends bool
	// Idempotent: attempts with one token change the counter at most once,
	// within limits that each design's documentation tells.
	Idempotent bool
	// ReturnsState: an acknowledgement tells the counter's new value. Without it
	// the order of the writes cannot be judged.
	ReturnsState bool
	// Versions: states carry a version in [Schema]'s own items.
	Versions bool
	// Floor: a change can be refused because it would go below a floor.
	Floor bool
	// Decrements: deltas other than 1 are possible.
	Decrements bool
	// Foreign: items of other programs will do (see [Schema]).
	Foreign bool
	// SortKey: the table needs the sort key "event", a string (see
	// [CreateTable]).
	SortKey bool
	// Expires: the design writes items that the store is to delete after the time
	// in their attribute "expires" (see [CreateTable]).
	Expires bool
}

// ConflictState says whether a refused conditional write asks for the state
// that it lost against (ReturnValuesOnConditionCheckFailure). It costs no
// capacity, only the bytes of the answer.
type ConflictState bool

const (
	OmitConflictState   ConflictState = false
	ReturnConflictState ConflictState = true
)
