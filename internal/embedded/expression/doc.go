// Package expression reads and carries out DynamoDB's condition, filter, key
// condition, update and projection expressions.
//
// Everything that DynamoDB refuses before it looks at an item is refused by the
// parse functions; what depends on the item is refused by [Update.Apply]. The
// messages are those of AWS's own DynamoDB Local.
package expression

import "fmt"

// Error is a refused expression, with DynamoDB's message.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) *Error { return &Error{fmt.Sprintf(format, args...)} }

// The kinds of expressions, as error messages name them.
const (
	conditionLabel    = "ConditionExpression"
	filterLabel       = "FilterExpression"
	keyConditionLabel = "KeyConditionExpression"
	updateLabel       = "UpdateExpression"
	projectionLabel   = "ProjectionExpression"
)

// maxLength is the published limit of an expression, in bytes.
const maxLength = 4096
