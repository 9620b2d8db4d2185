package report_test

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"contend/counter"
	"contend/report"
	"contend/report/page"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/trial"
)

// throttledRun is a run whose SDK retried throttles and a server error successfully,
// some of them in the warm-up.
func throttledRun() *measure.Result {
	f := reporttest.NewFixture(1)
	f.Result.Wire = measure.WireTally{Requests: 1000, Repeats: 200, Answers: map[measure.WireAnswer]int64{
		{Status: 200, Outcome: counter.Applied}:                           790,
		{Status: 400, Outcome: counter.Throttled, Reason: "SlowDown"}:     150,
		{Status: 429, Outcome: counter.Throttled, Reason: "HTTP 429"}:     10,
		{Status: 503, Outcome: counter.Unknown, Reason: "HTTP 503"}:       30,
		{Status: 500, Outcome: counter.Throttled, Reason: "SlowDown"}:     5,
		{Outcome: counter.Unknown, Reason: counter.ReasonTimeout}:         15,
		{Status: 400, Outcome: counter.Conflict, Reason: "SomebodyElse"}:  0,
		{Status: 200, Outcome: counter.Throttled, Reason: "Unprocessed"}:  0,
		{Status: 502, Outcome: counter.Unknown, Reason: "SomeException"}:  0,
		{Status: 404, Outcome: counter.Failed, Reason: "HTTP 404"}:        0,
		{Outcome: counter.Unknown, Reason: counter.ReasonClosed}:          0,
		{Status: 400, Outcome: counter.Failed, Reason: "ValidationError"}: 0,
	}}
	for answer, n := range f.Result.Wire.Answers {
		if n == 0 {
			delete(f.Result.Wire.Answers, answer)
		}
	}
	f.Result.WarmupWire = measure.WireTally{Requests: 200, Answers: map[measure.WireAnswer]int64{
		{Status: 400, Outcome: counter.Throttled, Reason: "SlowDown"}: 145,
		{Status: 503, Outcome: counter.Unknown, Reason: "HTTP 503"}:   6,
		{Status: 200, Outcome: counter.Applied}:                       49,
	}}
	f.Result.Conflicts = map[string]int64{"TransactionConflict": 3, "ConditionalCheckFailedException": 7}
	return &f.Result
}

// TestThrottleRateIsOfTheWire: the rate counts throttles that the SDK retried
// successfully, and leaves out the warm-up.
func TestThrottleRateIsOfTheWire(t *testing.T) {
	r := report.New(&trial.Outcome{Result: throttledRun(), Verdict: check.Verdict{Status: check.Pass}}, report.About{})
	for name, want := range map[string]float64{
		"throttle_rate":     20.0 / 800, // 5 + 10 + 5
		"server_error_rate": 24.0 / 800,
	} {
		m, _ := report.MetricNamed(name)
		if got, ok := m.Value(r); !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, %t; want %v", name, got, ok, want)
		}
	}
	r.Wire = nil // a report of a program that did not count there
	r.Tally.Throttles, r.Tally.Attempts = 1, 4
	if got := report.ThrottleRate(r); got == nil || *got != 0.25 {
		t.Errorf("got %v of attempts, want 0.25", got)
	}
	if got := report.ServerErrorRate(r); got != nil {
		t.Errorf("got %v server errors where nobody counted", *got)
	}
}

// TestEveryFormatShowsWhatWasAnsweredOnTheWire: the attempts alone do not show it.
func TestEveryFormatShowsWhatWasAnsweredOnTheWire(t *testing.T) {
	r := report.New(&trial.Outcome{Result: throttledRun(), Verdict: check.Verdict{Status: check.Pass}}, report.About{})
	var saved, shown, document bytes.Buffer
	if err := r.Encode(&saved); err != nil {
		t.Fatal(err)
	}
	again, err := report.Decode(&saved)
	if err != nil || !reflect.DeepEqual(again.Wire, r.Wire) || !reflect.DeepEqual(again.ConflictsByReason, r.ConflictsByReason) {
		t.Fatalf("read again it is %+v, %v", again, err)
	}
	if err := text.Report(&shown, again, text.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := page.Report(&document, again); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"790  HTTP 200\n", "150  HTTP 400, throttled: SlowDown\n", "30  HTTP 503, unknown\n", "15  no answer, unknown: time-out\n",
		"10  HTTP 429, throttled\n", "5  HTTP 500, throttled: SlowDown\n", "Conflicts by reason\n  7  ConditionalCheckFailedException\n  3  TransactionConflict\n",
	} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the text has no %q:\n%s", want, shown.String())
		}
	}
	for _, want := range []string{"Requests on the wire", "HTTP 400, throttled: SlowDown", "no answer, unknown: time-out", "Conflicts by reason", "TransactionConflict"} {
		if !strings.Contains(document.String(), want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

// TestConflictsAloneNeedNoListOfAnswers: the attempts already show all conflicts.
func TestConflictsAloneNeedNoListOfAnswers(t *testing.T) {
	f := reporttest.NewFixture(1)
	f.Result.Wire = measure.WireTally{Requests: 3, Answers: map[measure.WireAnswer]int64{
		{Status: 200, Outcome: counter.Applied}: 2, {Status: 400, Outcome: counter.Conflict, Reason: "x"}: 1,
	}}
	var shown bytes.Buffer
	if err := text.Report(&shown, report.New(&trial.Outcome{Result: &f.Result, Verdict: check.Verdict{Status: check.Pass}}, report.About{}), text.Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(shown.String(), "Requests on the wire") {
		t.Errorf("got:\n%s", shown.String())
	}
}
