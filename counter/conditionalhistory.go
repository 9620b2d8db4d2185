package counter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ConditionalHistory is [Conditional] with a memory: beside the value, the item
// keeps the tokens of the last writes. If the answer to an attempt was lost, the
// next attempt recognises the change and does not count it twice.
//
// Each write replaces the value, the version and the whole list, on the
// condition that value and version are still those that the caller saw. The
// attribute "recent" has the entries, the oldest first.
//
// What it costs: a write unit for each KB, or part of one, of the item. An entry
// takes some 35 bytes with a token of 26, so that from about 25 entries on each
// write, also a refused one, takes 2 units; the default of 64 entries takes 3.
// Reads take a unit for each 4 KB.
//
// What it cannot do: recognise a repetition after as many other writes as the list
// has entries. The change is then made again and counts twice, and nothing shows
// it. A request that arrives late does no harm, because its version is no longer
// the stored one.
type ConditionalHistory struct {
	items
	keep       int
	onConflict types.ReturnValuesOnConditionCheckFailure
}

var _ Strategy = (*ConditionalHistory)(nil)

// NewConditionalHistory returns the strategy over client. It keeps the given number
// of tokens in the item, from 1 to [MaxHistory]; 0 means the default. It panics if
// the number is out of range.
func NewConditionalHistory(client DynamoDB, keep int, onConflict ConflictState) *ConditionalHistory {
	keep = Parameters{History: keep}.mustCheck(ConditionalHistoryName).History
	return newConditionalHistory(newItems(client), keep, onConflict)
}

func newConditionalHistory(items items, keep int, onConflict ConflictState) *ConditionalHistory {
	c := &ConditionalHistory{items: items.withRecent(), keep: keep}
	if onConflict == ReturnConflictState {
		c.onConflict = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	return c
}

// Name is "conditional-history".
func (*ConditionalHistory) Name() string { return ConditionalHistoryName }

// Traits implements [Strategy].
func (*ConditionalHistory) Traits() Traits {
	return Traits{NeedsState: true, Contends: true, Idempotent: true, ReturnsState: true, Versions: true, Floor: true, Decrements: true, Shares: true}
}

// Add writes change.Seen.Value+change.Delta if the counter still holds change.Seen.
// If the token is among the recent ones, the receipt is [Receipt.Repeated], with the
// value and version that the change made. If the sum would be out of bounds,
// nothing is written, and a strong read finds out whether the counter still holds
// what the caller saw.
func (c *ConditionalHistory) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	if made, ok := findRecent(change.Seen.Recent, change.Token); ok {
		return repeated(Receipt{Unsent: true}, made), nil
	}
	sum, err := change.result(key, change.Seen.Value)
	if err != nil {
		return change.recognised(c.confirmFloor(ctx, key, change))
	}
	return change.recognised(c.write(ctx, key, change, sum))
}

func (c *ConditionalHistory) write(ctx context.Context, key Key, change Change, sum int64) (Receipt, error) {
	next := State{Value: sum, Version: change.Seen.Version + 1}
	entries := lastEntries(change.Seen.Recent, recentEntry(change.Token, next), c.keep)
	values := item{
		":new": number(next.Value), ":version": number(next.Version), ":now": timestamp(change.began(ctx)), ":recent": recentAttribute(entries),
		":seen": number(change.Seen.Value), ":seenVersion": number(change.Seen.Version),
	}
	update, names := "SET #value = :new, #version = :version, #updated = :now, #recent = :recent", c.names
	if c.sharing != nil {
		w := c.sharing.write(&change)
		clauses := c.sharing.clauses(w, &change, values)
		update, names = update+clauses.set, clauses.names
		if w.enlist {
			update += " ADD #next :one"
			values[":one"] = c.one
		}
	}
	receipt, err := c.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    &update,
		ConditionExpression:                 aws.String(change.seenCondition()),
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: c.onConflict,
	})
	receipt.EstimatedUnits = estimatedUnits(receipt, writeUnitsOf(bytesOf(c.parts.of(key).item)+bytesOf(c.form.item)+bytesOf(item{
		attributeValue: values[":new"], attributeVersion: values[":version"],
		attributeUpdated: values[":now"], attributeRecent: values[":recent"],
	})+change.sharedBytes()))
	return receipt, err
}

// recognised looks for the change in the state that refused it: an earlier attempt
// may have made it.
func (c Change) recognised(receipt Receipt, err error) (Receipt, error) {
	made, ok := findRecent(receipt.State.Recent, c.Token)
	if err == nil || !ok {
		receipt.Conclusive = receipt.Outcome == Conflict && c.wouldBeIn(receipt.State)
		return receipt, err
	}
	return repeated(receipt, made), nil
}

// wouldBeIn reports whether the state's list reaches back far enough to show the
// change, had it been made. If the change is then not in the list, no attempt has
// made it or can still make it: the version that it builds on does not come back.
func (c Change) wouldBeIn(s State) bool {
	if s.Version <= c.Seen.Version {
		return false
	}
	first, ok := firstRecent(s.Recent)
	return ok && first.Version <= c.Seen.Version+1
}

// repeated turns r into the receipt of a change that an earlier attempt made.
func repeated(r Receipt, made State) Receipt {
	r.Classification = Classification{Outcome: Applied}
	r.State, r.StateKnown, r.Repeated = made, true, true
	return r
}
