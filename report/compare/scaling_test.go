package compare_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
	"contend/report"
	"contend/report/compare"
	"contend/report/text"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// hotRun is a run on the law of a hot item with a gap of 20 ms and a cycle of two gaps,
// whose throughput is off by a factor.
func hotRun(workers int, factor float64) *report.Report {
	const gap, cycle = 0.020, 0.040
	n := float64(workers)
	perS := factor * n / (cycle + n*gap)
	if workers == 1 {
		perS = factor / cycle
	}
	r := measured(map[string]float64{"throughput": perS})
	t := 1 / (perS * gap)
	r.Frontier = &report.Frontier{C: n * t / 2, T: t, GapMS: gap * 1000}
	r.Workers, r.Tally.Attempts = workers, 1000
	return r
}

// scaled compares runs with some numbers of workers, three of each, of a policy.
func scaled(policy string, counts []int, change func(workers int, r *report.Report)) []compare.Candidate {
	random := rand.New(rand.NewPCG(1, 1))
	var all []compare.Candidate
	for _, workers := range counts {
		var reports []*report.Report
		for range 3 {
			r := hotRun(workers, 1+0.01*random.NormFloat64())
			if change != nil {
				change(workers, r)
			}
			reports = append(reports, r)
		}
		all = append(all, compare.Candidate{
			Settings: []report.Setting{{Path: "retry.policy", Value: policy}, {Path: "load.workers", Value: fmt.Sprint(workers)}}, Runs: runsOf(reports...),
		})
	}
	return all
}

var powers = []int{1, 2, 4, 8, 16, 32, 64}

func saturate(from int) func(int, *report.Report) {
	return func(workers int, r *report.Report) {
		if workers >= from { // the client takes three times as long
			r.Client = &report.Client{CPU: new(2.), CPUs: 2}
			r.Frontier.GapMS *= 3
			r.ThroughputPerS = new(*r.ThroughputPerS / 3)
		}
	}
}

// TestScaling: every policy has curves of its own, the law fits best, and points that the
// client held back are left out and listed, in every form.
func TestScaling(t *testing.T) {
	c := compare.Compare(append(scaled("immediate", powers, saturate(64)), scaled("none", powers, nil)...), compare.Options{})
	if len(c.Scaling) != 2 || c.Scaling[0].Group != "retry.policy=immediate" || c.Scaling[1].Group != "retry.policy=none" {
		t.Fatalf("got %+v", c.Scaling)
	}
	for i, s := range c.Scaling {
		if s.Best != "law" || len(s.Curves) != 3 || s.Missing != "" {
			t.Errorf("%s: got %+v", s.Group, s)
		}
		law := s.Curves[0].Parameters[0]
		if law.Low == nil || *law.Low > 1 || *law.High < 1 || *law.Low < 0.95 || *law.High > 1.05 {
			t.Errorf("%s: got %+v", s.Group, law)
		}
		last := s.Points[6]
		if leftOut := i == 0; (last.LeftOut != "") != leftOut || (last.Fitted == nil) != leftOut {
			t.Errorf("%s: the last point is %+v", s.Group, last)
		}
		if peak := s.Curves[2].Peak; peak != nil {
			t.Errorf("%s: a peak at %v", s.Group, *peak)
		}
	}
	for form, text := range everyForm(t, c) {
		if form == "CSV" {
			continue
		}
		want := "eft out: the client was saturated in 3 of 3 runs with 64 workers"
		if form == "JSON" {
			want = `"left_out": "the client was saturated in 3 of 3 runs"`
		}
		if !strings.Contains(text, want) {
			t.Errorf("the %s does not say %q:\n%s", form, want, text)
		}
	}
	again := compare.Compare(append(scaled("immediate", powers, saturate(64)), scaled("none", powers, nil)...), compare.Options{})
	if a, b := encodedScaling(t, c), encodedScaling(t, again); a != b {
		t.Errorf("the same runs give %s and %s", a, b)
	}
}

func encodedScaling(t *testing.T, c *compare.Comparison) string {
	t.Helper()
	b, err := json.Marshal(c.Scaling)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestASaturatedClientWouldMakeAPeak: the same runs, without being known as saturated.
func TestASaturatedClientWouldMakeAPeak(t *testing.T) {
	hidden := func(workers int, r *report.Report) {
		saturate(64)(workers, r)
		r.Client = nil
	}
	s := compare.Compare(scaled("immediate", powers, hidden), compare.Options{}).Scaling[0]
	if usl := s.Curves[2]; usl.Peak == nil || s.Best != "law" {
		t.Errorf("got %+v", s)
	}
	if words := strings.Join(s.Sentences(), "\n"); !strings.Contains(words, "it grew, which the USL takes for κ") {
		t.Errorf("got %s", words)
	}
}

// TestThrottledRunsAreLeftOut: one of three does not spoil its point, two do.
func TestThrottledRunsAreLeftOut(t *testing.T) {
	for throttled, used := range []int{3, 2, 0, 0} {
		seen := 0
		s := compare.Compare(scaled("immediate", powers, func(workers int, r *report.Report) {
			if workers == 32 && seen < throttled {
				seen++
				r.Tally.Throttles = 100
			}
		}), compare.Options{}).Scaling[0]
		if p := s.Points[5]; p.Runs != used || (used == 0) != (p.LeftOut == fmt.Sprintf("the store throttled in %d of 3 runs", throttled)) {
			t.Errorf("%d throttled: got %+v", throttled, p)
		}
	}
}

// TestTooFewWorkerCounts: a fit needs four that can be used, and a comparison of two is not
// one of scaling.
func TestTooFewWorkerCounts(t *testing.T) {
	c := compare.Compare(scaled("immediate", powers[:5], saturate(8)), compare.Options{})
	want := "a fit needs 4 numbers of workers that can be used, and there are 3 (1, 2, 4)"
	if s := c.Scaling[0]; s.Missing != want || s.Curves != nil || s.Best != "" {
		t.Errorf("got %+v", s)
	}
	for form, text := range everyForm(t, c) {
		if form != "CSV" && !strings.Contains(text, want[1:]) {
			t.Errorf("the %s does not say %q", form, want)
		}
	}
	if c := compare.Compare(scaled("immediate", powers[:2], nil), compare.Options{}); c.Scaling != nil {
		t.Errorf("two worker counts: got %+v", c.Scaling)
	}
	if c := compare.Compare(nil, compare.Options{}); c.Scaling != nil {
		t.Errorf("nothing: got %+v", c.Scaling)
	}
}

// TestOnlyClosedLoopsAreScaled: in an open loop, load.workers is the most in flight. Without
// a gap there is no law.
func TestOnlyClosedLoopsAreScaled(t *testing.T) {
	open := compare.Compare(scaled("immediate", powers, func(_ int, r *report.Report) { r.OpenLoop = &report.OpenLoop{} }), compare.Options{})
	if open.Scaling != nil {
		t.Errorf("open loops: got %+v", open.Scaling)
	}
	plain := compare.Compare(scaled("immediate", powers, func(_ int, r *report.Report) { r.Frontier = nil }), compare.Options{}).Scaling[0]
	if len(plain.Curves) != 2 || plain.Points[0].GapMS != nil {
		t.Errorf("without a gap: got %+v", plain)
	}
}

// TestManyGroupsHaveARowEach in the text.
func TestManyGroupsHaveARowEach(t *testing.T) {
	var all []compare.Candidate
	for _, policy := range []string{"a", "b", "c"} {
		all = append(all, scaled(policy, powers, nil)...)
	}
	c := compare.Compare(append(all, scaled("d", powers[:3], nil)...), compare.Options{})
	got := comparisonText(t, c, text.Options{Width: 120})
	for _, want := range []string{"law off", "retry.policy=c", "retry.policy=d: a fit needs 4 numbers"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "κ 0") {
		t.Errorf("the curves of each group are in\n%s", got)
	}
	for _, width := range []int{40, 60, 80} {
		for line := range strings.Lines(comparisonText(t, c, text.Options{Width: width})) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > width {
				t.Errorf("%d columns: %q", n, line)
			}
		}
	}
}

// TestTheLawScalesSimulatedRuns: of real runs in simulated time, with and without waits.
func TestTheLawScalesSimulatedRuns(t *testing.T) {
	for _, retry := range []string{"{ policy: immediate }", "{ policy: full-jitter, base: 5ms, cap: 1s }"}[:longtest.Count(1, 2)] {
		var all []compare.Candidate
		for _, workers := range []int{1, 2, 4, 8, 16, 32} {
			s, err := scenario.Decode("s.yaml", fmt.Appendf(nil, "name: s\ntarget: simulated\nstrategy: conditional\nretry: %s\nembedded: { latency: { mean: 20ms, sd: 2ms } }\nload: { workers: %d, duration: 20s, warmup: 1s }\n", retry, workers))
			if err != nil {
				t.Fatal(err)
			}
			o, err := trial.Run(t.Context(), s, trial.Options{})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, compare.Candidate{Settings: []report.Setting{{Path: "load.workers", Value: fmt.Sprint(workers)}}, Runs: runsOf(report.New(o, report.About{}))})
		}
		s := compare.Compare(all, compare.Options{}).Scaling[0]
		if s.Best != "law" || s.Curves[0].Off > 0.06 || s.Curves[0].Parameters[0].Low != nil {
			t.Errorf("%s: got %+v", retry, s)
		}
	}
}

// TestTheOrderOfRunsDoesNotMatter to the curves.
func TestTheOrderOfRunsDoesNotMatter(t *testing.T) {
	forward, backward := scaled("immediate", powers, nil), scaled("immediate", powers, nil)
	slices.Reverse(backward)
	a, b := compare.Compare(forward, compare.Options{}).Scaling[0], compare.Compare(backward, compare.Options{}).Scaling[0]
	if !reflect.DeepEqual(a.Points[0].Workers, b.Points[0].Workers) || a.Best != b.Best {
		t.Errorf("got %+v and %+v", a, b)
	}
}
