package report_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/report/reporttest"
	"contend/report/text"
)

func encoded(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestASavedReportLooksAsItDid: every form is the same before and after.
func TestASavedReportLooksAsItDid(t *testing.T) {
	all := reporttest.Fixtures()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		before := all[name]
		saved := encoded(t, before)
		after, err := report.Decode(bytes.NewReader(saved))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := rendered(t, after, text.Options{}), rendered(t, before, text.Options{}); got != want {
			t.Errorf("%s: text was\n%s\nand is\n%s", name, want, got)
		}
		if !bytes.Equal(encoded(t, after), saved) {
			t.Errorf("%s: JSON differs", name)
		}
		var hgrmBefore, hgrmAfter bytes.Buffer
		if err := errors.Join(text.HGRM(&hgrmBefore, before), text.HGRM(&hgrmAfter, after)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(hgrmAfter.Bytes(), hgrmBefore.Bytes()) {
			t.Errorf("%s: hgrm differs", name)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "report: not JSON: EOF"},
		{`{"version": 1`, "report: not JSON: unexpected EOF"},
		{`[1]`, "report: json: cannot unmarshal array"},
		{`{}`, "report: no version: is this a report.json?"},
		{`{"version": 2, "verdict": 7}`, "report version 2 is newer than this program's 1"},
		{`{"version": 0}`, "report: unknown version 0"},
		{`{"version": -1}`, "report: unknown version -1"},
		{`{"version": "1"}`, "report: json: cannot unmarshal string"},
		{`{"version": 1}`, `report: verdict: unknown status ""`},
		{`{"version": 1, "verdict": {"status": "PASS"}}`, `report: verdict: unknown status "PASS"`},
		{`{"version": 1, "verdict": {"status": "pass", "checks": [{"name": "chain", "status": "maybe"}]}}`, `report: verdict.checks: "chain" has the unknown status "maybe"`},
		{`{"version": 1, "verdict": {"status": "pass"}, "counters": [{"final": 1.5}]}`, "report: counters.final: unexpected number 1.5"},
		{`{"version": 1, "verdict": {"status": "pass"}, "error": "access denied"}`, "report: verdict: a run that ended in an error does not pass"},
		{`{"version": 1, "verdict": {"status": "pass"}} {}`, "report: more than one JSON value"},
		{`{"version": 1, "verdict": {"status": "pass"}, "latency": {"service": {"count": 3, "histogram": ""}}}`,
			"report: latency.service: the histogram holds 0 times, count says 3"},
		{`{"version": 1, "verdict": {"status": "pass"}, "latency": {"service": {"histogram": "zzz"}}}`, "report: latency.service.histogram: histogram: illegal base64"},
		{`{"version": 1, "verdict": {"status": "pass"}, "started_at": "yesterday"}`, `report: started_at: parsing time`},
		{`{"version": 1, "verdict": {"status": "pass"}, "seconds": [{}, {"p99_ms": 1e999}]}`, "report: seconds[1].p99_ms: 1e999 is out of range"},
		{`{"version": 1, "verdict": {"status": "pass"}, "latency": {"service": {"p99": "NaN"}}}`, "report: latency.service.p99: unexpected string"},
		{`{"version": 1, "verdict": {"status": "pass"}, "seed": "one"}`, "report: seed: unexpected string"},
		{`{"version": 1, "verdict": {"status": "pass"}, "seconds": [{"after_load": {"attempts": "one"}}]}`, "report: seconds.after_load.attempts: unexpected string"},
		{`{"version": 1, "verdict": {"status": "pass"}, "seconds": [{"attempts": "one"}]}`, "report: seconds.attempts: unexpected string"},
		{`{"version": 1, "verdict": {"status": "pass"}, "law": {"attempts": {"rho": 1e20}}}`, "report: law.attempts: rho: must be from 0 to 1, not 1e+20"},
		{`{"version": 1, "verdict": {"status": "pass"}, "law": {"attempts": {"rho": -0.5}}}`, "report: law.attempts: rho: must be from 0 to 1, not -0.5"},
	} {
		_, err := report.Decode(strings.NewReader(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s…", c.text, err, c.want)
		}
	}
}

func TestDecodePassesOverNewFields(t *testing.T) {
	r, err := report.Decode(strings.NewReader(`{"version": 1, "invented_later": [1], "verdict": {"status": "fail"}, "seed": 18446744073709551615}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict.Status != "fail" || r.Seed != 18446744073709551615 {
		t.Errorf("got %+v", r)
	}
}

// TestAnOlderReportIsShown without what it did not measure.
func TestAnOlderReportIsShown(t *testing.T) {
	r, err := report.Decode(strings.NewReader(`{"version": 1, "verdict": {"status": "pass"}, "workers": 8, "elapsed_s": 10, "throughput_per_s": 12.5,
		"attempts_per_success": 2, "seconds": [{"attempts": 4, "applied": 2, "conflicts": 2, "throttles": 0}]}`))
	if err != nil {
		t.Fatal(err)
	}
	shown := rendered(t, r, text.Options{})
	for _, word := range []string{"writes  ", "gap  ", "frontier", "Fairness", "warm-up"} {
		if strings.Contains(shown, word) {
			t.Errorf("%q was not measured:\n%s", word, shown)
		}
	}
	if again := string(encoded(t, r)); strings.Contains(again, "p50_ms") || strings.Contains(again, "fairness") {
		t.Errorf("got %s", again)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"version": 1, "verdict": {"status": "pass"}}`))
	f.Add(encoded(f, reporttest.Failed()))
	f.Add(encoded(f, reporttest.NoOperation()))
	f.Fuzz(func(t *testing.T, input []byte) {
		r, err := report.Decode(bytes.NewReader(input))
		if err != nil {
			return
		}
		checkWidth(t, r, 80)
		checkWidth(t, r, 40)
		again, err := report.Decode(bytes.NewReader(encoded(t, r)))
		if err != nil {
			t.Fatalf("it was decoded once, and now: %v", err)
		}
		if !bytes.Equal(encoded(t, again), encoded(t, r)) {
			t.Error("encoded differently the second time")
		}
	})
}
