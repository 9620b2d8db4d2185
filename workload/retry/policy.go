// Package retry decides whether and how long a client waits before it tries
// again. A policy is a pure value: it never sleeps, keeps no state and draws no
// random number, so the same value runs in the fleet and in a simulation.
//
// The formulas are those of "Exponential Backoff And Jitter" (AWS Architecture
// Blog, 2015) and of its simulator, aws-samples/aws-arch-backoff-simulator.
package retry

import (
	"time"

	"contend/counter"
)

// Policy says which attempts are followed by another one, and after which wait. It
// is comparable and safe for use by several goroutines. The zero value never
// retries.
type Policy struct {
	Kind Kind
	// Base is the unit of the waits: the first wait of a policy without jitter.
	// At least 0; kinds that wait ([Kind.Waits]) need more than 0.
	Base time.Duration
	// Cap is the longest wait; 0: no limit.
	Cap time.Duration
	// Factor is the growth from one wait to the next, at least 1; the published
	// formulas have 2. Only the exponential policy and its equal and full
	// jitter use it.
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
}

// Attempt describes the attempt that has just ended.
type Attempt struct {
	Number   int // 1: the first attempt of the operation has just ended
	Outcome  counter.Outcome
	LastWait time.Duration // before this attempt; 0 before the first
	Elapsed  time.Duration // since the operation began, at least 0
}

// Decision is what to do next: wait and try again, or give up for a reason.
type Decision struct {
	Retry  bool
	Wait   time.Duration // at least 0; 0 when giving up
	Reason Reason        // [ReasonNone] if Retry
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
)

// Decide says what follows an attempt. The same arguments give the same
// decision; u in [0,1) is the random draw, which policies without jitter
// ignore. Decide does not know when the run ends: the caller cuts a wait short.
func (p Policy) Decide(attempt Attempt, u float64) Decision {
	if attempt.Outcome == counter.Applied || !p.On.Has(attempt.Outcome) {
		return Decision{Reason: ReasonOutcome}
	}
	if !p.Kind.retries() {
		return Decision{Reason: ReasonPolicy}
	}
	if p.MaxAttempts > 0 && attempt.Number >= p.MaxAttempts {
		return Decision{Reason: ReasonMaxAttempts}
	}
	wait := p.wait(attempt, u)
	if p.Deadline > 0 && wait > p.Deadline-attempt.Elapsed {
		return Decision{Reason: ReasonDeadline}
	}
	return Decision{Retry: true, Wait: wait}
}
