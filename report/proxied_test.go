package report_test

import (
	"fmt"
	"strings"
	"testing"

	"contend/report"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/proxy/record"
)

// TestWhatProxiedRequestsConsumed: units that no store reported are never shown as 0.
func TestWhatProxiedRequestsConsumed(t *testing.T) {
	for _, c := range []struct {
		consumed *record.Consumed
		want     string
	}{
		{nil, "[]"},
		{&record.Consumed{Unreported: 3}, "[[units not known: the store reported none]]"},
		{
			&record.Consumed{ReadUnits: 2.5, WriteUnits: 4, Reported: 8, Refused: 1, Unreported: 2},
			"[[write units 4] [read units 2.5] [cost $0.352 per million requests, at $0.625 per million write units and $0.125 per million read units] " +
				"[not counted 1 refused or unanswered request, 2 requests without a report]]",
		},
	} {
		p := &report.Proxied{Summary: record.Summary{Consumed: c.consumed}}
		if got := fmt.Sprint(p.Capacity()); got != c.want {
			t.Errorf("%+v:\n got %s\nwant %s", c.consumed, got, c.want)
		}
	}
}

// TestWhatAProxySaw: everything that limits the verdict is said.
func TestWhatAProxySaw(t *testing.T) {
	unknown := &check.Examination{
		Footer: &history.Footer{},
		Findings: check.Findings{
			Ledgers: []history.Ledger{{Key: "visits/home:hits"}},
			Checks:  []check.Result{{Name: "exactly-once", Status: check.Inconclusive}},
		},
	}
	p := &report.Proxied{Dry: true, Summary: record.Summary{
		Requests: map[string]int64{"UpdateItem": 5, "GetItem": 7, "": 1}, Nameless: 1, Blind: 2, Replays: 3, Untracked: 4, Omitted: 2,
		Unseen: []record.Unseen{{Counter: "visits/*", Write: true, Reason: "PartiQL", Times: 3}, {Counter: "visits/home:hits", Reason: "a text", Times: 1}},
		Hits:   []record.Hit{{Request: 9, Kind: "reset", Operation: "UpdateItem", Item: "visits/home", Call: "c1", Attempt: 2}, {Request: 11, Kind: "reset", Operation: "PutItem"}},
	}}
	j := report.NewProxied("h", unknown, p)
	text := strings.Join(j.Warnings, "\n")
	for _, want := range []string{"1 writes had no amz-sdk-invocation-id", "2 writes set a value", "3 requests had a token", "4 requests were about more", "--dry", "--expect N or --acknowledged"} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning says %q:\n%s", want, text)
		}
	}
	if got := strings.Join(p.NotUnderstood(), "; "); got != "a write of visits/*: PartiQL (3 times); a read of visits/home:hits: a text; and 2 other requests" {
		t.Errorf("not understood: %s", got)
	}
	if got := p.Operations(); len(got) != 3 || got[0] != [2]string{"GetItem", "7"} || got[2] != [2]string{"none of DynamoDB", "1"} {
		t.Errorf("operations: %v", got)
	}
	if got := p.HitTexts(1); len(got) != 2 || got[0] != "request 9: reset of UpdateItem visits/home, attempt 2 of call c1" || got[1] != "and more, in proxy.json" {
		t.Errorf("hits: %q", got)
	}
	unknown.Footer.Claims = []history.Claim{{Counter: -1}}
	if text := strings.Join(report.NewProxied("h", unknown, p).Warnings, "\n"); strings.Contains(text, "--expect N") {
		t.Errorf("a program that said what it did is asked for it: %s", text)
	}
}
