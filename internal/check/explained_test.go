package check

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"contend/internal/history"
)

var tales = flag.Int("tales", 0, "how many random histories are held against an exhaustive search for an explanation")

// TestExplained holds the audit of small histories of every form against an
// exhaustive search: what fails has no explanation, and what has none does not
// pass.
func TestExplained(t *testing.T) {
	var right, wrong, failed int
	blind := map[string]int{}
	for seed := range uint64(*tales) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := tell(r)
		if r.IntN(2) == 0 {
			h.spoil(r)
		}
		verdict := h.judge(t)
		strict, lenient := explains(h, reading{once: true, fresh: true}), explains(h, reading{})
		if h.spoiled == "" && !strict {
			t.Fatalf("seed %d: the model finds no explanation of what happened\n%s", seed, h)
		}
		fails := breaks(verdict)
		switch {
		case fails && strict:
			t.Errorf("seed %d: a false alarm: %s\n%s", seed, summary(verdict), h)
		case lenient:
			right++
		case fails:
			wrong++
			failed++
		default:
			wrong++
			if reason := h.blindness(verdict); reason != "" {
				blind[reason]++
			} else {
				t.Errorf("seed %d: passed without an explanation: %s\n%s", seed, summary(verdict), h)
			}
		}
		if t.Failed() && seed > 0 && *stop {
			t.FailNow()
		}
	}
	t.Logf("%d histories: %d can be explained, %d cannot, of which %d failed", *tales, right, wrong, failed)
	for _, reason := range slices.Sorted(maps.Keys(blind)) {
		t.Logf("%6d not judged: %s", blind[reason], reason)
	}
}

var stop = flag.Bool("tales.stop", true, "stop at the first disagreement")

func summary(checks []Result) string {
	text := ""
	for _, c := range checks {
		text += fmt.Sprintf("\n  %s %s: %s %q", c.Name, c.Status, c.Reason, c.Evidence)
	}
	return text
}

// blindness is why the order was not judged; "": it was.
func (h *tale) blindness(checks []Result) string {
	for _, c := range checks {
		if c.Name != "exactly-once" && c.Name != "conservation" && (c.Status == Skipped || c.Status == Inconclusive) {
			return fmt.Sprintf("%s %s: %s", c.Name, c.Status, c.Reason)
		}
	}
	return ""
}

// judge audits the history at once and, if it can be, while it is read; both
// must find the same.
func (h *tale) judge(t *testing.T) []Result {
	t.Helper()
	whole := h.findings(t, false)
	if !h.header.Ordered {
		return whole
	}
	if streamed := h.findings(t, true); breaks(streamed) != breaks(whole) {
		t.Fatalf("judged at once %s\nwhile reading %s\n%s", summary(whole), summary(streamed), h)
	}
	return whole
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
