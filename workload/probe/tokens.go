package probe

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// transactionToken asks whether a transaction that is sent again with its token
// is carried out once, and whether other parameters under the token are refused.
func (b *battery) transactionToken(ctx context.Context, name string) Row {
	var wrong []string
	for n := range b.Operations {
		said, err := b.replay(ctx, b.key(name, n), fmt.Sprintf("%s-%d-%d", b.Table[max(0, len(b.Table)-12):], b.Seed%1000, n))
		if err != nil {
			return failure(err)
		}
		wrong = append(wrong, said...)
	}
	if len(wrong) > 0 {
		return broken(wrong, "a client request token was not honoured")
	}
	return right("%d transactions sent three times with one token were carried out once, and other parameters under it were refused", b.Operations)
}

func (b *battery) replay(ctx context.Context, key counter.Key, token string) (wrong []string, err error) {
	if err := b.put(ctx, key, item{"n": num("0")}); err != nil {
		return nil, err
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(token), TransactItems: []types.TransactWriteItem{adding(key)}}
	for send := range 3 {
		if err := b.transact(ctx, b.client(send), in); err != nil {
			return nil, err
		}
	}
	other := *in
	other.TransactItems = []types.TransactWriteItem{adding(key), adding(counter.Key{Table: key.Table, Name: key.Name + "-other"})}
	err = b.transact(ctx, b.Client, &other)
	var mismatch *types.IdempotentParameterMismatchException
	switch {
	case err == nil:
		wrong = append(wrong, fmt.Sprintf("%s: other parameters were acknowledged under the same token", key.Name))
	case !errors.As(err, &mismatch):
		return nil, err
	}
	found, err := b.get(ctx, b.Client, key)
	if err == nil && !equal(numeral(found, "n"), "1") {
		wrong = append(wrong, fmt.Sprintf("%s: one addition was sent three times with one token, and the item is %s", key.Name, show(found)))
	}
	return wrong, err
}

// transactionCancelled asks whether a transaction with a false condition changes
// nothing, and whether its answer has a reason for each action and the item that
// refused.
func (b *battery) transactionCancelled(ctx context.Context, name string) Row {
	var wrong []string
	for n := range b.Operations {
		said, err := b.cancel(ctx, b.key(name, n), n)
		if err != nil {
			return failure(err)
		}
		wrong = append(wrong, said...)
	}
	if len(wrong) > 0 {
		return broken(wrong, "a cancelled transaction changed something, or its answer does not say why it was cancelled")
	}
	return right("%d transactions with a false condition changed nothing, and their answers named the condition and the item", b.Operations)
}

func (b *battery) cancel(ctx context.Context, key counter.Key, n int) (wrong []string, err error) {
	gate := counter.Key{Table: key.Table, Name: key.Name + "-gate"}
	if err := b.put(ctx, key, item{"n": num("0")}); err != nil {
		return nil, err
	}
	if err := b.put(ctx, gate, item{"gate": text("shut")}); err != nil {
		return nil, err
	}
	refusing := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(gate.Table), Key: id(gate), ConditionExpression: aws.String("gate = :open"), ExpressionAttributeValues: item{":open": text("open")},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
	actions := []types.TransactWriteItem{adding(key), refusing}
	at := 1
	if n%2 == 1 {
		actions, at = []types.TransactWriteItem{refusing, adding(key)}, 0
	}
	err = b.transact(ctx, b.client(n), &dynamodb.TransactWriteItemsInput{TransactItems: actions})
	var cancelled *types.TransactionCanceledException
	switch {
	case err == nil:
		wrong = append(wrong, key.Name+": a transaction with a false condition was acknowledged")
	case !errors.As(err, &cancelled):
		return nil, err
	default:
		wrong = append(wrong, misreported(key.Name, cancelled.CancellationReasons, at, gate)...)
	}
	found, err := b.get(ctx, b.Other, key)
	if err == nil && !equal(numeral(found, "n"), "0") {
		wrong = append(wrong, fmt.Sprintf("%s: a cancelled transaction left %s", key.Name, show(found)))
	}
	return wrong, err
}

// misreported says what is wrong with the reasons of a cancellation; "" if nothing is.
func misreported(name string, reasons []types.CancellationReason, at int, gate counter.Key) []string {
	if len(reasons) != 2 {
		return []string{fmt.Sprintf("%s: %d reasons for two actions", name, len(reasons))}
	}
	want := id(gate)
	want["gate"] = text("shut")
	refusal, other := reasons[at], reasons[1-at]
	switch {
	case aws.ToString(refusal.Code) != "ConditionalCheckFailed" || aws.ToString(other.Code) != "None":
		return []string{fmt.Sprintf("%s: action %d was refused, and the reasons are %q and %q", name, at+1, aws.ToString(reasons[0].Code), aws.ToString(reasons[1].Code))}
	case show(refusal.Item) != show(want):
		return []string{fmt.Sprintf("%s: the reason came with %s, and the item that refused is %s", name, show(refusal.Item), show(want))}
	}
	return nil
}
