package retry

import "contend/counter"

// windowLoad is the mean wait of [Window] for each client, in gaps.
const windowLoad = 0.7

// window decides for [Window]: before every attempt
//
//	wait 2u·0.7·N·G, then read
//
// so that one attempt begins in 0.7 gaps. It needs N, the number of active clients: with
// N given as 200 for 10 clients there are 3 successes a second instead of 31. It is for
// jobs whose clients are counted, and not for clients that come and go.
// Source: measured here; the law of random access is that of slotted ALOHA.
func (p Policy) window(a Attempt, m Memory, u float64) (Decision, Memory) {
	if a.Moment == WasRead && a.Outcome == counter.Applied {
		return Decision{Next: Write}, m
	}
	wait := 2*u*windowLoad*float64(p.clients(a))*gap(a) + m.backoff(a, u)
	return Decision{Wait: nanoseconds(wait, LongestPace), Next: Read}, m
}
