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
	"contend/workload/history"
)

// form is one way to count in an attribute n and to get a result back.
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

// setCounter asks whether the idiom of many programs counts correctly from an absent
// item on: SET n = if_not_exists(n, :zero) + :one.
func (b *battery) setCounter(ctx context.Context, name string) Row {
	return b.returnedValues(ctx, name, form{
		expression: "SET #n = if_not_exists(#n, :zero) + :one",
		values:     item{":one": num("1"), ":zero": num("0")},
		returns:    types.ReturnValueUpdatedNew,
		absent:     true,
	})
}

// returnedValues asks whether each change returns the value of its own step.
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
	final, err := b.get(ctx, b.Client, key)
	if err == nil {
		t.final, err = stateOfN(final)
	}
	b.keep(name, t)
	t.err = errors.Join(t.err, err)
	if evidence := slices.Concat(wrong...); len(evidence) > 0 {
		return broken(evidence, "an acknowledged change did not return the attributes that %s means", f.returns)
	}
	return judgeSteps(t)
}

// count lets one worker count. It continues after a change with an unknown end, and
// stops at the first that is refused or not sent.
func (b *battery) count(ctx context.Context, key counter.Key, f form, worker int) (ops []history.Op, wrong []string, doubt error) {
	for sequence := range b.Operations {
		op := history.Op{Worker: worker, Sequence: int64(sequence) + 1, Kind: history.Increment, Delta: 1, Invoked: b.now()}
		told, err := b.update(ctx, b.client(worker), key, f.input())
		if err != nil && (errors.As(err, new(*unsentError)) || counter.Classify(err).Outcome != counter.Unknown) {
			return ops, wrong, errors.Join(doubt, fmt.Errorf("%v: %w", op, err))
		}
		ops = append(ops, b.answered(op, history.Attempt{Written: true, Outcome: counter.Classify(err).Outcome}))
		if err != nil {
			doubt = errors.Join(doubt, fmt.Errorf("%v: %w", op, err))
			continue
		}
		if problem := f.problem(told); problem != "" {
			wrong = append(wrong, fmt.Sprintf("%v got %s: %s", op, show(told), problem))
			continue
		}
		ops[len(ops)-1].Attempts[0].After = f.left(told)
	}
	return ops, wrong, doubt
}

// left is the state that a change left, by its own count. If the change returns the
// state before it, the state that it left is one higher.
func (f form) left(told item) history.State {
	state, _ := stateOfN(told) // problem has already checked it
	if f.returns == types.ReturnValueAllOld || f.returns == types.ReturnValueUpdatedOld {
		state.Value++
		state.Version++
	}
	return state
}

func (f form) input() *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String(f.expression),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: f.values,
		ReturnValues:              f.returns,
	}
}

// problem says what is wrong with the returned attributes; "" if nothing is.
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

// stateOfN reads a counter n, whose value is also its version.
func stateOfN(i item) (history.State, error) {
	n, err := integer(numeral(i, "n"))
	if err != nil {
		return history.State{}, fmt.Errorf("attribute %q: %w", "n", err)
	}
	return history.State{Value: n, Version: n, Known: true}, nil
}
