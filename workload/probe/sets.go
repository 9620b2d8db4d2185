package probe

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// token is an element that a worker added to a set, twice, and then removed if it is an
// odd one.
type token struct {
	name           string
	added          counter.Outcome
	repeated       bool // the second ADD, which its condition forbids, was acknowledged
	taken          bool
	removed        counter.Outcome
	worker, number int
}

// sets asks whether a set has the elements that were added and not removed, each once,
// while all workers change it at the same time.
func (b *battery) sets(ctx context.Context, name string) Row {
	key := b.key(name)
	if err := b.put(ctx, key, item{"note": text("kept")}); err != nil {
		return failure(err)
	}
	tokens := make([][]token, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) (err error) {
		tokens[worker], err = b.fillSet(ctx, key, worker)
		return err
	})
	final, finalErr := b.get(ctx, b.Client, key)
	if err == nil {
		err = finalErr
	}
	return judgeSets(slices.Concat(tokens...), final, err)
}

func (b *battery) fillSet(ctx context.Context, key counter.Key, worker int) ([]token, error) {
	var tokens []token
	for n := 1; n <= b.Operations; n++ {
		t := token{name: fmt.Sprintf("worker %d, token %d", worker, n), worker: worker, number: n}
		err := b.changeSet(ctx, key, worker, "ADD", "attribute_not_exists(#t) OR NOT contains(#t, :one)", t.name)
		t.added = counter.Classify(err).Outcome
		if err == nil {
			err = b.changeSet(ctx, key, worker+1, "ADD", "attribute_not_exists(#t) OR NOT contains(#t, :one)", t.name)
			t.repeated = err == nil
			if _, refused := refusedCondition(err); refused {
				err = nil
			}
		}
		if err == nil && n%2 == 1 {
			t.taken = true
			err = b.changeSet(ctx, key, worker, "DELETE", "contains(#t, :one)", t.name)
			t.removed = counter.Classify(err).Outcome
		}
		tokens = append(tokens, t)
		if _, refused := refusedCondition(err); err != nil && !refused {
			return tokens, err
		}
	}
	return tokens, nil
}

func (b *battery) changeSet(ctx context.Context, key counter.Key, worker int, section, condition, element string) error {
	_, err := b.update(ctx, b.client(worker), key, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String(section + " #t :set"),
		ConditionExpression:       aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#t": "tokens"},
		ExpressionAttributeValues: item{":set": &types.AttributeValueMemberSS{Value: []string{element}}, ":one": text(element)},
	})
	return err
}

func judgeSets(tokens []token, final item, err error) Row {
	var have []string
	if set, ok := final["tokens"].(*types.AttributeValueMemberSS); ok {
		have = set.Value
	}
	var twice, wrong []string
	open := 0
	for _, t := range tokens {
		in := slices.Contains(have, t.name)
		switch {
		case t.repeated:
			twice = append(twice, t.name+" was in the set and was added again")
		case t.added == counter.Conflict || t.taken && t.removed == counter.Conflict:
			wrong = append(wrong, t.name+": its condition was true and was refused")
		case t.added != counter.Applied || t.taken && t.removed != counter.Applied:
			open++
		case len(final) > 0 && in == t.taken:
			wrong = append(wrong, fmt.Sprintf("%s was added (removed: %t); in the set at the end: %t", t.name, t.taken, in))
		}
	}
	if count := len(slices.Compact(slices.Sorted(slices.Values(have)))); count != len(have) {
		wrong = append(wrong, fmt.Sprintf("of %d elements %d are different", len(have), count))
	}
	row, found := firstBroken(
		suspicion{twice, "an element was added to a set that had it, against the condition"},
		suspicion{wrong, "a set does not have exactly the elements that were added and not removed"},
	)
	switch {
	case found:
		return row
	case err != nil:
		return failure(err)
	}
	return right("%d elements were added once each, and every second one was removed again", len(tokens)-open)
}
