package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/history"
)

// form is one way to count in an attribute n and to be told of it.
type form struct {
	expression string
	values     item
	returns    types.ReturnValue
	absent     bool // the item does not exist at first
}

var one = item{":one": num("1")}

func addForm(returns types.ReturnValue) form {
	return form{expression: "ADD #n :one", values: one, returns: returns}
}

func (b *battery) returnedAllNew(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, addForm(types.ReturnValueAllNew))
}

func (b *battery) returnedUpdatedNew(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, addForm(types.ReturnValueUpdatedNew))
}

func (b *battery) returnedAllOld(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, addForm(types.ReturnValueAllOld))
}

func (b *battery) returnedUpdatedOld(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, addForm(types.ReturnValueUpdatedOld))
}

// setCounter asks whether the idiom of many programs counts, from nothing on:
// SET n = if_not_exists(n, :zero) + :one.
func (b *battery) setCounter(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, form{
		expression: "SET #n = if_not_exists(#n, :zero) + :one",
		values:     item{":one": num("1"), ":zero": num("0")},
		returns:    types.ReturnValueUpdatedNew,
		absent:     true,
	})
}

// returnedValues asks whether the value that each change returns is that of its
// own step.
func (b *battery) returnedValues(ctx context.Context, name string, f form) Row {
	key := b.key(name)
	if !f.absent {
		if err := b.put(ctx, key, item{"n": num("0"), "note": text("kept")}); err != nil {
			return failure(err)
		}
	}
	ops, wrong := make([][]history.Op, b.Workers), make([][]string, b.Workers)
	t := trial{initial: history.State{Known: true}}
	t.err = b.together(ctx, func(ctx context.Context, worker int) (err error) {
		ops[worker], wrong[worker], err = b.count(ctx, key, f, worker)
		return err
	})
	t.ops = slices.Concat(ops...)
	b.keep(name, t.ops)
	final, err := b.get(ctx, b.Client, key)
	if err == nil {
		t.final, err = stateOfN(final)
	}
	t.err = errors.Join(t.err, err)
	if evidence := slices.Concat(wrong...); len(evidence) > 0 {
		return broken(evidence, "an acknowledged change did not return the attributes that %s means", f.returns)
	}
	return judgeSteps(t)
}

// count lets one worker count. The step of a change is the value that it was
// told it left; told what it found, that is one more.
func (b *battery) count(ctx context.Context, key counter.Key, f form, worker int) (ops []history.Op, wrong []string, doubt error) {
	for sequence := range b.Operations {
		op := history.Op{Worker: worker, Sequence: int64(sequence) + 1, Kind: history.Increment, Delta: 1, Invoked: b.now()}
		op.Due = op.Invoked
		told, err := b.update(ctx, b.client(worker), key, f.input())
		op.Returned = b.now()
		attempt := history.Attempt{Written: true, Invoked: op.Invoked, Returned: op.Returned, Outcome: counter.Classify(err).Outcome}
		switch {
		case err == nil:
			op.Ending = history.Applied
			if problem := f.problem(told); problem != "" {
				wrong = append(wrong, fmt.Sprintf("%v got %s: %s", op, show(told), problem))
				break
			}
			attempt.After, _ = stateOfN(told) // problem has looked at it
			attempt.After.Value += f.step()
			attempt.After.Version = attempt.After.Value
		case attempt.Outcome != counter.Unknown || b.over(ctx) != nil:
			return ops, wrong, fmt.Errorf("%v: %w", op, err)
		default:
			op.Ending = history.Unknown
			doubt = fmt.Errorf("%v: %w", op, err)
		}
		op.Attempts = []history.Attempt{attempt}
		ops = append(ops, op)
	}
	return ops, wrong, doubt
}

func (f form) input() *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String(f.expression),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: f.values,
		ReturnValues:              f.returns,
	}
}

// step is what leads from the value that is returned to the value that is left.
func (f form) step() int64 {
	if f.returns == types.ReturnValueAllOld || f.returns == types.ReturnValueUpdatedOld {
		return 1
	}
	return 0
}

// problem says what is wrong with the attributes that were returned.
func (f form) problem(told item) string {
	want := []string{"n"}
	if f.returns == types.ReturnValueAllNew || f.returns == types.ReturnValueAllOld {
		want = []string{"id", "n", "note"}
	}
	if have := slices.Sorted(maps.Keys(told)); !slices.Equal(have, want) {
		return fmt.Sprintf("attributes %q, not %q", have, want)
	}
	if _, err := stateOfN(told); err != nil {
		return err.Error()
	}
	return ""
}

// stateOfN reads a counter that is an attribute n and its own version.
func stateOfN(i item) (history.State, error) {
	n, err := integer(numeral(i, "n"))
	if err != nil {
		return history.State{}, fmt.Errorf("attribute %q: %w", "n", err)
	}
	return history.State{Value: n, Version: n, Known: true}, nil
}
