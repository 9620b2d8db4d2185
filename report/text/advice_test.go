package text

import (
	"strings"
	"testing"

	"contend/internal/format"
	"contend/report/advise"
	"contend/workload/check"
)

func advice() *advise.Advice {
	figures := func(v float64) advise.Figures {
		return advise.Figures{ThroughputPerS: &v, WritesPerSuccess: &v, ReadsPerSuccess: &v, P50MS: &v, P99MS: &v, Jain: &v, USDPerMillion: &v}
	}
	return &advise.Advice{
		Scenario: "hot\x1b[31m", Description: "A description.",
		Policy: advise.Recommendation{Candidate: 1, Change: true, Why: "because", RunnerUp: "the next"},
		Design: advise.Recommendation{Candidate: 1, Why: "nothing better"},
		Candidates: []advise.Candidate{
			{Strategy: "conditional", Policy: "full-jitter", Rank: 2, Verdict: check.Pass, Figures: figures(234.5)},
			{Strategy: "conditional", Policy: "ticket+enlist+chain 4", Rank: 1, Verdict: check.Pass, Figures: figures(0.5)},
			{Strategy: "combining", Policy: "full-jitter", Rank: 3, Verdict: check.Fail},
			{Strategy: "atomic-add", Policy: "full-jitter", Rank: 4, Verdict: check.Inconclusive},
			{Strategy: "atomic-add", Policy: "a", Rank: 5, Verdict: check.Pass, Missed: []string{"p99"}},
			{Strategy: "atomic-add", Policy: "b", Rank: 6, Verdict: check.Pass, Behind: true},
		},
		Law:      &advise.Law{GapMS: 4, ArrivalsPerGap: new(1.), SuccessesPerGap: 0.5, WritesPerSuccess: new(2.), ThroughputPerS: 125, Limit: 250},
		Changes:  []string{"if " + strings.Repeat("very ", 30) + "different: another"},
		Commands: []string{"contend run hot"},
	}
}

func TestAdvice(t *testing.T) {
	for _, columns := range []int{40, 60, 80, 120} {
		var b strings.Builder
		if err := Advice(&b, advice(), Options{Width: columns}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if format.Columns(strings.TrimRight(line, "\n")) > columns || strings.Contains(line, "\x1b") {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
	}
	var b strings.Builder
	if err := Advice(&b, advice(), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"policy  ticket+enlist+chain 4, instead of full-jitter\n", "        because\n", "design  keep conditional\n",
		"  conditional\n   ticket+enlist+chain 4    exact  0.500   0.50  0.50  0.500/0.500  0.50  0.50\n  *full-jitter ",
		"  combining †\n   full-jitter              WRONG", "doubt", "missed", "behind", "  λ         1.00  attempts a gap\n", "limit",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
