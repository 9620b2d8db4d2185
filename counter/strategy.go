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
}

var _ DynamoDB = (*dynamodb.Client)(nil)

// Key names one counter.
type Key struct {
	Table string // the table's name
	Name  string // the item's partition key, attribute "id"
}

// String gives the form that error messages use: table/name.
func (k Key) String() string { return k.Table + "/" + k.Name }

// State is what a counter's item held at one moment.
type State struct {
	Value   int64
	Version int64     // 0: the item carries no version, or is not ours (see [Schema])
	Updated time.Time // zero: the item carries no readable time
}

// Units is the consumed capacity that the store reported for one request.
type Units struct {
	Read, Write float64 // capacity units
	Reported    bool    // false: the store said nothing, Read and Write mean nothing
}

// Receipt is what one attempt to change a counter came to.
type Receipt struct {
	// Classification is that of the attempt's error; see [Classify].
	Classification
	// State is the counter after the change if the outcome is Applied, and the
	// state that the attempt lost against if it is Conflict.
	State State
	// StateKnown is false where the store did not say (see [ConflictState]).
	StateKnown bool
	// Unsent is true if no request was sent, because the outcome was clear
	// before or nobody listened.
	Unsent bool
	Units  Units
}

// Strategy is one way to keep a number in DynamoDB. A call makes one attempt:
// it sends one request, never waits, never repeats. Implementations are safe
// for use by several goroutines.
type Strategy interface {
	// Name is the strategy's word in scenarios and reports.
	Name() string

	// NeedsState reports whether Add builds on the state given to it. If not,
	// its argument seen is ignored and no read has to come first.
	NeedsState() bool

	// Create stores the counter with an initial value unless it exists, in
	// which case nothing is changed and the error is nil.
	Create(ctx context.Context, key Key, initial int64) error

	// Read returns the counter's state. An eventually consistent read
	// (consistent false) may be behind. [ErrNotFound] means no such counter.
	Read(ctx context.Context, key Key, consistent bool) (State, Units, error)

	// Add attempts to change the counter by delta. The error is nil if and
	// only if the outcome is Applied; otherwise [Classify] explains it.
	Add(ctx context.Context, key Key, delta int64, seen State) (Receipt, error)
}

// ConflictState says whether a refused conditional write asks for the state
// that it lost against (ReturnValuesOnConditionCheckFailure). It costs no
// capacity, only the bytes of the answer.
type ConflictState bool

const (
	OmitConflictState   ConflictState = false
	ReturnConflictState ConflictState = true
)

// The names of the strategies.
const (
	ConditionalName = "conditional"
	AtomicAddName   = "atomic-add"
)

// StrategyNames lists the strategies that [NewStrategy] knows.
func StrategyNames() []string { return []string{ConditionalName, AtomicAddName} }

// NewStrategy returns the strategy of that name for items of this package;
// [Schema.NewStrategy] has those for items of other programs.
func NewStrategy(name string, client DynamoDB, onConflict ConflictState) (Strategy, error) {
	return Schema{}.NewStrategy(name, client, onConflict)
}
