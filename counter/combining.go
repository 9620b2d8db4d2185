package counter

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/clock"
)

// Combining merges the changes that callers in one process make to one counter at
// the same time into one conditional write (flat combining: Hendler, Incze, Shavit
// and Tzafrir, SPAA 2010). One caller leads: it makes one attempt for all callers
// that are waiting when it begins. Callers that arrive meanwhile wait. When the
// attempt has ended, the first of them leads. As each leader makes one attempt
// only, nobody waits for more than two.
//
// The write is that of [Conditional], with the version in its condition as well. It
// adds the number of changes to the version, so that each change has a version of
// its own, in the order of the calls. For every counter that it was used for, the
// strategy keeps the state that its last write left, or that a refused write
// returned (see [Parameters.OnConflict]). It reads the counter when it does not
// know the state.
//
// What it costs: 1 write unit for a write, however many changes it carries, and 1
// read unit for a read before it. They are in the leader's receipt; those of the
// other callers show no units (see [Receipt.Carried]). Changes that may not be made,
// because of a floor or the range of int64, are left out of the write. Such a
// refusal always rests on the store's answer to the same attempt: a write that was
// acknowledged, or a read.
//
// Unlike other strategies, Combining waits: a call waits for the request in
// progress for the same counter, and for its own. It starts no goroutine: the
// callers do the work. If the context of a waiting caller ends, its change is
// withdrawn; if the change has been sent already, its outcome is [Unknown]. The
// leader's request ends with the leader's context, and then the outcome of all
// changes in it is Unknown.
//
// What it is not for: a single caller, or callers in different processes, which
// contend as with Conditional. All changes of a batch share its outcome, so that
// one lost answer leaves many changes in doubt. As with [AtomicAdd], a change that
// is repeated after a lost answer may count twice.
type Combining struct {
	items
	expression string // of the update
	onConflict types.ReturnValuesOnConditionCheckFailure

	mu     sync.Mutex // never held during a request
	queues map[Key]*queue
}

var _ Strategy = (*Combining)(nil)

// queue is the state that the callers of one counter share; [Combining.mu] guards it.
type queue struct {
	leader  *call
	waiting []*call // in the order of the calls, the leader among them until its batch is taken
	state   State
	known   bool
}

// call is one call of Add.
type call struct {
	change Change
	wakeup wakeup // why the wait ended, once woken has fired
	woken  *clock.Event
	taken  bool // is in a batch; guarded by [Combining.mu]
}

// wakeup ends a caller's wait: the caller leads, or another one carried its change.
type wakeup struct {
	leads  bool
	answer answer
}

// answer is the result of one call.
type answer struct {
	receipt Receipt
	err     error
	wire    *Wire // the requests that carried the change; nil: none did
}

// NewCombining returns the strategy over client. It combines the callers that
// share the returned value.
func NewCombining(client DynamoDB, onConflict ConflictState) *Combining {
	return newCombining(newItems(client), onConflict)
}

func newCombining(items items, onConflict ConflictState) *Combining {
	c := &Combining{items: items, expression: items.form.setting(":count"), queues: map[Key]*queue{}}
	if onConflict == ReturnConflictState {
		c.onConflict = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	return c
}

// Name is "combining".
func (*Combining) Name() string { return CombiningName }

// Traits implements [Strategy].
func (*Combining) Traits() Traits {
	return Traits{ReturnsState: true, Versions: true, Floor: true, Decrements: true, Foreign: true}
}

// Add makes the change together with those of other callers.
func (c *Combining) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	caller := &call{change: change, woken: clock.Of(ctx).NewEvent()}
	q := c.join(key, caller)
	if caller.woken.Wait(ctx) != nil {
		return c.leave(ctx, key, q, caller)
	}
	if !caller.wakeup.leads {
		return caller.wakeup.answer.take(ctx)
	}
	return c.lead(ctx, key, q, caller)
}

// wake ends the call's wait. It is called once.
func (c *call) wake(w wakeup) {
	c.wakeup = w
	c.woken.Fire()
}

// take returns the answer to a caller that did not lead.
func (a answer) take(ctx context.Context) (Receipt, error) {
	WireOf(ctx).Carry(a.wire)
	return a.receipt, a.err
}

// join queues the call, and appoints a leader if there is none.
func (c *Combining) join(key Key, caller *call) *queue {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.queues[key]
	if q == nil {
		q = &queue{}
		c.queues[key] = q
	}
	q.waiting = append(q.waiting, caller)
	if q.leader == nil {
		q.appoint()
	}
	return q
}

// appoint makes the first waiting call the leader, if there is one.
func (q *queue) appoint() {
	q.leader = nil
	if len(q.waiting) > 0 {
		q.leader = q.waiting[0]
		q.leader.wake(wakeup{leads: true})
	}
}

// leave ends a call whose context has ended while it waited.
func (c *Combining) leave(ctx context.Context, key Key, q *queue, caller *call) (Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ended := fmt.Errorf("change counter %q: %w", key, ctx.Err())
	if !caller.taken {
		q.waiting = slices.DeleteFunc(q.waiting, func(other *call) bool { return other == caller })
		if q.leader == caller {
			q.appoint()
		}
		return unsent(ended)
	}
	if caller.woken.Fired() { // the answer came at the same moment
		return caller.wakeup.answer.take(ctx)
	}
	receipt, err := rejected(ended)
	receipt.Carried = true
	return receipt, err
}

// lead makes one attempt for all waiting calls, and hands the lead on.
func (c *Combining) lead(ctx context.Context, key Key, q *queue, leader *call) (Receipt, error) {
	b := &batch{key: key}
	defer c.finish(ctx, q, leader, b) // also where the client panics
	err := c.gather(ctx, q, b)
	switch {
	case b.calls == nil: // nothing was sent for the others: they keep waiting
		receipt, err := unsent(fmt.Errorf("change counter %q: %w", key, ctx.Err()))
		receipt.Reads, receipt.Units = b.reads, b.units
		return receipt, err
	case err != nil:
		b.share(unsent(err))
	case b.count == 0:
		b.acknowledge(b.seen)
	default:
		c.write(ctx, b)
	}
	return b.answers[0].receipt, b.answers[0].err
}

// gather takes the waiting calls into the batch, unless the context has ended. It
// reads the counter first if the state is not known, or if the known state allows
// none of the changes: an old view must not refuse a change that the stored value
// allows.
func (c *Combining) gather(ctx context.Context, q *queue, b *batch) error {
	if ctx.Err() != nil || c.takeIfAny(q, b) {
		return nil
	}
	state, units, err := c.Read(ctx, b.key, true)
	b.reads, b.units = 1, units
	if Classify(err).NeverSent() {
		b.reads = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	q.state, q.known = state, err == nil
	if ctx.Err() == nil {
		b.take(q)
	}
	return err
}

// takeIfAny takes the waiting calls if the state is known and allows at least one of
// their changes.
func (c *Combining) takeIfAny(q *queue, b *batch) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !q.known || !slices.ContainsFunc(q.waiting, func(w *call) bool {
		_, err := w.change.result(b.key, q.state.Value)
		return err == nil
	}) {
		return false
	}
	b.take(q)
	return true
}

// write sends the batch.
func (c *Combining) write(ctx context.Context, b *batch) {
	values, condition := item{":new": number(b.value), ":seen": number(b.seen.Value)}, c.form.valueText+" = :seen"
	if c.form.ours {
		values[":now"] = timestamp(b.last.began(ctx))
	}
	c.versionSteps(values, ":count", number(b.count))
	if b.seen.Version > 0 {
		values[":version"], condition = number(b.seen.Version), condition+" AND "+c.form.versionText+" = :version"
	}
	receipt, err := c.update(ctx, b.key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    aws.String(c.expression),
		ConditionExpression:                 aws.String(condition),
		ExpressionAttributeNames:            c.names,
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: c.onConflict,
	})
	receipt = WireOf(ctx).Settle(receipt) // before it is shared: the other calls' wires do not hold these requests
	b.units, b.estimated, b.sent = b.units.Plus(receipt.Units), receipt.EstimatedUnits, !receipt.Unsent
	if err != nil {
		b.share(receipt, err)
		return
	}
	b.acknowledge(receipt.State)
}

// finish gives the callers of the batch their answers and hands the lead on.
func (c *Combining) finish(ctx context.Context, q *queue, leader *call, b *batch) {
	wire := copyOfWire(ctx)
	if len(b.calls) > 0 && len(b.answers) == 0 {
		b.share(rejected(errAbandoned))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.calls == nil {
		q.waiting = slices.DeleteFunc(q.waiting, func(other *call) bool { return other == leader })
	} else {
		q.state, q.known = b.left, b.leftKnown
	}
	for i, other := range b.calls {
		if other == leader {
			continue
		}
		if b.answers[i].receipt.Carried {
			b.answers[i].wire = wire
		}
		other.wake(wakeup{answer: b.answers[i]})
	}
	q.appoint()
}

// copyOfWire copies the leader's Wire for the other callers. They may still read it
// when the leader's next call writes to the original.
func copyOfWire(ctx context.Context) *Wire {
	w := WireOf(ctx)
	if w == nil {
		return nil
	}
	return &Wire{Sends: slices.Clone(w.Sends)}
}
