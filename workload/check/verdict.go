// Package check judges a run by the answers that its clients got.
//
// A check never trusts the store. It compares the answers with each other and with
// the counters' final values, and names the operations that show a failure.
// [ExactlyOnce] and [Conservation] compare sums; an [Audit] also checks the order of
// single states. [Examine] does all of it for a history, and [Judge] combines the
// results into a verdict.
//
// # What the audit proves
//
// Every applied write moves a counter's position up. The position is the version,
// which grows by one; or, if items have no version and all deltas have the same sign,
// the value, which grows by the size of the delta. An acknowledged write with position
// p moved the counter from p−1 to p. A strong read with position p happened while the
// counter was at p. Both happened within the closed interval from invocation to
// return. A write without an answer happened once, at any time after its invocation,
// or never. A history is right if there is a point in time for each of them such that
// the operations at these points are those of a sequential counter, from the first
// reading to the last.
//
// An acknowledgement may say that an earlier attempt had made the write (repeated). It
// then acknowledges one of the operation's writes without an answer: its interval
// begins at the first of them, or with the operation if there is none. The others may
// still have been made. The audit assumes that the last one sent is the acknowledged
// one; if there are two or more, that favours the store. If the acknowledgement has no
// state, it counts as a write without an answer.
//
// Positions leave little choice. The known entries must stand in the order of their
// positions, and reads after the write that made the state they saw; reads of the same
// position may stand in any order. So the audit asks three questions.
//
// Chain: do the states continue each other? There is no sequential counter with two
// writes of one position, with a value that is not the previous value plus the delta,
// or with two values for one version.
//
// Real time: is there a point for each entry that agrees with the order of positions?
// There is if and only if no entry ended before another one began that has a lower
// position. (Take as the point of each entry the latest invocation so far.) The audit
// goes through time and remembers the highest position that had been returned so far:
// no entry that begins later may have a lower one. This finds the later entry of every
// such pair, in O(n log n) because of the sorting.
//
// Missing positions: each was made by a write without an answer that was invoked
// before the earliest return of all entries above the position. These deadlines never
// fall as positions rise, so the sets of possible writes are nested. By Hall's theorem
// an assignment exists if, for every deadline, at least as many writes of that delta
// were invoked by then as are needed below it. Between two known states, k missing
// positions with the sum s need x writes of delta a and y of delta b, with x+y=k and
// ax+by=s, which has one solution. With three or more deltas there may be many; the
// audit follows up to 1024, and passes if one of them lasts to the end.
//
// A conditional write without an answer, of delta d and built on value u, can only
// have changed u to u+d, at some time when the counter held u. (The condition compares
// the value, not the version.) So the missing positions between two known values are a
// walk on such edges, where each edge can be used as often as it was sent in time. A
// write without a condition is an edge from every value. Usually only one walk is
// possible, and looking up the values on it finds it. If there are several, their
// edges stay in doubt until a later gap decides. If more than 1024 ways or too long a
// search are in doubt at a time, or a write was acknowledged without a state, the
// audit ignores the conditions and uses only the number of writes of each delta.
//
// A write that was acknowledged without a state has one of the missing positions: after
// all entries that ended before it began, and before all that began after it ended.
// Both bounds rise with the position. So among the writes of one delta, the one that
// ended first gets the next position, and a write that is left without a position has
// been lost. If the deltas allow more than one way, the order is skipped.
//
// If the first version or value is not known, the audit begins with the lowest state
// that was returned. If positions are values, it draws no conclusion from operations
// that had not ended when a change went the other way, or when the history was cut off.
//
// If a conditional write was refused because of the very state that it was built on,
// while nobody else was writing, the refusal was wrong. If the history lists each
// worker's operations in order, they follow each other even within one tick of the
// clock.
//
// # Counters without an order
//
// No position is known if acknowledgements have no state and reads have no version, if
// values without a version go both ways, or if a counter is spread over several items.
// Then every strong read must lie in a band. The lower bound is the initial value plus
// all increments acknowledged before the read began, minus all decrements sent by its
// end; the upper bound is the initial value plus all increments sent by its end, minus
// all decrements acknowledged before it began. A write without an answer counts as
// sent, and attempts with the same token count as one write. Every history that has an
// order passes, but some others pass too. An eventual read may be behind, but not
// above all increments sent by its end.
//
// A reading of a value is a new start: later readings may differ from it by at most
// what was sent since, and at least what was acknowledged since. If all changes go one
// way, readings never go back, whoever makes them.
//
// The audit also searches for an order. It goes through time and keeps all ways in
// which the operations in progress can have been applied so far. Each operation is
// decided at its end at the latest. So a sequential history has one way, and whenever
// nothing is in progress, only the possible values of the counter remain. Writes that
// are alike are applied in the order of their ends; a reading of the current value
// happens at once; a conditional write follows the value that it was built on. If more
// than 64 operations are in progress, if there are more than 2048 ways, or if the
// search takes longer in proportion to the history, it pauses until nothing is in
// progress, and the result says for how many operations there is no finding. Short
// histories that have positions are searched as well.
//
// # Floors
//
// No returned state may be below the floor, and a refusal must return a state that left
// no room for the change. At no moment may the acknowledged decrements exceed the
// initial value and all increments that may have been applied. A refusal without a
// state must not come when the counter surely held enough. And there must be an order
// that keeps the floor. A counter that begins below its floor must not go lower.
//
// # Several histories
//
// [ExamineFiles] judges the histories of several machines as one. No two clocks agree, so
// order in time is judged in three ways, each of which is sound alone.
//
// By each machine's own clock: what one machine saw must be in the order of the positions,
// exactly. A counter that only one machine uses is judged by its clock alone.
//
// By the stated bounds: every interval is moved into common time and made wider, at both
// ends, by what the clock may be wrong by. If the bounds hold, the true interval lies inside.
// All checks above claim less of wider intervals: fewer operations ended before others
// began, more writes may explain a state, and reads have wider bands. So a right history
// never fails.
//
// By no clock: if A, on machine m, comes before B, on machine n, by position, then A began
// before B ended. That limits the difference of the two clocks, with 500 ppm for the drift of
// each. If the limits around a circle of machines add up to less than zero, no clocks explain
// the history, and linearizable fails. The limits are taken in windows of 100 ms, 1 s and
// 10 s, and over the whole run.
//
// If a check fails by the stated bounds, everything is judged again without common time, and
// held in memory for that. What fails again is a failure whatever the clocks are. What does
// not is inconclusive: the clocks were worse than stated, or the store broke the order. Sums
// need a final value that was surely read after all operations, by the bounds or by the
// limits of the versions; otherwise they are inconclusive. If nothing contradicts the bounds,
// the sums believe them.
//
// What is missed: an order that is broken by less than the bounds; and one that only common
// time shows, which is inconclusive. Of counters without positions, no order across machines
// is known without clocks. Limits are kept for the latest states and windows only.
//
// Operations of a history that is missing or was cut off may explain any state from then on:
// sums, and a chain with gaps, are inconclusive.
//
// # Assumptions
//
// Times of one history are from one monotonic clock. Nobody else writes to the counters. A write
// without an answer is applied at most once and with its own delta; if it is
// conditional, only to the value that it was built on. Whether its condition also named
// a version is not used. A request that the SDK or the network repeats counts as a
// write of its own, sent when its attempt was invoked, because the transport counts it
// as one of the attempt's ambiguous writes. If nothing counts requests there, an SDK
// that repeats them breaks this assumption.
//
// # Inconclusive and skipped
//
// If there are more than 1024 ways to explain the missing states, the check is
// inconclusive; it never guesses. If states contradict each other, the order is
// inconclusive. A history that was cut off lacks the operations in progress: its sums
// are inconclusive, missing positions that a lost line may explain are reported as
// such, and reads that a lost line may explain are not judged. A check is skipped, and
// then says nothing at all, if there was no update or no read. The order is skipped for
// answers without a state, and for increments mixed with decrements if items have no
// version, unless an order could be searched.
//
// # Memory
//
// If the history lists each worker's operations in order, everything that began before
// the earliest of the workers' last returns is known. The audit judges and forgets
// entries from before that time, and follows and forgets positions below the highest
// one returned by then. So its memory depends on the longest operation, not on the
// length of the history. Other histories are held in memory as a whole: 64 bytes for
// each returned state, twice.
//
// Differential tests compare the results for small histories with Porcupine's search.
package check

// Status is a check's finding. The zero value is not a status.
type Status string

const (
	Pass         Status = "pass"
	Fail         Status = "fail"
	Inconclusive Status = "inconclusive" // the run cannot tell; never to be shown as a pass
	Skipped      Status = "skipped"      // nothing that the check could judge; it says nothing
)

// Result is the result of one check.
type Result struct {
	Name     string   `json:"name"`
	Status   Status   `json:"status"`
	Reason   string   `json:"reason"`             // one sentence, for people
	Evidence []string `json:"evidence,omitempty"` // the fewest operations that show it, one a line
}

// Verdict is the result of all checks of a run.
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

// Untrusted is the verdict of a run whose own accounts are wrong: every check becomes
// inconclusive, for the given reason.
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
