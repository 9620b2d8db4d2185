package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// refusable is a write whose condition is false.
type refusable struct {
	name   string
	absent bool // it is sent to an item that does not exist
	send   func(ctx context.Context, client Client, key counter.Key) error
}

var (
	gateName  = map[string]string{"#gate": "gate"}
	shutValue = item{":shut": text("shut")}
)

const isShut = "#gate = :shut"

func refusables() []refusable {
	return []refusable{
		{"UpdateItem", false, refusedUpdate},
		{"PutItem", false, refusedPut},
		{"DeleteItem", false, refusedDelete},
		{"UpdateItem of no item", true, refusedUpdate},
		{"PutItem of no item", true, refusedPut},
	}
}

func refusedUpdate(ctx context.Context, client Client, key counter.Key) error {
	_, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(key.Table), Key: id(key),
		UpdateExpression:          aws.String("SET #s = :new ADD #x :one"),
		ConditionExpression:       aws.String(isShut),
		ExpressionAttributeNames:  map[string]string{"#gate": "gate", "#s": "s", "#x": "x"},
		ExpressionAttributeValues: item{":shut": text("shut"), ":new": text("new"), ":one": num("1")},
	})
	return err
}

func refusedPut(ctx context.Context, client Client, key counter.Key) error {
	full := id(key)
	full["s"] = text("new")
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(key.Table), Item: full, ConditionExpression: aws.String(isShut),
		ExpressionAttributeNames: gateName, ExpressionAttributeValues: shutValue,
	})
	return err
}

func refusedDelete(ctx context.Context, client Client, key counter.Key) error {
	_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(key.Table), Key: id(key), ConditionExpression: aws.String(isShut),
		ExpressionAttributeNames: gateName, ExpressionAttributeValues: shutValue,
	})
	return err
}

// refusedIsUntouched asks whether a write that is refused changes anything.
func (b *battery) refusedIsUntouched(ctx context.Context, name string) Row {
	var evidence []string
	var problem error
	for n, r := range refusables() {
		wrong, err := b.refuse(ctx, b.key(name, n), r)
		evidence = append(evidence, wrong...)
		if problem == nil {
			problem = err
		}
	}
	switch {
	case len(evidence) > 0:
		return broken(evidence, "a write with a false condition changed the item, or was not refused")
	case problem != nil:
		return failure(problem)
	}
	return right("%d writes with false conditions were refused and changed nothing", len(refusables()))
}

func (b *battery) refuse(ctx context.Context, key counter.Key, r refusable) ([]string, error) {
	if !r.absent {
		if err := b.put(ctx, key, item{"gate": text("open"), "s": text("old"), "x": num("7")}); err != nil {
			return nil, err
		}
	}
	before, err := b.get(ctx, b.Client, key)
	if err != nil {
		return nil, err
	}
	var evidence []string
	err = b.patiently(ctx, func() error { return r.send(ctx, b.Client, key) })
	switch _, ok := refusedCondition(err); {
	case err == nil:
		evidence = append(evidence, fmt.Sprintf("%s with the false condition %s was acknowledged", r.name, isShut))
	case !ok:
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	after, err := b.get(ctx, b.Client, key)
	if err == nil && show(before) != show(after) {
		evidence = append(evidence, fmt.Sprintf("%s with the false condition %s turned %s into %s", r.name, isShut, show(before), show(after)))
	}
	return evidence, err
}
