package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// setArithmetic asks whether SET stores, adds and subtracts numbers exactly.
func (b *battery) setArithmetic(ctx context.Context, name string) Row {
	var done []addition
	var problem error
	for n, s := range sums() {
		for _, form := range []struct{ expression, operand, want string }{
			{"SET #n = #n + :n", s.add, s.want}, {"SET #n = #n - :n", negated(s.add), s.want}, {"SET #n = :n", s.want, s.want},
		} {
			a, err := b.assign(ctx, fmt.Sprintf("%s-%d-%s", name, n, form.expression), form.expression, sum{s.start, form.operand, form.want})
			if err != nil && problem == nil {
				problem = fmt.Errorf("%s of %s and %s: %w", form.expression, s.start, form.operand, err)
			}
			if err == nil {
				done = append(done, a)
			}
		}
	}
	return judgeAdditions(done, problem, "SET did not store, add or subtract exactly", "%d assignments, sums and differences by SET were exact")
}

func negated(number string) string {
	if number[0] == '-' {
		return number[1:]
	}
	return "-" + number
}

// assign sends one SET and reads what it left.
func (b *battery) assign(ctx context.Context, name, expression string, s sum) (addition, error) {
	key := b.key(name)
	if err := b.put(ctx, key, item{"n": num(s.start)}); err != nil {
		return addition{}, err
	}
	told, err := b.update(ctx, b.Client, key, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String(expression),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: item{":n": num(s.add)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return addition{}, err
	}
	stored, err := b.get(ctx, b.Other, key)
	return addition{s, numeral(told, "n"), numeral(stored, "n")}, err
}
