package retry

import (
	"math"

	"contend/counter"
)

// slotGaps is the slot of [TimeSlice] in gaps: half a gap to read, while the one before
// still writes, and a gap to write.
const slotGaps = 1.5

// timeSlice decides for [TimeSlice]: before every attempt
//
//	wait (worker·slot − now) mod N·slot, then read
//
// where slot is base, or 1.5 gaps if base is 0, and N the number of clients. Base should be
// 1.5 times the longest gap of any client: all clients must have the same slot, and
// averages of their own differ. Now must be the same clock for all clients, within a
// quarter of a gap. It waits for clients that are absent: it is for jobs with a fixed
// number of clients that are always busy.
// Source: Dice, Hendler, Mirsky: "Lightweight contention management for efficient
// compare-and-swap operations", arXiv 1305.5800.
func (p Policy) timeSlice(a Attempt, m Memory, u float64) (Decision, Memory) {
	if a.Moment == WasRead && a.Outcome == counter.Applied {
		return Decision{Next: Write}, m
	}
	slot := float64(p.Base)
	if p.Base <= 0 {
		slot = slotGaps * gap(a)
	}
	round := slot * float64(p.clients(a))
	wait := math.Mod(slot*float64(a.Worker)-float64(a.Now), round)
	if wait < 0 {
		wait += round
	}
	return Decision{Wait: nanoseconds(wait+m.backoff(a, u), LongestPace), Next: Read}, m
}
