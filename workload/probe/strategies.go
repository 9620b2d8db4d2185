package probe

import (
	"context"

	"contend/counter"
	"contend/workload/history"
)

// conditional asks whether conditional writes lose no change and invent none, when
// workers read again after each conflict.
func (b *battery) conditional(ctx context.Context, name string) Row {
	return judgeSteps(b.trial(ctx, name, load{strategy: readingAgain, kinds: upAndDown}))
}

// atomicAdd asks the same of ADD.
func (b *battery) atomicAdd(ctx context.Context, name string) Row {
	return judgeSteps(b.trial(ctx, name, load{
		strategy: func(c Client) counter.Strategy { return counter.NewAtomicAdd(c) }, kinds: upAndDown,
	}))
}

func readingAgain(c Client) counter.Strategy {
	return counter.NewConditional(c, counter.OmitConflictState)
}

// judgeSteps expects every acknowledged change to be a step of its own.
func judgeSteps(t trial) Row {
	failed, err := t.writes().audit("counter")
	if err != nil {
		return failure(err)
	}
	if row, found := firstBroken(
		failed.suspect("chain", "the acknowledged states do not follow from each other"),
		failed.suspect("conservation", "the counter did not end at the sum of the acknowledged changes"),
		failed.suspect("reads", "the counter did not end at the last version that was acknowledged"),
		failed.suspect("linearizable", "a change was acknowledged with a version no newer than one seen before it was sent"),
	); found {
		return row
	}
	if t.err != nil {
		return failure(t.err)
	}
	return right("%d acknowledged changes made consecutive steps, and the counter ended at their sum, %d",
		len(of(sightings(t.ops), wrote)), t.final.Value)
}

// conflictItem asks whether the item that a refused condition returns is the
// one that refused it.
func (b *battery) conflictItem(ctx context.Context, name string) Row {
	return judgeConflictItem(b.trial(ctx, name, load{
		strategy: func(c Client) counter.Strategy { return counter.NewConditional(c, counter.ReturnConflictState) }, kinds: up,
	}))
}

func judgeConflictItem(t trial) Row {
	misread, err := t.misread("counter", "a refused condition", refused)
	if err != nil {
		return failure(err)
	}
	row, found := firstBroken(append([]suspicion{
		{withoutItem(t.ops), "a refused condition came without the item that ReturnValuesOnConditionCheckFailure asks for"},
		{withoutCause(t.ops), "a refused condition returned an item that meets it"},
	}, misread...)...)
	n := len(of(sightings(t.ops), refused))
	switch {
	case found:
		return row
	case t.err != nil:
		return failure(t.err)
	case n == 0:
		return notJudged("no condition was refused, so there was nothing to see: use more workers or operations")
	}
	return right("%d refused conditions each returned the item that refused it", n)
}

// withoutItem are refusals that came without an item.
func withoutItem(ops []history.Op) []string {
	return refusals(ops, func(a history.Attempt) bool { return !a.Saw.Known })
}

// withoutCause are refusals with an item that meets the condition.
func withoutCause(ops []history.Op) []string {
	return refusals(ops, func(a history.Attempt) bool { return a.Saw.Known && a.Saw.Value == a.Before.Value })
}

// conflictRead asks whether a strong read after a conflict shows the write that won.
func (b *battery) conflictRead(ctx context.Context, name string) Row {
	return judgeConflictRead(b.trial(ctx, name, load{strategy: readingAgain, kinds: up}))
}

func judgeConflictRead(t trial) Row {
	misread, err := t.misread("counter", "a strong read", looked)
	if err != nil {
		return failure(err)
	}
	row, found := firstBroken(append([]suspicion{
		{blindReads(t.ops), "a strong read after a refused condition still showed the state that was refused"},
	}, misread...)...)
	n := conflicts(t.ops)
	switch {
	case found:
		return row
	case t.err != nil:
		return failure(t.err)
	case n == 0:
		return notJudged("no condition was refused, so there was nothing to see: use more workers or operations")
	}
	return right("after %d refused conditions a strong read showed what had won", n)
}
