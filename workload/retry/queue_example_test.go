package retry_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// item stands for the item of a store. In DynamoDB, a read is GetItem, a write UpdateItem
// with the condition "version = :seen", and a ticket UpdateItem with "ADD next 1".
type item struct{ counter.State }

func (i *item) read() counter.State { return i.State }

func (i *item) write(seen counter.State, d retry.Decision) (counter.State, counter.Outcome) {
	if i.Version != seen.Version {
		return i.State, counter.Conflict
	}
	numbers := d.Shared
	numbers.Next = i.Shared.Next // others may have taken tickets
	if d.Enlist {
		numbers.Next++
	}
	i.State = counter.State{Value: i.Value + 1, Version: i.Version + 1, Shared: &numbers}
	return i.State, counter.Applied
}

func (i *item) takeTicket() counter.State {
	numbers := *i.Shared
	numbers.Next++
	i.Shared = &numbers
	return i.State
}

// client is one that adds 1 to the item, with a policy that paces. It lives as long as the
// program, because the memory goes from one operation to the next.
type client struct {
	policy retry.Policy
	memory retry.Memory
	gap    time.Duration
}

// add returns the reason for which it gave up, or [retry.ReasonOutcome] after a success.
func (c *client) add(i *item, began time.Time) retry.Reason {
	a := retry.Attempt{Moment: retry.Begins}
	var shown time.Time // when a.State came
	for {
		a.Now, a.Gap = time.Since(began), c.gap
		a.Elapsed = a.Now // here each operation begins then
		var d retry.Decision
		if d, c.memory = c.policy.Decide(a, c.memory, rand.Float64()); !d.Retry {
			return d.Reason
		}
		time.Sleep(d.Wait)
		a.LastWait, a.Known = d.Wait, true
		switch d.Next {
		case retry.Read, retry.ReadEventually:
			a.Moment, a.Outcome, a.State = retry.WasRead, counter.Applied, i.read()
		case retry.TakeTicket:
			a.Moment, a.Outcome, a.State = retry.TookTicket, counter.Applied, i.takeTicket()
		case retry.Write:
			a.Moment, a.Number, a.Seen = retry.Ended, a.Number+1, a.State
			a.State, a.Outcome = i.write(a.Seen, d)
			c.gap = retry.Average(c.gap, time.Since(shown)) // two ways, as from the store and back to it
		}
		shown = time.Now()
	}
}

// A program of its own uses a policy that paces, here a queue: it does what the policy
// decides, and says how it ended.
func ExamplePolicy_Decide_queue() {
	store := &item{counter.State{Version: 1, Shared: &counter.Shared{}}}
	c := client{policy: retry.Policy{Kind: retry.Ticket, On: retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown)}}
	for range 3 {
		fmt.Println(c.add(store, time.Now()), store.Value)
	}
	// Output:
	// outcome 1
	// outcome 2
	// outcome 3
}
