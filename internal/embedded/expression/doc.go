// Package expression parses and evaluates DynamoDB's condition, filter, key condition,
// update and projection expressions.
//
// The parse functions refuse everything that DynamoDB refuses before it looks at an
// item. [Update.Apply] refuses updates that do not fit the item. The messages are those
// of AWS's own DynamoDB Local.
package expression

import "fmt"

// Error says that an expression is refused. Message is DynamoDB's.
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
