package probe

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestExcludedRate: of servers with exactly the excluded rate of faults, one in twenty
// shows no fault in that many requests.
func TestExcludedRate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int64{1, 10, 200, 5000} {
		rate := ExcludedRate(n)
		const servers = 4000
		silent := 0
		for range servers {
			// The number of the first faulty request has a geometric distribution.
			if first := math.Log(1-random.Float64()) / math.Log(1-rate); first > float64(n) {
				silent++
			}
		}
		if share := float64(silent) / servers; math.Abs(share-0.05) > 0.015 {
			t.Errorf("%d requests: %.3f of the servers show nothing, want 0.05", n, share)
		}
		if three := 3 / float64(n); n >= 200 && math.Abs(rate-three) > 0.03*three {
			t.Errorf("%d requests: %v, far from the rule of three", n, rate)
		}
	}
	if ExcludedRate(0) != 1 {
		t.Error("no request excludes a rate")
	}
}

// TestEachRowSaysWhatItExcludes: a row that found no fault says which rate of faults its
// requests exclude. A row that found one does not.
func TestEachRowSaysWhatItExcludes(t *testing.T) {
	t.Parallel()
	report := ask(t, omitsItem())
	var text bytes.Buffer
	if err := report.Text(&text, 400); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		name := strings.Fields(line + " x x")[1]
		has := strings.Contains(line, " requests exclude faults in more than ")
		if want := strings.HasPrefix(line, "right ") && name != "real-time"; has != want {
			t.Errorf("%q: says a rate: %t", line, has)
		}
	}
	for _, row := range report.Rows {
		if row.Verdict == Right && (row.Requests == 0) != (row.Name == "real-time") {
			t.Errorf("%s: %d requests", row.Name, row.Requests)
		}
	}
	if add := find(t, report, "atomic-add"); add.Requests < 4*12 || add.Requests > 4*12+10 {
		t.Errorf("atomic-add: %d requests of 4 workers with 12 operations", add.Requests)
	}
}
