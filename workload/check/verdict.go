// Package check judges a run by what its clients saw.
//
// A check never trusts the store: it compares what the operations were told, one
// with the other and with the counters' final values, and names the operations
// that its finding rests on. [ExactlyOnce] and [Conservation] compare sums; an
// [Audit] also judges the order of single states.
//
// # What the audit proves
//
// A counter has a position that every applied write moves up: the version, by
// one; or, where items carry no version and all deltas have one sign, the value,
// by the size of the delta. An acknowledged write of position p took the counter
// from p−1 to p; a strong read of position p happened while the counter was at
// p; both within the closed interval from invocation to return. A write without
// an answer happened once, at any time after its invocation, or never. A history
// is right if points in time can be found for all of them that agree with a
// sequential counter, starting at the first reading and ending at the last.
//
// An acknowledgement that the write had been made before (repeated) is of one of
// the operation's writes without an answer: its interval begins at the first of
// them, or with the operation if there is none. The others may still have been
// made; the one of them that was sent last is taken to be the acknowledged one,
// which errs, with two or more of them, on the side of the store. If it tells no
// state, it is judged as a write without an answer.
//
// Positions leave little choice. Known entries must stand in the order of their
// positions, reads after the write that made what they saw; reads of one
// position may stand in any order. So the audit asks three things.
//
// Chain: do the states continue each other? Two writes of one position, a value
// that is not the one before plus the delta, or two values for one version have
// no sequential counter.
//
// Real time: points that respect a total order exist if and only if no entry
// ended before another began that stands before it (take for each the latest
// invocation so far as its point). The audit goes through time and remembers
// the highest position told so far: an entry that begins must not stand below
// it. That finds every such pair's later member, in O(n log n) for the sorting.
//
// Missing positions: each was made by a write without an answer, and one that
// was invoked before the earliest return of all entries above the position.
// These deadlines do not fall with rising positions, so that the sets of writes
// that may serve are nested; by Hall's theorem an assignment exists if for every
// deadline there are at least as many writes of that delta, invoked by then, as
// are needed below it. Between two known states k missing positions with a sum s
// need x and y writes of two deltas a and b with x+y=k and ax+by=s: one solution.
// With three or more deltas there may be many; up to 1024 are followed, and one
// that lasts is enough to pass.
//
// A conditional write without an answer of d that was built on value u can only
// have led from u to u+d, whenever the counter held u: the value, since that is
// what the condition compares, and not the version. So missing positions between
// two known values are a walk on such edges, each as often as it was sent in time,
// and a write without a condition is an edge from every value. Mostly one walk is
// left, found by looking up the values on it. Where there are several, the edges
// in question stay in doubt until a later gap decides. If more than 1024 ways, or
// too long a search, are in doubt at a time, or a write was acknowledged without a
// state, the conditions are dropped, and only the number of each delta is used.
//
// A write that was acknowledged without a state has one of the missing positions,
// within its interval: after all entries that ended before it began, and before
// all that began after its end. Both bounds rise with the position, so that of the
// writes of one delta the one whose end comes first takes the next position, and
// one that is left without a position has been lost. Where deltas leave more than
// one way, the order is skipped.
//
// If the first version, or the first value, is not known, the lowest state told
// is the first. By value, nothing is concluded from what had not ended when a
// change went the other way, or when the history was cut off.
//
// A conditional write that was refused for the very state that it was built on,
// while nobody else was writing, was refused wrongly. Where the lines of a worker
// are ordered, its operations follow each other also within one tick of the clock.
//
// # What is asked of counters without an order
//
// Where acknowledgements tell no state and reads no version, values without a
// version go both ways, or a counter is spread over several items,
// no position is known. Then every strong read must lie in a band: at least the
// initial value, the increments acknowledged before the read began and all
// decrements sent by its end; at most the same with the two exchanged. A write
// without an answer is one that may have been made, and attempts with one token
// are one write. Every history that has an order passes, and not only those. An
// eventual read may be behind, but not above all increments sent by its end.
//
// A reading of a value is a new beginning: what comes after it differs from it by
// no more than what was sent since, and by no less than what was acknowledged.
// Readings of a counter whose changes all go one way never go back, whoever
// makes them.
//
// And an order is searched. The search goes through time and keeps all ways in
// which what is under way can have been made so far, each decided no later than
// at its end; so a sequential history has one way, and at a moment at which
// nothing is under way only the values remain that the counter can have then.
// Writes that are alike are made in the order of their ends, a reading of what
// the counter holds at once, and a conditional write follows the value that it
// was built on. With more than 64 under way, 2048 ways, or a time that grows
// faster than the history, the search lets go until nothing is under way, and
// says for how many there is no finding. Short histories that have an order are
// searched, too.
//
// # Floors
//
// No state that was told may be below the floor, and a refusal must have told a
// state that left no room. At every moment what was acknowledged by then must
// not have taken away more than there was with all that may have been added; a
// refusal that told nothing must not come when there was surely enough; and there
// must be an order that keeps the floor. A counter that begins below its floor
// must not go lower.
//
// # What is assumed
//
// Times are on one monotonic clock. Nobody else writes to the counters. A write
// without an answer is applied at most once and with its own delta, and one that
// says what it was built on only to that value. Whether its condition also named
// a version is not used. A request that the SDK or the network repeats below
// the program is a write of its own, sent at its attempt's invocation: counted
// at the transport, it is one of the attempt's doubts. Where nobody counts there,
// an SDK that repeats requests breaks the assumption.
//
// # What stays inconclusive or is skipped
//
// More than 1024 ways to explain the missing states: inconclusive, never
// guessed. States that contradict each other leave the order inconclusive. A
// history that was cut off lacks the operations in flight: sums are
// inconclusive, and missing positions that a lost line may explain are said to
// be so; reads that a lost line may explain are not judged. Skipped, which says
// nothing at all: no update or no read; and, of the order of states, answers
// without a state, and increments mixed with decrements where items carry no
// version, as far as no order could be searched.
//
// # Memory
//
// In a history whose workers each go forward in time, everything that began
// before the earliest of the workers' last returns is known. Entries before it
// are judged and forgotten, those of positions below the highest one told by
// then are followed and forgotten, so that memory depends on the longest
// operation and not on the length. Other histories are held whole, 64 bytes for
// each thing that was told, twice.
//
// The differential tests judge small histories, as many as one likes, by
// Porcupine's search too.
package check

// Status is a check's finding. The zero value is not a status.
type Status string

const (
	Pass         Status = "pass"
	Fail         Status = "fail"
	Inconclusive Status = "inconclusive" // the run cannot tell; never to be shown as a pass
	Skipped      Status = "skipped"      // nothing that the check could judge; it says nothing
)

// Result is the finding of one check.
type Result struct {
	Name     string   `json:"name"`
	Status   Status   `json:"status"`
	Reason   string   `json:"reason"`             // one sentence, for people
	Evidence []string `json:"evidence,omitempty"` // the fewest operations that show it, one a line
}

// Verdict is the finding of a whole run.
type Verdict struct {
	Status Status   `json:"status"`
	Checks []Result `json:"checks"`
}

// CutShort is the verdict of a run that ended in an error: what failed stays a
// failure, but nothing passes.
func (v Verdict) CutShort() Verdict {
	if v.Status == Pass {
		v.Status = Inconclusive
	}
	return v
}

// Untrusted is the verdict of a run whose own accounts are wrong, for a reason:
// no finding about it means anything.
func (v Verdict) Untrusted(reason string) Verdict {
	untrusted := Verdict{Status: Inconclusive}
	for _, c := range v.Checks {
		untrusted.Checks = append(untrusted.Checks, Result{Name: c.Name, Status: Inconclusive, Reason: reason})
	}
	return untrusted
}

// Judge combines the checks: one failure fails the run, else one inconclusive
// check makes it inconclusive. A check that was skipped does not count; without
// one that passed a run is inconclusive.
func Judge(checks ...Result) Verdict {
	v := Verdict{Checks: checks}
	for _, c := range checks {
		switch {
		case c.Status == Fail:
			v.Status = Fail
		case c.Status == Pass && v.Status == "":
			v.Status = Pass
		case c.Status != Pass && c.Status != Skipped && v.Status != Fail:
			v.Status = Inconclusive
		}
	}
	if v.Status == "" {
		v.Status = Inconclusive
	}
	return v
}
