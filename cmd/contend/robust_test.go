package main

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/report"
	"contend/report/folder"
	"contend/workload/check"
)

// TestHostileServers: whatever a server does, the run ends, its sums hold, and
// its verdict is right.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	if longtest.Asked() {
		t.Skip("TestHostileServersLeaveNoGoroutine meets all of them")
	}
	meetServers(t, runWith, func(i int, h hostility) bool { return i%7 != 0 && !h.akin })
}

// TestHostileServersLeaveNoGoroutine makes such runs in this process, so that the race
// detector sees them and a goroutine that is left is found (see scripttest.Main). At short
// length it meets every seventh server.
func TestHostileServersLeaveNoGoroutine(t *testing.T) {
	t.Parallel()
	meetServers(t, runHere, func(i int, _ hostility) bool { return longtest.Asked() || i%7 == 0 })
}

// hostility is one way in which a server misbehaves.
type hostility struct {
	what  string
	spoil spoiler
	then  func(h *hostile) // called after half of the writes
	sets  []string
	// lost: the store lost its state, so that the run must not pass.
	lost bool
	// akin: another one spoils the same, so that this one is met at full length only.
	akin bool
}

func hostilities() []hostility {
	retrying := []string{"retry.on=[conflict, throttled, unknown]"}
	telling := []string{"retry.on=[conflict, throttled]"}
	return []hostility{
		{"garbage", garbage, nil, telling, false, false},
		{"garbage, tried again", garbage, nil, retrying, false, false},
		{"garbage to adds", garbage, nil, append(telling, "strategy=atomic-add"), false, true},
		{"truncated", truncated, nil, telling, false, true},
		{"truncated, tried again", truncated, nil, append(retrying, "strategy=atomic-add"), false, false},
		{"wrong checksum", wrongChecksum, nil, retrying, false, false},
		{"length too large", wrongLength(2), nil, telling, false, true},
		{"length too small", wrongLength(0.5), nil, telling, false, false},
		{"error in an answer of status 200", errorAs200, nil, telling, false, true},
		{"error in an answer of status 200, tried again", errorAs200, nil, append(retrying, "strategy=atomic-add"), false, false},
		{"never answers", never, nil, telling, false, true},
		{"never answers, tried again", never, nil, append(retrying, "strategy=atomic-add"), false, false},
		{"silent from then on", nil, func(h *hostile) { silent := spoiler(never); h.spoil.Store(&silent) }, telling, false, false},
		{"restarted with its state", nil, func(h *hostile) { h.close(); h.open() }, retrying, false, false},
		{"away for half a second", nil, func(h *hostile) {
			h.close()
			time.AfterFunc(500*time.Millisecond, h.open)
		}, retrying, false, false},
		{"restarted without its state", nil, func(h *hostile) { h.store.Store(embedded.New(embedded.Config{})) }, retrying, true, false},
		{"restarted with an old state", nil, restored, retrying, true, false},
		{"restarted with an old state, by adds", nil, restored, append(retrying, "strategy=atomic-add"), true, true},
	}
}

// meetServers makes a run against each server that is wanted.
func meetServers(t *testing.T, run func(t *testing.T, sets ...string) (int, *report.Report), wanted func(i int, h hostility) bool) {
	t.Run("servers", func(t *testing.T) {
		for i, c := range hostilities() {
			if wanted(i, c) {
				t.Run(c.what, func(t *testing.T) {
					t.Parallel() // most of the time they wait
					c.meet(t, run)
				})
			}
		}
	})
}

func (c hostility) meet(t *testing.T, run func(t *testing.T, sets ...string) (int, *report.Report)) {
	operations := longtest.Count(60, 200)
	h := newHostile(t, c.spoil)
	if c.then != nil {
		h.upon(int64(operations/2), func() { c.then(h) })
	}
	code, r := run(t, against(h.url(), operations, c.sets...)...)
	if c.spoil != nil && h.spoilt.Load() == 0 {
		t.Error("no answer was spoilt")
	}
	if c.lost {
		if code == 0 || r.Verdict.Status == check.Pass {
			t.Errorf("exit code %d, verdict %s, although the store lost its state", code, r.Verdict.Status)
		}
		return
	}
	judgeByHand(t, code, r)
	if final := r.Counters[0].Final; final == nil || *final != h.total(t, "counters") {
		t.Errorf("final %v, stored %d", final, h.total(t, "counters"))
	}
}

// restored puts the store back to its state before the run, with the table and the new
// counter.
func restored(h *hostile) {
	fresh := embedded.New(embedded.Config{})
	seed(h.t, fresh)
	h.store.Store(fresh)
}

// against are the settings of that many increments by eight workers.
func against(url string, operations int, sets ...string) []string {
	return append([]string{
		"target=" + url, "table=counters", fmt.Sprintf("load={workers: 8, operations: %d}", operations), "request_timeout=500ms", "retry.base=1ms", "retry.deadline=5s",
	}, sets...)
}

// runWith runs the scenario hot-key: at full length in this process, at short length by
// contend as users build it, because a run takes ten times as long with the race detector.
func runWith(t *testing.T, sets ...string) (code int, r *report.Report) {
	t.Helper()
	if longtest.Asked() {
		return runHere(t, sets...)
	}
	folder := t.TempDir()
	args := []string{"run", "hot-key", "--quiet", "--out", folder}
	if !slices.Contains(sets, "target=simulated") {
		args = append(args, "--keep-table") // for [hostile.total]
	}
	for _, set := range sets {
		args = append(args, "--set", set)
	}
	code, _, problems := contend(t, args...)
	return code, savedReport(t, folder, code, problems)
}

// runHere runs the scenario in this process. It does not parse flags, because the library
// for that cannot parse several command lines at once.
func runHere(t *testing.T, sets ...string) (code int, r *report.Report) {
	t.Helper()
	scenario, err := loadScenario("hot-key", overridesOf(t, sets...))
	if err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	p := &program{stdout: &out, stderr: &problems}
	s, dir := &session{program: p, quiet: true, keepTable: true}, t.TempDir()
	code = p.exit(s.single(t.Context(), scenario, dir))
	return code, savedReport(t, dir, code, problems.String())
}

// savedReport is the report that a run left.
func savedReport(t *testing.T, dir string, code int, problems string) *report.Report {
	t.Helper()
	r, err := folder.Load(dir)
	if err != nil {
		t.Fatalf("exit code %d: %v\n%s", code, err, problems)
	}
	return r
}

// judgeByHand compares a report's verdict with its numbers, and the numbers with each
// other.
func judgeByHand(t *testing.T, code int, r *report.Report) {
	t.Helper()
	y := r.Tally
	if y.Due != y.Started+y.Dropped || y.Started != y.Applied+y.GaveUp+y.Unknown+y.Failed ||
		y.Attempts != y.AppliedAttempts+y.Conflicts+y.Throttles+y.UnknownAttempts+y.FailedAttempts {
		t.Errorf("the sums do not hold: %+v", y)
	}
	if asked := *r.SDK.Requests - r.SDK.Repeats; asked != y.Reads+y.Writes && !manyRequests(r.Strategy) {
		t.Errorf("%d requests on the wire, %d of them the SDK's own, for %d reads and %d writes", *r.SDK.Requests, r.SDK.Repeats, y.Reads, y.Writes)
	}
	want := byHand(r)
	if got := r.Verdict.Checks[0]; got.Name != "exactly-once" || got.Status != want {
		t.Errorf("%s is %s (%s), want %s", got.Name, got.Status, got.Reason, want)
	}
	if r.Verdict.Status == check.Pass && (want != check.Pass || r.Error != "") {
		t.Errorf("the run passes: %+v", r.Verdict)
	}
	codes := map[check.Status]int{check.Pass: 0, check.Fail: 3, check.Inconclusive: 4}
	if code != codes[r.Verdict.Status] && (code != 1 || r.Error == "") {
		t.Errorf("exit code %d of verdict %s", code, r.Verdict.Status)
	}
}

// manyRequests reports whether one read of the design may be several requests.
func manyRequests(strategy string) bool { return strategy == counter.ItemCollectionName }

// byHand is the verdict about the sum of increments.
func byHand(r *report.Report) check.Status {
	c := r.Counters[0]
	if c.Final == nil {
		return check.Inconclusive
	}
	switch off := *c.Final - c.Initial - c.Acknowledged; {
	case r.Tally.UpdatesApplied == 0 && off == 0:
		return check.Inconclusive
	case off == 0:
		return check.Pass
	case off > 0 && off <= r.Tally.Unknown:
		return check.Inconclusive
	}
	return check.Fail
}
