package fault_test

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/longtest"
	"contend/workload/fault"
)

func TestCheck(t *testing.T) {
	valid := fault.Rule{Kind: fault.LostReply, Probability: 0.5}
	for _, c := range []struct {
		change func(*fault.Rule)
		want   string // "" for a valid rule
	}{
		{func(*fault.Rule) {}, ""},
		{func(r *fault.Rule) { r.Probability = 1 }, ""},
		{func(r *fault.Rule) { r.Probability, r.Count = 0, 1 }, ""},
		{func(r *fault.Rule) { r.Count = 1 }, ""},
		{func(r *fault.Rule) { r.Kind, r.Probability = fault.Partition, 0 }, ""},
		{func(r *fault.Rule) { r.On = fault.Words() }, ""},
		{func(r *fault.Rule) { r.From = time.Second }, ""},
		{func(r *fault.Rule) { r.From, r.To = time.Second, time.Second+1 }, ""},
		{func(r *fault.Rule) { r.Kind, r.Delay.Mean = fault.LateRequest, 1 }, ""},
		{func(r *fault.Rule) { r.Kind = "" }, "kind: must be one of lost-request, lost-reply, reset, "},
		{func(r *fault.Rule) { r.Kind = "lost" }, `, not "lost"`},
		{func(r *fault.Rule) { r.Probability = -0.1 }, "probability: must be above 0 and at most 1, not -0.1"},
		{func(r *fault.Rule) { r.Probability = 1.1 }, "probability: must be above 0 and at most 1, not 1.1"},
		{func(r *fault.Rule) { r.Probability = math.NaN() }, "probability: must be above 0 and at most 1, not NaN"},
		{func(r *fault.Rule) { r.Count = -1 }, "count: must be at least 0, not -1"},
		{func(r *fault.Rule) { r.Probability = 0 }, "lost-reply: needs a probability or a count"},
		{func(r *fault.Rule) { r.On = []string{"update", "write"} }, `on: must be one of update, read, UpdateItem, PutItem, DeleteItem, TransactWriteItems, BatchWriteItem, GetItem, Query, BatchGetItem, TransactGetItems, Scan, not "write"`},
		{func(r *fault.Rule) { r.From = -1 }, "from: must be at least 0s, not -1ns"},
		{func(r *fault.Rule) { r.To = -1 }, "to: must be after from (0s), not -1ns"},
		{func(r *fault.Rule) { r.From, r.To = 2, 2 }, "to: must be after from (2ns), not 2ns"},
		{func(r *fault.Rule) { r.Workers = -1 }, "workers: must be at least 0, not -1"},
		{func(r *fault.Rule) { r.Kind = fault.LateRequest }, "delay: mean must be above 0s, not 0s"},
		{func(r *fault.Rule) { r.Kind, r.Delay = fault.LateRequest, fault.Delay{Mean: 1, SD: -1} }, "delay: sd must be at least 0s, not -1ns"},
		{func(r *fault.Rule) { r.Delay.SD = 1 }, `delay: only the kind "delay" has one`},
		{func(r *fault.Rule) { r.Count, r.Workers = -1, -2 }, "count: must be at least 0, not -1\nworkers: must be at least 0, not -2"},
	} {
		r := valid
		c.change(&r)
		err := r.Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v:\n got  %v\n want %s", r, err, c.want)
		}
	}
}

func TestNewRefusesWhatCheckDoes(t *testing.T) {
	defer func() {
		if got, want := recover(), "fault: rule 1: lost-reply: needs a probability or a count"; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}()
	fault.New(http.DefaultTransport, fault.Config{Rules: []fault.Rule{once(fault.Reset), {Kind: fault.LostReply}}})
}

// TestOn: each word stands for its own operations and no others.
func TestOn(t *testing.T) {
	updates := []string{"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
	reads := []string{"GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"}
	others := []string{"DescribeTable", "ListTables", ""}
	type words = []string
	cases := []struct{ on, want words }{
		{nil, slices.Concat(updates, reads, others)},
		{words{"update"}, updates},
		{words{"read"}, reads},
		{words{"update", "read"}, slices.Concat(updates, reads)},
		{words{"PutItem", "read"}, slices.Concat(words{"PutItem"}, reads)},
	}
	for _, name := range slices.Concat(updates, reads) {
		cases = append(cases, struct{ on, want words }{words{name}, words{name}})
	}
	for _, c := range cases {
		transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{{Kind: fault.Throttle, Probability: 1, On: c.on}}})
		transport.Begin(time.Now())
		var hit words
		for _, operation := range slices.Concat(updates, reads, others) {
			if isHit(t, transport, operation, -1) {
				hit = append(hit, operation)
			}
		}
		if !slices.Equal(hit, c.want) {
			t.Errorf("on %q: got %q, want %q", c.on, hit, c.want)
		}
	}
}

func TestWorkers(t *testing.T) {
	for _, c := range []struct {
		workers int
		want    []int
	}{
		{0, []int{-1, 0, 1, 2, 3}},
		{1, []int{0}},
		{3, []int{0, 1, 2}},
	} {
		for _, kind := range []fault.Kind{fault.Throttle, fault.ServerErrorAfter, fault.LateRequest} {
			rule := fault.Rule{Kind: kind, Probability: 1, Workers: c.workers}
			if kind == fault.LateRequest {
				rule.Delay.Mean = 1
			}
			var told notes
			transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{rule}, Worker: workerOf, Note: told.add})
			transport.Begin(time.Now())
			var hit []int
			for worker := -1; worker < 4; worker++ {
				before := len(told.list())
				isHit(t, transport, "UpdateItem", worker)
				if len(told.list()) > before {
					hit = append(hit, worker)
				}
			}
			if !slices.Equal(hit, c.want) {
				t.Errorf("%s, workers %d: got %d, want %d", kind, c.workers, hit, c.want)
			}
		}
	}
}

// TestWorkersOfAPartition: answers to other workers come through.
func TestWorkersOfAPartition(t *testing.T) {
	for worker, want := range map[int]int{-1: 0, 0: 1, 1: 0} {
		synctest.Test(t, func(t *testing.T) {
			partition := fault.Rule{Kind: fault.Partition, From: latency / 2, Workers: 1}
			for _, rules := range [][]fault.Rule{{partition}, {partition, late(1)}} {
				s := newScene(t, latency, rules...)
				_, err := s.add(asWorker(t.Context(), worker))
				check(t, "lost", err != nil, want == 1)
				check(t, "told", s.transport.Counts()[0], int64(want))
			}
		})
	}
}

// TestNobodyIsAWorkerWithoutConfig: without Config.Worker, a rule about workers applies
// to no request.
func TestNobodyIsAWorkerWithoutConfig(t *testing.T) {
	transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{{Kind: fault.Throttle, Probability: 1, Workers: 5}}})
	transport.Begin(time.Now())
	check(t, "hit", isHit(t, transport, "UpdateItem", 0), false)
}

// TestCount: many workers race for the last fault of many rules.
func TestCount(t *testing.T) {
	const workers = 16
	each, races := longtest.Count(50, 110), longtest.Count(200, 500)
	rules := []fault.Rule{
		{Kind: fault.ServerErrorBefore, Count: 30, Probability: 0.5},
		{Kind: fault.LateRequest, Count: 11, Delay: fault.Delay{Mean: 1}},
	}
	want := []int64{30, 11}
	for range races {
		rules, want = append(rules, fault.Rule{Kind: fault.Throttle, Count: 3}), append(want, 3)
	}
	rules, want = append(rules, fault.Rule{Kind: fault.Duplicate, Count: 1_000_000}), append(want, int64(workers*each-30-3*races))
	var told notes
	transport := fault.New(canned{}, fault.Config{Rules: rules, Worker: workerOf, Note: told.add})
	transport.Begin(time.Now())
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for range each {
				isHit(t, transport, "UpdateItem", worker)
			}
		})
	}
	group.Wait()
	if got := transport.Counts(); !slices.Equal(got, want) {
		t.Errorf("counts: got %d, want %d", got, want)
	}
	noted := make([]int64, len(rules))
	for _, i := range told.list() {
		check(t, "kind", i.Kind, rules[i.Rule].Kind)
		noted[i.Rule]++
	}
	if !slices.Equal(noted, want) {
		t.Errorf("told: got %d, want %d", noted, want)
	}
}

// TestWindow: every kind happens in [From, To) and at no other time.
func TestWindow(t *testing.T) {
	const from, to = time.Second, 2 * time.Second
	for _, kind := range fault.Kinds() {
		for _, c := range []struct {
			at, to time.Duration
			want   bool
		}{
			{0, to, false}, {from - 1, to, false}, {from, to, true}, {to - 1, to, true}, {to, to, false}, {to + 1, to, false},
			{from - 1, 0, false}, {from, 0, true}, {to, 0, true}, {100 * to, 0, true},
		} {
			synctest.Test(t, func(t *testing.T) {
				rule := fault.Rule{Kind: kind, Count: 1, From: from, To: c.to}
				if kind == fault.LateRequest {
					rule.Delay.Mean = 1
				}
				s := newScene(t, 0, rule)
				time.Sleep(c.at)
				_, _ = s.add(t.Context()) // what it hears is another test's affair
				check(t, string(kind)+" at "+c.at.String()+" until "+c.to.String(), len(s.notes.list()) == 1, c.want)
			})
		}
	}
}

// TestNothingBeforeBegin: a request before Begin, or before a Begin in the future,
// meets nothing and draws nothing.
func TestNothingBeforeBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{{Kind: fault.Throttle, Probability: 1}}})
		check(t, "before", isHit(t, transport, "UpdateItem", 0), false)
		transport.Begin(time.Now().Add(time.Second))
		check(t, "too early", isHit(t, transport, "UpdateItem", 0), false)
		time.Sleep(time.Second)
		check(t, "after", isHit(t, transport, "UpdateItem", 0), true)
	})
}
