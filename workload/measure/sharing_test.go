package measure

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// recorded returns what workers measure for the same random operations if they share
// the given number of recorders.
func recorded(t *testing.T, workers, shared int) *Result {
	t.Helper()
	r := newRecordingOf(&scenario.Scenario{
		Load:       scenario.Load{Workers: workers, Duration: time.Minute, Warmup: time.Second, Rate: 100},
		Operations: scenario.Mix{1, 1, 1},
		Amount:     scenario.Amount{Low: 1, High: 1},
	}, 2, shared)
	var recorders []*Recorder
	for number := range workers {
		one := r.Recorder(number)
		recorders = append(recorders, &one)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		number := random.IntN(workers)
		record(recorders[number], randomOperation(random, number))
	}
	return r.Collect(recorders, make([]history.Ledger, 2), time.Second)
}

func randomOperation(random *rand.Rand, worker int) *history.Op {
	kind := history.Kind(random.IntN(3))
	at := random.Int64N(int64(3 * time.Second))
	op := &history.Op{Worker: worker, Counter: random.IntN(2), Kind: kind, Delta: kind.Delta(), Due: at, Invoked: at}
	outcomes := []counter.Outcome{counter.Applied, counter.Conflict, counter.Throttled, counter.Unknown}
	for op.Ending = history.GaveUp; len(op.Attempts) < 4 && op.Ending != history.Applied; {
		outcome := outcomes[random.IntN(len(outcomes))]
		if outcome == counter.Conflict && kind == history.Read {
			outcome = counter.Throttled
		}
		began := at
		at += random.Int64N(int64(2 * time.Second))
		a := history.Attempt{Invoked: began, Returned: at, Outcome: outcome, Written: kind != history.Read}
		if outcome == counter.Unknown {
			a.Faults = []history.Fault{{Kind: "lost-reply", Write: a.Written}}
		}
		op.Attempts = append(op.Attempts, a)
		switch {
		case outcome == counter.Applied:
			op.Ending = history.Applied
		case op.Writes().Unknown > 0:
			op.Ending = history.Unknown
		}
	}
	op.Returned = at
	return op
}

func record(m *Recorder, op *history.Op) {
	for i := range op.Attempts {
		a := &op.Attempts[i]
		m.Begin(a.Invoked)
		m.Call(Call{Receipt: &counter.Receipt{Units: counter.Units{Read: 1, Reported: true}}})
		m.Call(Call{
			Receipt: &counter.Receipt{Classification: counter.Classification{Outcome: a.Outcome}, Units: counter.Units{Write: 1, Reported: true}},
			Write:   true,
			Judged:  a.Outcome == counter.Applied || a.Outcome == counter.Conflict,
			Gap:     time.Duration(a.Returned - a.Invoked),
		})
		m.Attempt(op.Kind, a, &counter.Wire{Sends: []counter.Send{{Attempt: 1 + i, Status: 400, Answer: counter.Classification{Outcome: a.Outcome}}}})
	}
	if op.Worker%2 == 0 {
		m.GivesUp(retry.ReasonDeadline)
	}
	m.Operation(op, new(counter.Wire))
}

// TestSharingIsInvisible: the result of a run does not depend on how many workers share
// a recorder.
func TestSharingIsInvisible(t *testing.T) {
	const workers = 12
	alone := recorded(t, workers, workers)
	if alone.Latency.Succeeded.Attempt.Count() == 0 || alone.Warmup.Attempts == 0 || alone.Workers[workers-1].LosingStreak < 2 {
		t.Fatalf("the operations show too little: %+v", alone)
	}
	for _, shared := range []int{1, 2, 5} {
		together := recorded(t, workers, shared)
		for what, pair := range histogramsOf(alone, together) {
			pair[0].Prepare() // so that neither shares its memory with another
			pair[1].Prepare()
			if !reflect.DeepEqual(pair[0], pair[1]) {
				t.Errorf("%d shared: the histogram of %s differs", shared, what)
			}
		}
		for i := range together.Ledgers { // the order in which doubtful operations are kept is open
			together.Ledgers[i].Doubtful, alone.Ledgers[i].Doubtful = nil, nil
		}
		if !reflect.DeepEqual(together, alone) {
			t.Errorf("%d shared: got\n%+v, want\n%+v", shared, together, alone)
		}
	}
}

func histogramsOf(one, other *Result) map[string][2]*hist.Histogram {
	return map[string][2]*hist.Histogram{
		"responses of applied operations": {&one.Latency.Succeeded.Response, &other.Latency.Succeeded.Response},
		"services of applied operations":  {&one.Latency.Succeeded.Service, &other.Latency.Succeeded.Service},
		"applied attempts":                {&one.Latency.Succeeded.Attempt, &other.Latency.Succeeded.Attempt},
		"responses of other operations":   {&one.Latency.Others.Response, &other.Latency.Others.Response},
		"services of other operations":    {&one.Latency.Others.Service, &other.Latency.Others.Service},
		"other attempts":                  {&one.Latency.Others.Attempt, &other.Latency.Others.Attempt},
		"increments":                      {&one.Latency.ByKind[history.Increment], &other.Latency.ByKind[history.Increment]},
		"decrements":                      {&one.Latency.ByKind[history.Decrement], &other.Latency.ByKind[history.Decrement]},
		"reads":                           {&one.Latency.ByKind[history.Read], &other.Latency.ByKind[history.Read]},
		"responses of increments":         {&one.Latency.ResponseByKind[history.Increment], &other.Latency.ResponseByKind[history.Increment]},
		"responses of decrements":         {&one.Latency.ResponseByKind[history.Decrement], &other.Latency.ResponseByKind[history.Decrement]},
		"responses of reads":              {&one.Latency.ResponseByKind[history.Read], &other.Latency.ResponseByKind[history.Read]},
	}
}
