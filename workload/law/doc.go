// Package law is the law of a hot conditional item, as plain functions of numbers: what
// one counter that is changed by conditional writes can bear, and what an increment costs
// there. It knows no scenario and no report.
//
// An attempt reads the item and writes it one gap G later. It wins if nobody else's write
// was accepted in between. So after each success nobody who read before it can win: the
// item is a counter with a dead time of G. If attempts come at random, λ of them in a gap,
//
//	X = λ / ((1+λ)·G)   successes per second
//	ρ = X·G = λ/(1+λ)   share of the writes that are refused
//	C = 1 + λ = 1/(1−ρ) writes for each success
//	P(more than k attempts) = ρ^k
//
// [Closed] and [Open] find λ for a load. With a limit of W writes per second on the item,
// λ is at most W·G, and so X at most W/(1 + W·G).
//
// The law is for attempts without coordination. Clients that queue, take turns or carry
// several increments in one write do better. It is also for one gap: where gaps differ,
// clients with short ones win more than the law says. And the number of clients should be
// above a few: with two, the next attempt of the one is hardly random to the other.
package law
