package measure

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// joinable is a scenario whose every part can be measured.
func joinable(workers int) scenario.Scenario {
	s := scenario.Default()
	s.Name = "joined"
	s.Strategy = counter.ConditionalName
	s.Counters.Count = 2
	s.Load = scenario.Load{Workers: workers, Duration: time.Minute, Warmup: time.Second, Rate: 100, Arrivals: s.Load.Arrivals, Overload: s.Load.Overload}
	s.Operations = scenario.Mix{1, 1, 1}
	slow := s.Retry.Policy
	slow.Base *= 2
	s.Retry.Mix = []scenario.RetryShare{{Share: 0.5, Policy: s.Retry.Policy}, {Share: 0.5, Policy: slow}}
	s.Embedded.Latency = scenario.ModelledLatency{}
	s.Embedded.Latencies = []scenario.LatencyShare{
		{Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: time.Millisecond}}, {Share: 0.5, ModelledLatency: scenario.ModelledLatency{Mean: time.Second}},
	}
	if err := decodeScenario(string(scenario.Encode(s)), &s); err != nil {
		panic(err)
	}
	return s
}

// recordedBy returns what so many machines measure of the same random operations.
func recordedBy(s *scenario.Scenario, machines int) []*Result {
	recordings := make([]*Recording, machines)
	workers := make([][]*Recorder, machines)
	for m := range machines {
		recordings[m] = newRecordingOf(s, s.Counters.Count, 2)
	}
	all := make([]*Recorder, s.Load.Workers)
	for number := range all {
		one := recordings[number%machines].Recorder(number)
		all[number] = &one
		workers[number%machines] = append(workers[number%machines], &one)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		number := random.IntN(len(all))
		op := randomOperation(random, number)
		record(all[number], op)
	}
	var parts []*Result
	for m, recording := range recordings {
		ledgers := []history.Ledger{{Key: "a", Initial: 5}, {Key: "b"}}
		part := recording.Collect(workers[m], ledgers, time.Second)
		part.Source = Share{Run: "r", Machine: m, Machines: machines}
		part.Course = Course{StartedAt: time.Unix(1e9, int64(m)).UTC(), Elapsed: time.Minute, LoadEnded: time.Minute}
		part.Tally.Due, part.Warmup.Due = part.Tally.Started, part.Warmup.Started
		part.OpenLoop = new(OpenLoop)
		part.OpenLoop.Lateness.RecordMany(time.Millisecond, part.Tally.Started)
		parts = append(parts, part)
	}
	return parts
}

// normal makes results comparable: no histogram shares its memory, and the operations that
// are kept as evidence, whose order is open, are only counted.
func normal(t *testing.T, r *Result) *Result {
	t.Helper()
	again, err := decoded(r)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func decoded(r *Result) (*Result, error) {
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		return nil, err
	}
	return Decode(&b)
}

// fields calls see for each number, text and histogram in a value that is not zero.
func fields(v reflect.Value, name string, see func(name string, v reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[hist.Histogram]():
		h := v.Interface().(hist.Histogram)
		if h.Count()+h.OutOfRange() == 0 {
			see(name, v)
			return
		}
		see(name, reflect.ValueOf(h.Sparse()))
	case (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) && v.Type().Elem() == reflect.TypeFor[hist.Histogram]():
		for i := range v.Len() {
			fields(v.Index(i), fmt.Sprintf("%s.%d", name, i), see)
		}
	case v.Type() == reflect.TypeFor[history.Ledger](), v.Type() == reflect.TypeFor[scenario.Scenario](), v.Type() == reflect.TypeFor[time.Time]():
		see(name, v)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Tag != `json:"-"` {
				fields(v.Field(i), name+"."+f.Name, see)
			}
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		fields(v.Elem(), name, see)
	default:
		see(name, v)
	}
}

// TestTheWholeIsTheSumOfItsParts: what machines measured apart is, together, what one would
// have measured of the same operations.
func TestTheWholeIsTheSumOfItsParts(t *testing.T) {
	s := joinable(12)
	whole := recordedBy(&s, 1)[0]
	want := normal(t, whole)
	if want.Latency.Succeeded.Attempt.Count() == 0 || want.Warmup.Attempts == 0 || want.Seconds[1].P99 == 0 || want.Ledgers[0].Operations == 0 {
		t.Fatalf("the operations show too little: %+v", want)
	}
	for _, machines := range []int{1, 2, 3, 12} {
		parts := recordedBy(&s, machines)
		slices.Reverse(parts) // their order must not matter
		joined, err := Join(parts)
		if err != nil {
			t.Fatal(err)
		}
		if err := joined.Verify(); err != nil {
			t.Error(err)
		}
		got := normal(t, joined)
		got.Source = want.Source
		expected := map[string]any{}
		fields(reflect.ValueOf(*want), "", func(name string, v reflect.Value) { expected[name] = v.Interface() })
		fields(reflect.ValueOf(*got), "", func(name string, v reflect.Value) {
			if !reflect.DeepEqual(v.Interface(), expected[name]) {
				t.Errorf("%d machines: %s is %+v, want %+v", machines, name, v.Interface(), expected[name])
			}
			delete(expected, name)
		})
		if len(expected) > 0 {
			t.Errorf("%d machines: missing: %v", machines, expected)
		}
	}
}

// full sets every field of a value that is zero.
func full(v reflect.Value, n *int64) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[hist.Histogram]():
		v.Addr().Interface().(*hist.Histogram).RecordMany(time.Duration(*n)*time.Microsecond, *n)
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(1e9, *n).UTC()))
	case v.Type() == reflect.TypeFor[history.Ledger](), v.Type() == reflect.TypeFor[scenario.Scenario]():
	case v.Type() == reflect.TypeFor[error]():
		v.Set(reflect.ValueOf(fmt.Errorf("%w: %d", ErrInconsistent, *n)))
	case v.Type() == reflect.TypeFor[map[WireAnswer]int64]():
		v.Set(reflect.ValueOf(map[WireAnswer]int64{{200, counter.Applied, ""}: *n}))
	case v.Kind() == reflect.Map:
		v.Set(reflect.ValueOf(map[string]int64{"reason": *n}))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		full(v.Index(0), n)
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			full(v.Index(i), n)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				full(v.Field(i), n)
			}
		}
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(*n)
	case v.CanUint():
		v.SetUint(uint64(*n))
	case v.CanFloat():
		v.SetFloat(float64(*n))
	default:
		panic("a " + v.Type().String())
	}
}

// fullResult has no field that is zero, and belongs to a machine.
func fullResult(machine, machines int) *Result {
	r := new(Result)
	var n int64
	full(reflect.ValueOf(r).Elem(), &n)
	r.Scenario = joinable(machines)
	r.Scenario.Load.Stages = []scenario.Stage{r.Stages[0].Stage}
	r.Scenario.Embedded.Latencies = r.Scenario.Embedded.Latencies[:1]
	r.Scenario.Retry.Mix = r.Scenario.Retry.Mix[:1]
	r.Tally.Applied = 10000 // so that a stall hides some
	r.Ledgers = []history.Ledger{{Key: "a"}, {Key: "b"}}
	r.Source = Share{Run: "r", Machine: machine, Machines: machines}
	r.Workers[0].Number = machine
	r.Stalls.Least = time.Millisecond
	r.Stalls.All[0].From, r.Stalls.All[0].To = time.Second, 2*time.Second
	r.Stalls.All[0].Began, r.Stalls.All[0].Over = time.Second, 2*time.Second
	r.LoadEnded, r.Elapsed = time.Minute, time.Minute
	r.OpenLoop = nil // else nothing is hidden
	return r
}

// TestNoFieldIsForgotten: a field that is measured and not joined is an error here, and so
// is one that is not written.
func TestNoFieldIsForgotten(t *testing.T) {
	joined, err := Join([]*Result{fullResult(0, 2), fullResult(1, 2)})
	if err != nil {
		t.Fatal(err)
	}
	zero := map[string]bool{}
	fields(reflect.ValueOf(*joined), "", func(name string, v reflect.Value) { zero[name] = v.IsZero() })
	for name, is := range zero {
		if is && !strings.HasPrefix(name, ".Client.") && name != ".OpenLoop" && name != ".Course.CostReached.USD" && !strings.HasPrefix(name, ".Source.") {
			t.Errorf("%s was not joined", name)
		}
	}
	open := OpenLoop{}
	var n int64
	full(reflect.ValueOf(&open).Elem(), &n)
	joined.joinOpenLoop(&open)
	fields(reflect.ValueOf(*joined.OpenLoop), "", func(name string, v reflect.Value) {
		if v.IsZero() {
			t.Errorf("OpenLoop%s was not joined", name)
		}
	})
	for _, list := range []any{joined.Stages[0], joined.Seconds[0], joined.Stalls.All[0], joined.Workers[0], joined.Faults[0]} {
		v := reflect.ValueOf(list)
		fields(v, v.Type().Name(), func(name string, v reflect.Value) {
			if v.IsZero() && name != "WorkerTally.Number" {
				t.Errorf("%s was not joined", name)
			}
		})
	}
}

func TestWhatDoesNotBelongTogetherIsNotJoined(t *testing.T) {
	for what, change := range map[string]func(*Result){
		"the runs":                               func(r *Result) { r.Source.Run = "s" },
		"is of 2 machines":                       func(r *Result) { r.Source.Machines = 3 },
		"machine 0 occurs":                       func(r *Result) { r.Source.Machine = 0 },
		"different scenarios":                    func(r *Result) { r.Scenario.Seed++ },
		"different counters":                     func(r *Result) { r.Ledgers = r.Ledgers[:1] },
		`with "a" at 0, machine 1 with "a" at 7`: func(r *Result) { r.Ledgers[0].Initial = 7 },
	} {
		other := fullResult(1, 2)
		change(other)
		if _, err := Join([]*Result{fullResult(0, 2), other}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("got %v, want %q", err, what)
		}
	}
	if _, err := Join(nil); err == nil {
		t.Error("nothing was joined")
	}
}

func TestWarningsNameTheirMachine(t *testing.T) {
	a, b := fullResult(0, 2), fullResult(1, 2)
	a.Warnings, b.Warnings = []string{"all see it", "one sees it"}, []string{"all see it"}
	a.Err, b.Err = nil, errors.New("refused")
	joined, err := Join([]*Result{b, a})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "warnings", strings.Join(joined.Warnings, "|"), "all see it|machine 0: one sees it")
	check(t, "error", joined.Err.Error(), "machine 1: refused")
}

// TestTheLastFinalValueCounts: a machine may read the counter while others still change it.
func TestTheLastFinalValueCounts(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	for _, c := range []struct {
		what string
		a, b history.Ledger
		want int64
	}{
		{"the second", history.Ledger{Final: 1, FinalKnown: true, FinalAsked: at(1)}, history.Ledger{Final: 2, FinalKnown: true, FinalAsked: at(2)}, 2},
		{"the first", history.Ledger{Final: 1, FinalKnown: true, FinalAsked: at(3)}, history.Ledger{Final: 2, FinalKnown: true, FinalAsked: at(2)}, 1},
		{"the known", history.Ledger{Final: 1}, history.Ledger{Final: 2, FinalKnown: true, FinalAsked: at(2)}, 2},
		{"the other known", history.Ledger{Final: 1, FinalKnown: true}, history.Ledger{Final: 2, FinalAsked: at(2)}, 1},
	} {
		joinLedger(&c.a, &c.b)
		check(t, c.what, c.a.Final, c.want)
	}
}

// TestAStallIsOfAllMachines: a machine with successes shows that the store was there.
func TestAStallIsOfAllMachines(t *testing.T) {
	stall := func(from, to, workers int, ended bool) Stall {
		s := Stall{From: time.Duration(from) * time.Second, To: time.Duration(to) * time.Second, Workers: workers, Ended: ended}
		s.Began, s.Over, s.Waits[0] = s.From, s.To, int32(workers)
		return s
	}
	a := []Stall{stall(1, 4, 1, true), stall(5, 9, 2, true), stall(20, 30, 3, false)}
	b := []Stall{stall(2, 6, 4, true), stall(8, 12, 5, true), stall(25, 28, 6, true), stall(29, 30, 7, false)}
	var got []string
	for _, s := range bothStalled(a, b) {
		got = append(got, fmt.Sprintf("%v-%v %d %t", s.From, s.To, s.Workers, s.Ended))
		if sum := func() (n int) {
			for _, w := range s.Waits {
				n += int(w)
			}
			return n
		}(); sum != s.Workers {
			t.Errorf("%v: %d waited, not %d", s.From, sum, s.Workers)
		}
	}
	check(t, "stalls", strings.Join(got, ", "), "2s-4s 5 true, 5s-6s 6 true, 8s-9s 7 true, 25s-28s 9 true, 29s-30s 10 false")
}
