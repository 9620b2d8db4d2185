package probe

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/workload/history"
)

// readYourWrites asks whether a strong read after an acknowledged write sees
// it, over the connection of the write and over another. Every worker has an
// item of its own.
func (b *battery) readYourWrites(ctx context.Context, name string) Row {
	ops := make([][]history.Op, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) (err error) {
		ops[worker], err = b.writeAndRead(ctx, b.key(name, worker), worker)
		return err
	})
	all := slices.Concat(ops...)
	return judgeOwnReads(all, err)
}

func (b *battery) writeAndRead(ctx context.Context, key counter.Key, worker int) ([]history.Op, error) {
	var ops []history.Op
	for n := 1; n <= b.Operations; n++ {
		invoked := b.now()
		_, err := b.update(ctx, b.Client, key, &dynamodb.UpdateItemInput{
			UpdateExpression:          aws.String("SET #n = :n"),
			ExpressionAttributeNames:  map[string]string{"#n": "n"},
			ExpressionAttributeValues: item{":n": num(strconv.Itoa(n))},
		})
		if err != nil {
			return ops, err
		}
		state := history.State{Value: int64(n), Version: int64(n), Known: true}
		ops = append(ops, b.answered(history.Op{
			Worker: worker, Counter: worker, Sequence: int64(len(ops)) + 1, Kind: history.Increment, Delta: 1, Invoked: invoked,
		}, history.Attempt{Written: true, Outcome: counter.Applied, After: state}))
		for _, client := range []Client{b.Client, b.Other} {
			op, err := b.readN(ctx, client, key)
			if err != nil {
				return ops, err
			}
			op.Worker, op.Counter, op.Sequence = worker, worker, int64(len(ops))+1
			ops = append(ops, op)
		}
	}
	return ops, nil
}

// readN is a strong read of n; a missing item counts as 0.
func (b *battery) readN(ctx context.Context, client Client, key counter.Key) (history.Op, error) {
	invoked := b.now()
	found, err := b.get(ctx, client, key)
	if err != nil {
		return history.Op{}, err
	}
	saw := history.State{Known: true}
	if len(found) > 0 {
		if saw, err = stateOfN(found); err != nil {
			return history.Op{}, err
		}
	}
	return b.answered(history.Op{Kind: history.Read, Invoked: invoked}, history.Attempt{Outcome: counter.Applied, Saw: saw}), nil
}

// answered completes an operation of one attempt whose answer has just come, or never
// will.
func (b *battery) answered(op history.Op, a history.Attempt) history.Op {
	op.Due, op.Returned, op.Ending = op.Invoked, b.now(), history.Applied
	if a.Outcome == counter.Unknown {
		op.Ending = history.Unknown
	}
	a.Invoked, a.Returned = op.Invoked, op.Returned
	op.Attempts = []history.Attempt{a}
	return op
}

// judgeOwnReads expects each read to show the write before it, which nobody else
// can have overwritten.
func judgeOwnReads(ops []history.Op, err error) Row {
	last := map[int]sighting{}
	var evidence []string
	reads := 0
	for _, s := range sightings(ops) {
		if s.source == wrote {
			last[s.op.Counter] = s
			continue
		}
		reads++
		if w := last[s.op.Counter]; s.state.Value != w.state.Value {
			evidence = append(evidence, fmt.Sprintf("%v; %v", w, s))
		}
	}
	switch {
	case len(evidence) > 0:
		return broken(evidence, "a strong read did not show the write that was acknowledged before it")
	case err != nil:
		return failure(err)
	}
	return right("%d strong reads, half of them over another connection, each showed the write before them", reads)
}

// monotonicReads asks whether strong reads go back, while half of the workers
// count and the others read.
func (b *battery) monotonicReads(ctx context.Context, name string) Row {
	key := b.key(name)
	if err := b.put(ctx, key, item{"n": num("0")}); err != nil {
		return failure(err)
	}
	ops := make([][]history.Op, b.Workers)
	err := b.together(ctx, func(ctx context.Context, worker int) (err error) {
		if worker%2 == 0 {
			ops[worker], _, err = b.count(ctx, key, addForm(types.ReturnValueUpdatedNew), worker)
			return err
		}
		ops[worker], err = b.watch(ctx, key, worker)
		return err
	})
	all := slices.Concat(ops...)
	t := trial{initial: history.State{Known: true}, ops: all, err: err}
	b.keep(name, t)
	return judgeReads(t)
}

// watch reads as often as others write, over both connections in alternation.
func (b *battery) watch(ctx context.Context, key counter.Key, worker int) ([]history.Op, error) {
	var ops []history.Op
	for sequence := range b.Operations {
		op, err := b.readN(ctx, b.client(sequence), key)
		if err != nil {
			return ops, err
		}
		op.Worker, op.Sequence = worker, int64(sequence)+1
		ops = append(ops, op)
	}
	return ops, nil
}

// judgeReads expects no read to be older than a state that anybody had seen before it
// was sent, nor newer than what had been sent.
func judgeReads(t trial) Row {
	misread, err := t.misread("counter", "a strong read", read)
	if err != nil {
		return failure(err)
	}
	row, found := firstBroken(misread...)
	switch {
	case found:
		return row
	case t.err != nil:
		return failure(t.err)
	}
	all := sightings(t.ops)
	return right("%d strong reads among %d writes never went back", len(of(all, read)), len(of(all, wrote)))
}
