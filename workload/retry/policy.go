// Package retry decides what a client does before and between its attempts to change a
// counter: whether it tries again, how long it waits, and whether it first takes a turn in
// a queue. A policy is a pure value: it never sleeps, keeps no state and draws no random
// number, so the same value runs in the fleet and in a simulation.
//
// The simple kinds, from [None] to [Polynomial], decide by the client's own attempts at the
// operation. Most of their formulas are those of "Exponential Backoff And Jitter" (AWS
// Architecture Blog, 2015) and of its simulator, aws-samples/aws-arch-backoff-simulator.
//
// The other kinds pace all clients of a counter ([Kind.Paces]). They are asked at every
// [Moment] and not only after a failure, they remember something between operations (see
// [Memory]), and two of them keep numbers in the counter's item (see [counter.Shared]).
//
// Your own program needs no other package of contend but the types of counter: it calls
// [Policy.Decide] in a loop that waits, reads, takes tickets and writes as decided, and tells
// the next call how each request ended. The example of a queue is such a loop. The store must
// have a read, a write on condition that the version has not changed since the read, and for
// [Ticket] an unconditional update that adds 1 to a number. A client that stops should ask at
// [Leaves] first, so that nobody waits for its turn. [Describe] and the README show each
// policy as pseudo-code.
package retry

import (
	"time"

	"contend/counter"
)

// Policy says what a client does before and between its attempts. It is comparable and
// safe for use by several goroutines. The zero value never retries.
type Policy struct {
	Kind Kind
	// Base is the unit of the waits: the first wait of a policy without jitter, or the
	// slot of [TimeSlice]. At least 0; kinds that use it ([Kind.UsesBase]) need more than 0.
	Base time.Duration
	// Cap is the longest wait; 0: no limit. Policies that pace ([Kind.Paces]) ignore it,
	// because a wait that is too short for the number of clients is what they are there to
	// avoid: theirs is at most [LongestPace].
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
	// else between two attempts, such as a read, the caller must check it, and policies
	// that pace leave the wait before the first attempt to the caller too.
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
	// decides [Release] or [Stop], or a [Read] after which it is asked again, at Leaves or
	// at [WasRead].
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
	// Gap is the client's own time from when the store answers with a state to when it
	// judges the write that was built on it, a moving average (see [Average]); 0: not known.
	Gap time.Duration
	// Seen is what the attempt that ended was built on.
	Seen counter.State
	// State is the last state that the store answered with, if Known: that of a read, that
	// after an applied write or a ticket, or that which refused a write.
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
	// tickets is never among them: Enlist adds one to it, and a write that was built on
	// damaged numbers sets it to 0.
	Shared counter.Shared
	Shares bool
	Enlist bool
	// Longest is the client's longest gap, which TakeTicket leaves in the item for the
	// others; 0: it leaves none.
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
	// ReasonLeaves: the client leaves, and keeps nobody waiting.
	ReasonLeaves Reason = "leaves"
)

// Decide says what to do next, and what to remember for the next call. The same arguments
// give the same decision; u in [0,1) is the random draw, which policies without jitter
// ignore. Decide does not know when the run ends: the caller cuts a wait short.
func (p Policy) Decide(attempt Attempt, m Memory, u float64) (Decision, Memory) {
	if attempt.Moment == Ended && attempt.Outcome == counter.Applied {
		m.Budget = p.Budget.earn(m.Budget)
	}
	if p.Kind.Paces() {
		return p.pace(attempt, m, u)
	}
	switch attempt.Moment {
	case Ended:
	case Leaves:
		return Decision{Next: Stop, Reason: ReasonLeaves}, m
	default:
		return Decision{Retry: true}, m
	}
	if reason := p.reason(attempt); reason != ReasonNone {
		return Decision{Reason: reason}, m
	}
	return p.limited(attempt, Decision{Retry: true, Wait: p.wait(attempt, u)}, m)
}

// reason is why there is no further attempt whatever its wait would be.
func (p Policy) reason(a Attempt) Reason {
	switch {
	case a.Outcome == counter.Applied || !p.On.Has(a.Outcome):
		return ReasonOutcome
	case !p.Kind.retries():
		return ReasonPolicy
	case p.MaxAttempts > 0 && a.Number >= p.MaxAttempts:
		return ReasonMaxAttempts
	}
	return ReasonNone
}

// limited is a decision after something failed, if deadline and budget allow it.
func (p Policy) limited(a Attempt, d Decision, m Memory) (Decision, Memory) {
	if p.late(a, d) {
		return Decision{Reason: ReasonDeadline}, m
	}
	left, ok := p.Budget.take(m.Budget)
	if !ok {
		return Decision{Reason: ReasonBudget}, m
	}
	m.Budget = left
	return d, m
}

// late reports whether the wait passes the deadline.
func (p Policy) late(a Attempt, d Decision) bool {
	return p.Deadline > 0 && d.Wait > p.Deadline-a.Elapsed
}

// outlier is how many times the average one attempt counts at most, and how many times its
// time the average is at most after it.
const outlier = 4

// Average returns the moving average of gaps, for [Attempt.Gap], after one more gap; an
// average of 0 is none yet. A gap counts as four times the average at most: a process that
// stood still for a while is no slow client, and others wait as long as the longest gap says.
// After a gap of less than a quarter of the average, the average is four times that gap: a
// first request opens a connection, which takes many times a gap, and in a queue each client
// makes so few attempts that it would take minutes to forget it.
func Average(average, took time.Duration) time.Duration {
	if average <= 0 {
		return took
	}
	if took < average/outlier {
		return outlier * took
	}
	if took/outlier > average {
		took = outlier * average
	}
	return average + (took-average)/10
}
