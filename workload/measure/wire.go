package measure

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"contend/counter"
)

// WireTally counts the requests of a load as they were sent over the network. It is zero if no
// transport counts them.
type WireTally struct {
	Requests int64
	// Repeats counts the requests that the SDK retried by itself. Slept is how long it waited
	// before those and before requests that it held back, in total over all workers.
	Repeats int64
	Slept   time.Duration
	// QuotaRefused counts calls that the SDK did not retry because its retry quota was used up.
	QuotaRefused int64
	// Answers counts Requests by their answers.
	Answers map[WireAnswer]int64

	// last are the two answers that came last, which most others are equal to; they are
	// not in Answers yet.
	last [2]countedAnswer `json:"-"`
}

// countedAnswer is an answer that came so many times.
type countedAnswer struct {
	answer WireAnswer
	times  int64
}

// WireAnswer is the answer to a request: its HTTP status, or 0 if there was no answer, and its
// meaning according to [counter.Classify].
type WireAnswer struct {
	Status  int
	Outcome counter.Outcome
	Reason  string
}

// IsServerError reports whether the server reported an internal error. A throttle is not one,
// whatever its status.
func (a WireAnswer) IsServerError() bool { return a.Status >= 500 && a.Outcome != counter.Throttled }

func (t *WireTally) add(w *counter.Wire) {
	repeats, slept := w.Repeats()
	t.Requests += int64(len(w.Sends))
	t.Repeats += int64(repeats)
	t.Slept += slept
	for i := range w.Sends {
		s := &w.Sends[i]
		t.answered(WireAnswer{s.Status, s.Answer.Outcome, s.Answer.Reason})
	}
}

// answered counts an answer. It does without a map where the answer is one of the last two.
func (t *WireTally) answered(a WireAnswer) {
	for i := range t.last {
		if t.last[i].answer == a {
			t.last[i].times++
			return
		}
	}
	t.enter(t.last[1])
	t.last[0], t.last[1] = countedAnswer{a, 1}, t.last[0]
}

// enter counts an answer of the last two in Answers.
func (t *WireTally) enter(c countedAnswer) {
	if c.times > 0 {
		t.count(c.answer, c.times)
	}
}

// enterAll leaves no answer out of Answers.
func (t *WireTally) enterAll() {
	for _, c := range t.last {
		t.enter(c)
	}
	t.last = [2]countedAnswer{}
}

// maxAnswers bounds the memory for the reasons that a server makes up.
const maxAnswers = 200

func (t *WireTally) count(a WireAnswer, n int64) {
	if _, known := t.Answers[a]; !known && len(t.Answers) >= maxAnswers {
		a.Reason = "other"
	}
	t.Answers[a] += n
}

func (t *WireTally) merge(o WireTally) {
	t.Requests += o.Requests
	t.Repeats += o.Repeats
	t.Slept += o.Slept
	t.QuotaRefused += o.QuotaRefused
	if t.Answers == nil && len(o.Answers) > 0 {
		t.Answers = map[WireAnswer]int64{}
	}
	// In order, because the last ones may have no room.
	for _, answer := range slices.SortedFunc(maps.Keys(o.Answers), WireAnswer.compare) {
		t.count(answer, o.Answers[answer])
	}
}

func (a WireAnswer) compare(b WireAnswer) int {
	return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Reason, b.Reason))
}

// Without returns t minus part.
func (t WireTally) Without(part WireTally) WireTally {
	t.Requests -= part.Requests
	t.Repeats -= part.Repeats
	t.Slept -= part.Slept
	t.QuotaRefused -= part.QuotaRefused
	t.Answers = maps.Clone(t.Answers)
	for answer, n := range part.Answers {
		t.Answers[answer] -= n
	}
	return t
}
