package folder

import (
	"bytes"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
)

// slowest is how long all forms of one small file may take together, in a fuzzer
// whose code is several times slower than usual.
const slowest = 10 * time.Second

// FuzzRender: what can be read can be shown, in every form and in bounded time.
func FuzzRender(f *testing.F) {
	f.Add([]byte(`{"version": 1, "verdict": {"status": "pass"}}`))
	f.Add(encoded(f, reporttest.NoOperation()))
	f.Add(encoded(f, reporttest.Failed()))
	f.Add([]byte(`{"version": 1, "verdict": {"status": "fail"}, "seconds": [{"attempts": 4, "applied": 2}, {"attempts": 3}, {"p99_ms": 7}],
		"workers": 8, "elapsed_s": 10, "stages": [{"from_s": 0, "to_s": 9, "rate_per_s": 1000}],
		"conflict_rate": {"attempts_histogram": [{"attempts": 1000, "operations": 3}], "per_second": [0.5, null]}}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		r, err := report.Decode(bytes.NewReader(input))
		if err != nil {
			return
		}
		watchdog := time.AfterFunc(slowest, func() { panic("rendering takes too long") })
		defer watchdog.Stop()
		var s shown
		s.report(t, r, "")
		if found := s.wrong(hasWord(input)); found != "" {
			t.Errorf("a form holds %q", found)
		}
	})
}

// hasWord returns a word of the input that looks like a number that is not one, such as
// NaN.
func hasWord(input []byte) string {
	if at := notNumber(string(input)); at >= 0 {
		return around(string(input), at)
	}
	return ""
}
