package check

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"contend/internal/longtest"
	"contend/workload/history"
)

var tales = longtest.Flag("tales", 3000, 20_000, "how many random histories are held against an exhaustive search for an explanation")

// TestExplained compares the audit with an exhaustive search, on small histories of
// every form: a history that fails has no explanation, and one without an explanation
// does not pass. In an inconclusive verdict, single checks may pass although nothing
// explains the history; such cases are counted, and must stay rare.
func TestExplained(t *testing.T) {
	var right, failed, unfound int
	blind := map[string]int{}
	many := tales()
	for seed := range uint64(many) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := tell(r)
		if r.IntN(2) == 0 {
			h.spoil(r)
		}
		checks, late := h.judge(t)
		strict, lenient := explains(h, reading{once: true, fresh: true}), explains(h, reading{})
		reason := h.blindness(checks)
		switch {
		case h.spoiled == "" && !strict:
			t.Fatalf("seed %d: the model finds no explanation of what happened\n%s", seed, h)
		case breaks(checks) && strict:
			t.Fatalf("seed %d: a false alarm: %s\n%s", seed, summary(checks), h)
		case lenient:
			right++
		case breaks(checks) && !late:
			failed++
		case Judge(checks...).Status == Pass && reason == "":
			t.Fatalf("seed %d: passed without an explanation: %s\n%s", seed, summary(checks), h)
		case reason != "":
			blind[reason]++
		default:
			unfound++
		}
	}
	t.Logf("%d histories: %d can be explained; of the others %d failed, %d had a check that passed in a verdict that did not, and in %d the order was not judged",
		many, right, failed, unfound, many-right-failed-unfound)
	for _, reason := range slices.Sorted(maps.Keys(blind)) {
		t.Logf("%6d not judged: %s", blind[reason], reason)
	}
	if right < many/10 || failed < many/10 || unfound > many/1000 {
		t.Errorf("of %d histories %d can be explained, %d failed and %d were missed: the generator or the audit shows too little", many, right, failed, unfound)
	}
}

func summary(checks []Result) string {
	text := ""
	for _, c := range checks {
		text += fmt.Sprintf("\n  %s %s: %s %q", c.Name, c.Status, c.Reason, c.Evidence)
	}
	return text
}

// blindness is the reason why the order was not judged; "" if it was.
func (h *tale) blindness(checks []Result) string {
	for _, c := range checks {
		if c.Name != "exactly-once" && c.Name != "conservation" && (c.Status == Skipped || c.Status == Inconclusive) {
			return fmt.Sprintf("%s %s: %s", c.Name, c.Status, c.Reason)
		}
	}
	return ""
}

// judge audits the history at once and, if it can be, while it is read. What fails
// while it is read fails at once. late says that it does so only at once: an eventual
// read may tell of a state that the audit has forgotten.
func (h *tale) judge(t *testing.T) (checks []Result, late bool) {
	t.Helper()
	whole := h.findings(t, false)
	if !h.header.Ordered {
		return whole, false
	}
	streamed := h.findings(t, true)
	if breaks(streamed) && !breaks(whole) {
		t.Fatalf("judged at once %s\nwhile reading %s\n%s", summary(whole), summary(streamed), h)
	}
	return whole, breaks(whole) && !breaks(streamed)
}

// breaks reports whether a check fails that says what cannot have happened. What
// callers were told may be wrong without that.
func breaks(checks []Result) bool {
	return slices.ContainsFunc(checks, func(c Result) bool { return c.Status == Fail && c.Name != "exactly-once" })
}

func (h *tale) findings(t *testing.T, streaming bool) []Result {
	t.Helper()
	a := NewAudit(h.header)
	for i := range h.ops {
		if err := a.Add(&h.ops[i]); err != nil {
			t.Fatalf("%v\n%s", err, h)
		}
		if streaming {
			a.advance(a.watermark(), false)
		}
	}
	footer := history.Footer{}
	if h.final.Final.Known {
		footer.Finals = []history.CounterEnd{h.final}
	}
	return a.Close(footer, h.cut).Checks
}
