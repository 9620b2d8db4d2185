// Package law predicts how many increments per second one counter sustains if it is changed
// by conditional writes, and how many writes each increment takes. It is plain arithmetic:
// it knows no scenario and no report.
//
// An attempt reads the item, and writes it one gap G later. It wins if no other write was
// accepted in between. So every attempt that read before a success loses, as in a particle
// counter, which misses what arrives within its dead time. If attempts begin at random
// times, on average λ of them in a gap, then
//
//	X = λ / ((1+λ)·G)   successes per second
//	ρ = X·G = λ/(1+λ)   share of the writes that are refused
//	C = 1 + λ = 1/(1−ρ) writes for each success
//	P(more than k attempts) = ρ^k
//
// [Closed] and [Open] find λ for a load. With a limit of W writes per second on the item,
// λ is at most W·G, and so X at most W/(1 + W·G).
//
// The law holds only under three assumptions:
//
//   - Nothing coordinates the attempts. Clients that queue, take turns or put several
//     increments into one write do better.
//   - All attempts have about the same gap. Where gaps differ, clients with short ones win
//     more often than the law says.
//   - There are more than three clients. With two, the attempts of one are hardly random
//     from the other's point of view.
package law
