// Package retry decides what a client does before and between its attempts to change a
// counter: whether it tries again, how long it waits, and whether it first takes a turn in
// a queue. A policy is a pure value: it never sleeps, keeps no state and draws no random
// number, so the same value runs in the fleet and in a simulation.
//
// The simple kinds, from [None] to [DecorrelatedJitter], decide by what the client itself
// went through. Their formulas are those of "Exponential Backoff And Jitter" (AWS
// Architecture Blog, 2015) and of its simulator, aws-samples/aws-arch-backoff-simulator.
//
// The other kinds pace all clients of a counter ([Kind.Paces]). They are asked at every
// [Moment] and not only after a failure, they remember something between operations (see
// [Memory]), and two of them keep numbers in the counter's item (see [counter.Shared]).
package retry

import (
	"time"

	"contend/counter"
)

// Policy says what a client does before and between its attempts. It is comparable and
// safe for use by several goroutines. The zero value never retries.
type Policy struct {
	Kind Kind
	// Base is the unit of the waits: the first wait of a policy without jitter.
	// At least 0; kinds that use it ([Kind.UsesBase]) need more than 0.
	Base time.Duration
	// Cap is the longest wait; 0: no limit.
	Cap time.Duration
	// Factor is the growth from one wait to the next, at least 1; the published
	// formulas have 2. Only the exponential policy and its equal and full
	// jitter use it, and [Polynomial], whose exponent it is.
	Factor float64
	// MaxAttempts is how many attempts an operation may have, the first
	// included; 0: no limit.
	MaxAttempts int
	// Deadline is how long after its begin an operation may start another
	// attempt; 0: no limit. The policy checks it for its own wait. For anything
	// else between two attempts, such as a read, the caller must check it.
	Deadline time.Duration
	// On holds the outcomes that are tried again. [counter.Applied] never is.
	On OutcomeSet
	// Clients is how many clients use the counter at the same time, for the kinds that
	// have to know it ([Kind.NeedsClients]); 0: as many as [Attempt.Workers].
	Clients int
	// Enlist lets a client of [Ticket] whose next operation waits already take that
	// operation's ticket with the write of the one before.
	Enlist bool
	// Chain is how many operations a client makes in one turn of [Ticket] or after one
	// win of [SharedWindow], if so many wait; 0 and 1: one.
	Chain int
	// EventualPolls makes the reads of [Ticket] eventually consistent while others are
	// before this client in the queue. They take half the capacity.
	EventualPolls bool
	// Budget limits how many retries there are beside first attempts.
	Budget Budget
}

// Budget is a bucket of retries, as in gRPC's retry throttling and in "Fixing retries with
// token buckets and circuit breakers" (Brooker, 2022): each success adds Ratio to it, up to
// Burst, and each retry takes 1. A retry for which less than 1 is left is not made.
// The zero value is no limit.
type Budget struct {
	Ratio float64 // retries for each success, above 0; 0: no limit
	Burst float64 // the most that the bucket holds, and what it begins with; at least 1
}

// Moment is what has just happened. A caller asks the policies that pace ([Kind.Paces]) at
// every moment; the others only where an attempt ended.
type Moment uint8

const (
	// Ended: an attempt to write ended, with [Attempt.Outcome].
	Ended Moment = iota
	// Begins: an operation begins. Nothing was sent for it.
	Begins
	// WasRead: the read that the policy asked for ended. The outcome is
	// [counter.Applied] if it told the state.
	WasRead
	// TookTicket: the ticket that the policy asked for was taken, if the outcome is
	// [counter.Applied]; [Attempt.State] is then the item after that.
	TookTicket
	// Leaves: the client makes no further operation, or none for a while. The policy
	// decides [Release], or [Stop] at once.
	Leaves
)

// Attempt describes what has just happened, and what the client knows.
type Attempt struct {
	Number   int // 1: the first attempt of the operation has just ended
	Outcome  counter.Outcome
	LastWait time.Duration // before this attempt; 0 before the first
	Elapsed  time.Duration // since the operation began, at least 0

	// What follows matters to the policies that pace.

	Moment Moment
	// Now is the time since some moment that is the same for all calls of a client.
	Now time.Duration
	// Gap is the client's own time from when the store tells a state to when it judges
	// the write that was built on it, a moving average (see [Average]); 0: not known.
	Gap time.Duration
	// Seen is what the attempt that ended was built on.
	Seen counter.State
	// State is what the store told last, if Known: the item as read, after the write that
	// was applied, after the ticket was taken, or the one that refused the write.
	State counter.State
	Known bool
	// Waiting is true if the client's next operation waits already, and would begin at
	// once.
	Waiting bool
	// Worker is the client's number, from 0, and Workers how many there are, if that is
	// known. [TimeSlice] needs both.
	Worker, Workers int
}

// Action is what to do when the wait of a decision is over.
type Action uint8

const (
	// Usual: whatever the caller does before an attempt, such as a read, and then the
	// attempt. The simple kinds know no other.
	Usual Action = iota
	// Read: a strongly consistent read of the counter, and then [WasRead].
	Read
	// ReadEventually is Read with an eventually consistent read.
	ReadEventually
	// Write: a write that is built on [Attempt.State], with [Decision.Shared], and then
	// [Ended].
	Write
	// TakeTicket: an update that adds a ticket ([counter.Queuer]), and then [TookTicket].
	TakeTicket
	// Release: an update that ends this client's turn ([counter.Queuer]). Nothing
	// follows.
	Release
	// Stop: nothing; the operation has ended, or the client may leave.
	Stop
)

// Decision is what to do next: wait and try again, or give up for a reason.
type Decision struct {
	Retry  bool
	Wait   time.Duration // at least 0; 0 when giving up
	Reason Reason        // [ReasonNone] if Retry
	// Next is what comes after the wait, if Retry.
	Next Action
	// Shared are the numbers that a Write leaves in the item, if Shares. The number of
	// tickets is never among them: Enlist adds one to it.
	Shared counter.Shared
	Shares bool
	Enlist bool
	// Longest is the client's largest gap if a ticket has to tell it to the others; 0: not.
	Longest time.Duration
	// Ticket is the one that Release ends.
	Ticket int64
}

// Reason is why a policy gives up.
type Reason string

const (
	// ReasonNone: it does not give up.
	ReasonNone Reason = ""
	// ReasonOutcome: the outcome is not one that is tried again.
	ReasonOutcome Reason = "outcome"
	// ReasonPolicy: the policy never retries.
	ReasonPolicy Reason = "policy"
	// ReasonMaxAttempts: the operation has had all its attempts.
	ReasonMaxAttempts Reason = "max-attempts"
	// ReasonDeadline: the wait would pass the operation's deadline.
	ReasonDeadline Reason = "deadline"
	// ReasonBudget: the budget has no retry left.
	ReasonBudget Reason = "budget"
)

// Memory is what a client remembers of a counter from one decision to the next. It is
// comparable. The zero value remembers nothing. Each client and counter has a Memory of
// its own, which only [Policy.Decide] changes.
type Memory struct {
	// Budget is the client's, for all counters: whoever keeps several memories carries it
	// from one to the other.
	Budget Bucket
}

// Bucket is what is left of a [Budget]. The zero value is a full one.
type Bucket struct {
	spent float64 // of Burst
}

// Decide says what to do next, and what to remember for the next call. The same arguments
// give the same decision; u in [0,1) is the random draw, which policies without jitter
// ignore. Decide does not know when the run ends: the caller cuts a wait short.
func (p Policy) Decide(attempt Attempt, m Memory, u float64) (Decision, Memory) {
	if attempt.Outcome == counter.Applied || !p.On.Has(attempt.Outcome) {
		return Decision{Reason: ReasonOutcome}, m
	}
	if !p.Kind.retries() {
		return Decision{Reason: ReasonPolicy}, m
	}
	if p.MaxAttempts > 0 && attempt.Number >= p.MaxAttempts {
		return Decision{Reason: ReasonMaxAttempts}, m
	}
	wait := p.wait(attempt, u)
	if p.Deadline > 0 && wait > p.Deadline-attempt.Elapsed {
		return Decision{Reason: ReasonDeadline}, m
	}
	return Decision{Retry: true, Wait: wait}, m
}

// Average moves an average gap, of [Attempt.Gap], by what one more attempt took; 0 is no
// average yet.
func Average(average, took time.Duration) time.Duration {
	if average <= 0 {
		return took
	}
	return average + (took-average)/10
}
