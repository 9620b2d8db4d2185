package probe

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// pairChange is one request that adds one to both x and y, or that must be refused, and
// what a strong read showed afterwards.
type pairChange struct {
	worker, sequence int
	allowed          bool // its condition is true
	outcome          counter.Outcome
	looked           bool
	x, y             string // as read; "" if the attribute is missing
}

// allOrNothing asks whether an update of two attributes is one change: both or
// neither, whether its condition holds or not.
func (b *battery) allOrNothing(ctx context.Context, name string) Row {
	key := b.key(name)
	if err := b.put(ctx, key, item{"gate": text("open"), "x": num("0"), "y": num("0")}); err != nil {
		return failure(err)
	}
	changes := make([][]pairChange, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) (err error) {
		changes[worker], err = b.changePairs(ctx, key, worker)
		return err
	})
	final, finalErr := b.get(ctx, b.Client, key)
	if err == nil {
		err = finalErr
	}
	return judgePairs(slices.Concat(changes...), final, err)
}

func (b *battery) changePairs(ctx context.Context, key counter.Key, worker int) ([]pairChange, error) {
	random := b.random(worker)
	var changes []pairChange
	for sequence := range b.Operations {
		c := pairChange{worker: worker, sequence: sequence + 1, allowed: random.IntN(2) == 0}
		_, err := b.update(ctx, b.client(worker), key, c.input())
		c.outcome = counter.Classify(err).Outcome
		if _, refused := refusedCondition(err); err != nil && !refused {
			return append(changes, c), err
		}
		found, err := b.get(ctx, b.client(worker+1), key)
		if err != nil {
			return append(changes, c), err
		}
		c.looked, c.x, c.y = true, numeral(found, "x"), numeral(found, "y")
		changes = append(changes, c)
	}
	return changes, nil
}

func (c pairChange) input() *dynamodb.UpdateItemInput {
	gate := "shut"
	if c.allowed {
		gate = "open"
	}
	return &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("ADD #x :one, #y :one"),
		ConditionExpression:       aws.String("#gate = :gate"),
		ExpressionAttributeNames:  map[string]string{"#gate": "gate", "#x": "x", "#y": "y"},
		ExpressionAttributeValues: item{":gate": text(gate), ":one": num("1")},
	}
}

// String names the change in evidence.
func (c pairChange) String() string {
	return fmt.Sprintf("worker %d, operation %d", c.worker, c.sequence)
}

func judgePairs(changes []pairChange, final item, err error) Row {
	var wrongly, torn []string
	applied, unknown := int64(0), int64(0)
	for _, c := range changes {
		switch c.outcome {
		case counter.Applied:
			applied++
		case counter.Unknown:
			unknown++
		}
		if wrong := c.wrong(); wrong != "" {
			wrongly = append(wrongly, fmt.Sprintf("%v %s", c, wrong))
		}
		if c.looked && !equal(c.x, c.y) {
			torn = append(torn, fmt.Sprintf("%v read x=%s y=%s", c, c.x, c.y))
		}
	}
	var missed []string
	if wasRead := err == nil || len(final) > 0; wasRead {
		missed = missedPair(final, applied, unknown)
	}
	row, found := firstBroken(
		suspicion{wrongly, "a condition was answered wrongly"},
		suspicion{torn, "a strong read showed half of a change"},
		suspicion{missed, "x and y do not agree with the acknowledged changes"},
	)
	switch {
	case found:
		return row
	case err != nil:
		return failure(err)
	}
	return right("%d changes of two attributes were never seen half done, and %d with a false condition did nothing",
		applied, len(changes)-int(applied))
}

// wrong says what is wrong with the answer to the condition; "" if nothing is.
func (c pairChange) wrong() string {
	switch {
	case c.outcome == counter.Applied && !c.allowed:
		return "was acknowledged although its condition was false"
	case c.outcome == counter.Conflict && c.allowed:
		return "was refused although its condition was true"
	}
	return ""
}

// missedPair: both attributes end at the number of changes.
func missedPair(final item, applied, unknown int64) []string {
	x, errX := integer(numeral(final, "x"))
	y, errY := integer(numeral(final, "y"))
	if errX == nil && errY == nil && x == y && x >= applied && x <= applied+unknown {
		return nil
	}
	return []string{fmt.Sprintf("%d changes that add one to both x and y were acknowledged, but in the end the item is %s", applied, show(final))}
}
