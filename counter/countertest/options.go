package countertest

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// Options describe a design to [Run], as far as its traits do not. The zero value is
// for a design whose table has the key that package counter documents, and whose
// costs and items are not tested.
type Options struct {
	// Schema is the schema of the design's items. It matters to designs with
	// [counter.Traits.Foreign], which must read and write nothing but its
	// attribute, and to no others.
	Schema counter.Schema
	// Table is the table that the design needs, with a key of its own; nil means a
	// table with the key of package counter, with the sort key if the design has
	// [counter.Traits.SortKey]. Run creates the table, waits until it is active and
	// deletes it. If its TableName is nil, Run makes up a name.
	Table *dynamodb.CreateTableInput
	// Costs are the capacity units that the design takes. Run tests them unless
	// they are zero.
	Costs Costs
	// OneItem says that the design keeps the number in one item, named after the
	// counter, with the key and attributes of package counter. Run then tests that
	// the design refuses an item that does not hold an integer.
	OneItem bool
}

// Costs are the capacity units that a design takes for one operation on a counter
// with a few changes.
type Costs struct {
	// Read is for a strongly consistent read; an eventually consistent one must
	// take half.
	Read float64
	// Write is for an attempt to make a change, applied or refused.
	Write float64
	// LocalWrite is what DynamoDB Local reports instead of Write, which Run accepts
	// as well; 0: the same. (Version 1.25 reports twice the units for a transaction
	// of one item.)
	LocalWrite float64
}
