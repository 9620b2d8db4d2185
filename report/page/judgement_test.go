package page_test

import (
	"strings"
	"testing"

	"contend/report"
	"contend/report/page"
	"contend/workload/check"
	"contend/workload/proxy/record"
)

// TestJudgement: the page of a proxy shows its verdict, its evidence and what was not
// understood, and no text of a program becomes markup.
func TestJudgement(t *testing.T) {
	j := &report.Judgement{
		Verdict: check.Verdict{Status: check.Fail, Checks: []check.Result{{Name: "once-per-call", Status: check.Fail, Reason: "twice", Evidence: []string{"request 1 and request 2"}}}},
		Proxy: &report.Proxied{Upstream: "http://x", Watch: []string{"visits/<b>:hits"}, Summary: record.Summary{
			Requests: map[string]int64{"UpdateItem": 3}, Consumed: &record.Consumed{WriteUnits: 73, Reported: 3}, Unseen: []record.Unseen{{Counter: "visits/<script>:hits", Write: true, Reason: "a batch", Times: 1}},
		}},
	}
	var text strings.Builder
	if err := page.Judgement(&text, j, report.PictureFile); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FAIL", "once-per-call", "request 1 and request 2", "a batch", "Not understood", report.PictureFile, "UpdateItem", "write units", "73"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, never := range []string{"<script>", "<b>:hits"} {
		if strings.Contains(text.String(), never) {
			t.Errorf("the page has %q", never)
		}
	}
}
