package record_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/record"
)

// tape is a recorder that is told of exchanges which nobody made, at times of their own.
type tape struct {
	t        *testing.T
	recorder *record.Recorder
	began    time.Time
	number   int64
	held     map[string]int64 // what each counter holds
}

func newTape(t *testing.T) *tape {
	t.Helper()
	spool, err := os.Create(filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { spool.Close() })
	p := &tape{t: t, began: time.Now().Add(-time.Hour), held: map[string]int64{}}
	p.recorder, err = record.New(record.Config{Spool: spool, Tool: "test", Read: p.read}, p.began)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *tape) read(_ context.Context, _ proxy.Asker, target *observe.Target, path []string) (int64, error) {
	n, ok := p.held[target.Counter(path)]
	if !ok {
		return 0, errors.New("no such table")
	}
	return n, nil
}

// heard are the ways in which a client may get an answer.
type heard struct {
	outcome counter.Outcome
	gone    bool
}

var (
	told = heard{counter.Applied, false}
	lost = heard{counter.Unknown, true}
)

// write is one request of a call, of which the store applied the effects from one time to
// another, in seconds.
type write struct {
	call     string
	from, to float64
	heard    heard
	effects  []observe.Effect
}

// begin says that a request has arrived. The function that it returns says that it is over.
func (p *tape) begin(w write) (end func()) {
	p.number++
	at := func(seconds float64) time.Time { return p.began.Add(time.Duration(seconds * float64(time.Second))) }
	x := &proxy.Exchange{Number: p.number, Process: "p", Call: w.call, Operation: "UpdateItem", Received: at(w.from), Ended: at(w.to)}
	x.Outcome, x.Gone = w.heard.outcome, w.heard.gone
	x.Deliveries = []proxy.Delivery{{Sent: at(w.from), Answered: at(w.to), Status: 200, Observation: observe.Observation{Effects: w.effects}}}
	for _, e := range w.effects {
		x.Watched = append(x.Watched, observe.Watched{Target: e.Target, Path: []string{"hits"}, Counter: e.Counter, Write: e.Write})
	}
	p.recorder.Before(p.t.Context(), x)
	return func() { p.recorder.Note(x) }
}

func (p *tape) write(w write) { p.begin(w)() }

// effect is an applied effect on a page.
func effect(page string, change func(*observe.Effect)) observe.Effect {
	target := observe.Target{Table: table, Partition: page}
	e := observe.Effect{Target: target, Counter: target.Counter([]string{"hits"}), Write: true, Outcome: counter.Applied}
	change(&e)
	return e
}

// adding is ADD, which left a number.
func adding(page string, delta, after int64) []observe.Effect {
	return []observe.Effect{effect(page, func(e *observe.Effect) {
		e.Delta, e.DeltaKnown, e.Adds, e.After = delta, true, true, observe.State{Value: after, Known: true}
	})}
}

// setting sets a number whatever it was, and does not show what it was.
func setting(page string, after int64) []observe.Effect {
	return []observe.Effect{effect(page, func(e *observe.Effect) {
		e.After, e.Why = observe.State{Value: after, Known: true}, "the store does not return the value before it"
	})}
}

func withToken(effects []observe.Effect, token string) []observe.Effect {
	for i := range effects {
		effects[i].Token, effects[i].After = token, observe.State{}
	}
	return effects
}

// end judges the tape; the counters hold what held says.
func (p *tape) end(claims map[string]history.Claim) (check.Verdict, record.Summary, []history.Op) {
	p.t.Helper()
	var file bytes.Buffer
	summary, err := p.recorder.Finish(p.t.Context(), &file, claims)
	if err != nil {
		p.t.Fatal(err)
	}
	e, err := check.Examine(bytes.NewReader(file.Bytes()), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := history.NewReader(bytes.NewReader(file.Bytes()))
	if err != nil {
		p.t.Fatal(err)
	}
	var ops []history.Op
	for {
		var op history.Op
		if err := r.Next(&op); err != nil {
			break
		}
		ops = append(ops, op)
	}
	v := check.Judge(e.Findings.Checks...)
	if e.Footer.Error != "" {
		v = v.CutShort()
	}
	return v, summary, ops
}

func (p *tape) expect(v check.Verdict, named map[string]check.Status) {
	p.t.Helper()
	(&scene{t: p.t}).expect(v, v.Status, named)
}

const home, about = "visits/home:hits", "visits/about:hits"

// TestAnAnswerThatWasNotRead: the proxy had written an answer, but the SDK sent the request
// again, so that it cannot have read it.
func TestAnAnswerThatWasNotRead(t *testing.T) {
	p := newTape(t)
	p.held[home] = 0
	p.write(write{"c1", 1, 2, told, adding("home", 1, 1)})
	p.write(write{"c2", 2, 3, told, adding("home", 1, 2)})
	p.write(write{"c1", 4, 5, told, adding("home", 1, 3)})
	p.held[home] = 3
	v, _, ops := p.end(nil)
	p.expect(v, map[string]check.Status{"exactly-once": check.Fail, "once-per-call": check.Fail, "conservation": check.Pass, "chain": check.Pass})
	if len(ops) != 2 {
		t.Errorf("%d operations: %+v", len(ops), ops)
	}
	if evidence := strings.Join(finding(v, "once-per-call").Evidence, ""); !strings.Contains(evidence, "an answer that the client did not get") {
		t.Errorf("evidence: %s", evidence)
	}
}

// TestATokenInTwoCalls: a program may try again in a new call, with the token of the first.
// The store applies that once, also if both are told of success.
func TestATokenInTwoCalls(t *testing.T) {
	for name, first := range map[string]heard{"lost": lost, "told": told} {
		p := newTape(t)
		p.held[home] = 0
		p.write(write{"c1", 1, 2, first, withToken(adding("home", 1, 0), "t1")})
		p.write(write{"c2", 3, 4, told, withToken(adding("home", 1, 0), "t1")})
		p.write(write{"c3", 400, 401, told, withToken(adding("home", 1, 0), "t2")}) // by then the others are written
		p.write(write{"c4", 402, 403, told, withToken(adding("home", 1, 0), "t1")})
		p.held[home] = 2
		v, summary, _ := p.end(nil)
		p.expect(v, map[string]check.Status{"exactly-once": check.Pass, "once-per-call": check.Pass, "conservation": check.Pass})
		if summary.Replays != 1 {
			t.Errorf("%s: %d replays", name, summary.Replays)
		}
	}
}

// TestALostReplyAfterALongTime: the second request of a call comes after other calls were
// written, and is still one of that call.
func TestALostReplyAfterALongTime(t *testing.T) {
	p := newTape(t)
	p.held[home] = 0
	p.write(write{"slow", 1, 2, lost, adding("home", 1, 1)})
	for i := range int64(40) {
		at := 3 + float64(i)
		p.write(write{fmt.Sprint("c", i), at, at + 0.5, told, adding("home", 1, 2+i)})
	}
	p.write(write{"slow", 44, 45, told, adding("home", 1, 42)})
	p.held[home] = 42
	v, _, ops := p.end(nil)
	p.expect(v, map[string]check.Status{"exactly-once": check.Fail, "once-per-call": check.Fail, "chain": check.Pass, "linearizable": check.Pass})
	if len(ops) != 41 {
		t.Errorf("%d operations", len(ops))
	}
}

// TestWhatIsNotSeenIsNotJudged: a write that was not understood makes its counter
// inconclusive, and no other.
func TestWhatIsNotSeenIsNotJudged(t *testing.T) {
	p := newTape(t)
	p.held[home], p.held[about] = 0, 7
	p.write(write{"c1", 1, 2, told, adding("home", 1, 1)})
	p.write(write{"c2", 2, 3, told, adding("about", 1, 8)})
	late := p.begin(write{"c3", 3, 5, told, setting("home", 9)})
	p.write(write{"c4", 4, 4.5, told, adding("home", 1, 2)}) // while the other is in progress
	late()
	p.held[home], p.held[about] = 9, 8
	v, summary, _ := p.end(nil)
	if v.Status != check.Inconclusive {
		t.Errorf("verdict %s", v.Status)
	}
	p.expect(v, map[string]check.Status{"exactly-once": check.Inconclusive, "conservation": check.Inconclusive, "chain": check.Inconclusive, "once-per-call": check.Pass})
	if len(summary.Unseen) != 1 || summary.Unseen[0].Counter != home || summary.Blind != 1 {
		t.Errorf("summary: %+v", summary)
	}
	if reason := finding(v, "chain").Reason; !strings.Contains(reason, "1 of 2 counters") || !strings.Contains(reason, home) {
		t.Errorf("reason: %s", reason)
	}
}

// TestAWriteAloneIsUnderstood: while no other write is in progress, the counter holds what
// all before have left, whether or not the store says so.
func TestAWriteAloneIsUnderstood(t *testing.T) {
	p := newTape(t)
	p.held[home] = 5
	p.write(write{"c1", 1, 2, told, adding("home", 2, 7)})
	p.write(write{"c2", 3, 4, told, setting("home", 10)})
	p.write(write{"c3", 5, 6, told, setting("home", 10)}) // changes nothing
	p.held[home] = 10
	v, summary, ops := p.end(nil)
	p.expect(v, map[string]check.Status{"exactly-once": check.Pass, "chain": check.Pass, "linearizable": check.Pass})
	if len(summary.Unseen) != 0 || summary.Blind != 2 || len(ops) != 3 || ops[1].Delta != 3 || ops[2].Kind != history.Read {
		t.Errorf("summary %+v, operations %+v", summary, ops)
	}
}

// TestAnUnreadableStart: without the value before the first request no sum can be judged.
func TestAnUnreadableStart(t *testing.T) {
	p := newTape(t)
	p.write(write{"c1", 1, 2, told, adding("home", 1, 1)})
	p.held[home] = 1
	v, summary, _ := p.end(nil)
	p.expect(v, map[string]check.Status{"exactly-once": check.Inconclusive, "once-per-call": check.Pass})
	if len(summary.Unseen) != 1 {
		t.Errorf("summary %+v", summary)
	}
}

// TestClaims: the program's own word decides, also where its SDK heard something else.
func TestClaims(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]history.Claim
		want   check.Status
	}{
		"right":           {map[string]history.Claim{"": {Change: 3}}, check.Pass},
		"named":           {map[string]history.Claim{home: {Change: 2}, about: {Change: 1}}, check.Pass},
		"too much":        {map[string]history.Claim{"": {Change: 4}}, check.Fail},
		"too little":      {map[string]history.Claim{"": {Change: 2}}, check.Fail},
		"may be":          {map[string]history.Claim{"": {Change: 2, High: 1}}, check.Inconclusive},
		"one of two":      {map[string]history.Claim{home: {Change: 2}}, check.Fail},
		"none":            {nil, check.Pass},
		"of nothing seen": {map[string]history.Claim{home: {Change: 2}, about: {Change: 1}, "visits/news:hits": {Change: 1}}, check.Inconclusive},
	} {
		p := newTape(t)
		p.held[home], p.held[about] = 0, 0
		p.write(write{"c1", 1, 2, told, adding("home", 1, 1)})
		p.write(write{"c2", 2, 3, told, adding("home", 1, 2)})
		p.write(write{"c3", 2, 3, told, adding("about", 1, 1)})
		p.held[home], p.held[about] = 2, 1
		if v, _, _ := p.end(c.claims); v.Status != c.want {
			t.Errorf("%s: got %s, want %s: %+v", name, v.Status, c.want, v.Checks)
		}
	}
}

// TestManyCallsAtATime: whatever the order in which calls begin, end, are lost and come
// again, the history is one that its reader accepts, and no other call is blamed.
func TestManyCallsAtATime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	p := newTape(t)
	p.held[home] = 0
	type open struct {
		end func()
		at  float64
	}
	var inFlight []open
	applied, twice := int64(0), int64(0)
	now := 0.0
	for i := range 3000 {
		now += random.Float64()
		for len(inFlight) > 0 && (len(inFlight) > 50 || inFlight[0].at < now) {
			inFlight[0].end()
			inFlight = inFlight[1:]
		}
		h := told
		if random.IntN(20) == 0 {
			h = lost
		}
		to := now + random.Float64()*5
		if len(inFlight) > 0 {
			to = max(to, inFlight[len(inFlight)-1].at) // they end in the order in which they began
		}
		applied++
		inFlight = append(inFlight, open{p.begin(write{fmt.Sprint("c", i), now, to, h, withToken(adding("home", 1, 0), "")}), to})
		if h == lost {
			twice++
			applied++
			inFlight = append(inFlight, open{p.begin(write{fmt.Sprint("c", i), to + 0.1, to + 0.2, told, withToken(adding("home", 1, 0), "")}), to + 0.2})
		}
	}
	for _, o := range inFlight {
		o.end()
	}
	p.held[home] = applied
	v, _, ops := p.end(nil)
	p.expect(v, map[string]check.Status{"exactly-once": check.Fail, "conservation": check.Pass, "once-per-call": check.Fail})
	if reason := finding(v, "once-per-call").Reason; !strings.Contains(reason, fmt.Sprintf("applied %d calls of 3000", twice)) {
		t.Errorf("reason: %s, want %d", reason, twice)
	}
	if len(ops) != 3000 {
		t.Errorf("%d operations", len(ops))
	}
}
