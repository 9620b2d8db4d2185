package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// adding is an action that adds one to an item's n.
func adding(key counter.Key) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(key.Table), Key: id(key), UpdateExpression: aws.String("ADD #n :one"),
		ExpressionAttributeNames: map[string]string{"#n": "n"}, ExpressionAttributeValues: one,
	}}
}

// transact sends a transaction until it is not throttled. A conflict with another
// transaction is retried too, a limited number of times; other refusals are not.
func (b *battery) transact(ctx context.Context, client Client, in *dynamodb.TransactWriteItemsInput) error {
	const most = 200
	var err error
	for range most {
		err = b.patiently(ctx, func() error {
			_, err := client.TransactWriteItems(ctx, in)
			return err
		})
		if !metTransaction(err) {
			return err
		}
		sleep(ctx, throttlePause/10)
	}
	return err
}

// metTransaction reports whether a request was refused because of another transaction
// in progress, and for no other reason.
func metTransaction(err error) bool {
	var conflict *types.TransactionConflictException
	var going *types.TransactionInProgressException
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return slices.ContainsFunc(cancelled.CancellationReasons, func(r types.CancellationReason) bool { return aws.ToString(r.Code) == "TransactionConflict" }) &&
			!slices.ContainsFunc(cancelled.CancellationReasons, func(r types.CancellationReason) bool { return aws.ToString(r.Code) == "ConditionalCheckFailed" })
	}
	return errors.As(err, &conflict) || errors.As(err, &going)
}

// pair is what a worker did to two items in one transaction, and what it saw of them.
type pair struct {
	worker, sequence int
	outcome          counter.Outcome
	looked           bool
	x, y             string
}

// transactionAtomic asks whether a transaction over two items is one change of both,
// while other workers do the same and read both in one transaction. Half of the changes
// of the first item are plain updates, which a transaction must not lose.
func (b *battery) transactionAtomic(ctx context.Context, name string) Row {
	x, y := b.key(name, "x"), b.key(name, "y")
	for _, key := range []counter.Key{x, y} {
		if err := b.put(ctx, key, item{"n": num("0"), "plain": num("0")}); err != nil {
			return failure(err)
		}
	}
	pairs, plain := make([][]pair, b.Workers), make([]plainChanges, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) (err error) {
		if worker%4 == 3 {
			plain[worker], err = b.changePlainly(ctx, x, worker)
			return err
		}
		pairs[worker], err = b.changePair(ctx, [2]counter.Key{x, y}, worker)
		return err
	})
	var finals [2]item
	for i, key := range []counter.Key{x, y} {
		found, finalErr := b.get(ctx, b.Client, key)
		finals[i], err = found, errors.Join(err, finalErr)
	}
	return judgeTransactions(slices.Concat(pairs...), sumOf(plain), finals, err)
}

func (b *battery) changePair(ctx context.Context, keys [2]counter.Key, worker int) ([]pair, error) {
	var pairs []pair
	for sequence := range b.Operations {
		p := pair{worker: worker, sequence: sequence + 1}
		err := b.transact(ctx, b.client(worker), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{adding(keys[0]), adding(keys[1])}})
		p.outcome = counter.Classify(err).Outcome
		if err != nil && !metTransaction(err) {
			return append(pairs, p), err
		}
		found, err := b.getBoth(ctx, b.client(worker+1), keys)
		if err != nil {
			return append(pairs, p), err
		}
		p.looked, p.x, p.y = true, numeral(found[0], "n"), numeral(found[1], "n")
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// getBoth reads two items in one transaction, until no other transaction is in the way.
func (b *battery) getBoth(ctx context.Context, client Client, keys [2]counter.Key) ([2]item, error) {
	var found [2]item
	in := &dynamodb.TransactGetItemsInput{}
	for _, key := range keys {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: aws.String(key.Table), Key: id(key)}})
	}
	const most = 200
	var err error
	for range most {
		err = b.patiently(ctx, func() error {
			out, err := client.TransactGetItems(ctx, in)
			if err == nil && len(out.Responses) == len(found) {
				found = [2]item{out.Responses[0].Item, out.Responses[1].Item}
			}
			return err
		})
		if !metTransaction(err) {
			break
		}
		sleep(ctx, throttlePause/10)
	}
	return found, err
}

// plainChanges are the updates outside transactions.
type plainChanges struct{ applied, unknown int64 }

func sumOf(all []plainChanges) plainChanges {
	var sum plainChanges
	for _, p := range all {
		sum.applied, sum.unknown = sum.applied+p.applied, sum.unknown+p.unknown
	}
	return sum
}

func (b *battery) changePlainly(ctx context.Context, key counter.Key, worker int) (p plainChanges, err error) {
	for range b.Operations {
		_, err := b.update(ctx, b.client(worker), key, &dynamodb.UpdateItemInput{UpdateExpression: aws.String("ADD plain :one"), ExpressionAttributeValues: one})
		switch outcome := counter.Classify(err).Outcome; {
		case err == nil:
			p.applied++
		case metTransaction(err):
		case outcome == counter.Unknown:
			p.unknown++
			return p, err
		default:
			return p, err
		}
	}
	return p, nil
}

func judgeTransactions(pairs []pair, plain plainChanges, finals [2]item, err error) Row {
	var torn, missed []string
	applied, unknown := int64(0), int64(0)
	for _, p := range pairs {
		switch p.outcome {
		case counter.Applied:
			applied++
		case counter.Unknown:
			unknown++
		}
		if p.looked && !equal(p.x, p.y) {
			torn = append(torn, fmt.Sprintf("worker %d, operation %d read x=%s y=%s at one moment", p.worker, p.sequence, p.x, p.y))
		}
	}
	if len(finals[0]) > 0 && len(finals[1]) > 0 {
		missed = append(missed, outsideBand("x", finals[0], "n", applied, unknown)...)
		missed = append(missed, outsideBand("y", finals[1], "n", applied, unknown)...)
		missed = append(missed, outsideBand("x", finals[0], "plain", plain.applied, plain.unknown)...)
	}
	row, found := firstBroken(
		suspicion{torn, "a transactional read showed half of a transaction"},
		suspicion{missed, "the items do not agree with the acknowledged changes"},
	)
	switch {
	case found:
		return row
	case err != nil:
		return failure(err)
	}
	return right("%d transactions of two items were never seen half done, and %d plain updates beside them lost nothing", applied, plain.applied)
}

// outsideBand reports an attribute whose value does not fit the number of changes.
func outsideBand(name string, found item, attribute string, applied, unknown int64) []string {
	n, err := integer(numeral(found, attribute))
	if err == nil && n >= applied && n <= applied+unknown {
		return nil
	}
	return []string{fmt.Sprintf("%d changes of %s of %s were acknowledged, and in the end it is %s", applied, attribute, name, show(found))}
}
