package check

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// pair is a small history of two machines, of two workers and two counters each, by true
// time. Bytes decide what happens in it; without bytes of mischief it is right.
type pair struct {
	within, wrong int64 // of machine 1's clock, in ticks: its bound, and by how much what is stated is wrong
	ahead         int64 // of true time, in ticks: machine 1's clock
	cut           bool  // machine 1 was killed
	ops           []history.Op
	finals        []history.CounterEnd

	now    int64
	events int64 // makes all times different
	states [2]history.State
	free   [4]int64 // by worker: when its last operation ended
	count  [4]int64
}

// pairOf makes a history of bytes: three about the clocks and the end, and six for each
// operation.
func pairOf(data []byte) *pair {
	const first, each, most = 4, 6, 100
	if len(data) < first {
		return nil
	}
	p := &pair{ahead: int64(data[0]) - 128, within: int64(data[1] % 8), wrong: int64(data[2]%16) - 8, cut: data[3]&7 == 7, now: 200}
	for i := range p.states {
		p.states[i] = at(0, 1)
	}
	for rest := data[first:]; len(rest) >= each && len(p.ops) < most; rest = rest[each:] {
		p.add(rest[:each])
	}
	p.now = slices.Max(p.free[:]) + 20
	for i, s := range p.states {
		if data[3]&16 != 0 && i == 0 {
			s.Value++ // something is wrong with the sum
		}
		if data[3]&32 == 0 {
			p.finals = append(p.finals, history.CounterEnd{Counter: i, Invoked: p.time(p.now), Returned: p.time(p.now + 1), Final: s})
		}
	}
	return p
}

// time is a time that no other event has.
func (p *pair) time(ticks int64) int64 {
	p.events++
	return ticks*tick + p.events
}

func (p *pair) add(b []byte) {
	worker, index, kind, outcome := int(b[0]&3), int(b[0]>>2&1), b[0]>>3&3, b[0]>>5
	p.now = max(p.now+1+int64(b[1]%32), p.free[worker]+1)
	begin := max(p.free[worker]+1, p.now-int64(b[2]&7))
	p.free[worker] = p.now + int64(b[2]>>3&7)
	p.count[worker]++
	o := history.Op{Worker: worker, Sequence: p.count[worker], Counter: index, Kind: history.Increment, Delta: 1, Ending: history.Applied}
	a := history.Attempt{Written: true, Outcome: counter.Applied}
	before := p.states[index]
	switch kind {
	case 0:
		o.Kind, o.Delta, o.Eventual, a.Written = history.Read, 0, b[1]&128 != 0, false
		a.Saw = before
	case 1:
		a.Before = before
	}
	o.Invoked = p.time(begin)
	if kind == 1 && b[1]&64 != 0 {
		a.LookInvoked, a.LookReturned = p.time(begin), p.time(p.now)
		begin = p.now
	}
	a.Invoked = p.time(begin)
	a.Returned = p.time(p.free[worker])
	o.Returned = p.time(p.free[worker])
	o.Due = o.Invoked
	applied := a.Written
	switch {
	case outcome == 7 && a.Written:
		a.Outcome, o.Ending, a.Reason = counter.Unknown, history.Unknown, "time-out"
		applied = b[3]&1 != 0
	case outcome == 6 && a.Written:
		a.Outcome, o.Ending, applied = counter.Conflict, history.GaveUp, false
	}
	if applied {
		p.states[index] = at(before.Value+1, before.Version+1)
	}
	if applied && a.Outcome == counter.Applied {
		a.After = p.states[index]
	}
	mischief(&a, b[3:])
	o.Attempts = []history.Attempt{a}
	p.ops = append(p.ops, o)
}

// mischief changes what a client saw, or was told. Small bytes change nothing.
func mischief(a *history.Attempt, b []byte) {
	const from = 192
	for _, s := range []*history.State{&a.Saw, &a.Before, &a.After} {
		if !s.Known {
			continue
		}
		if b[1] >= from {
			s.Version = max(1, s.Version+int64(b[1])-from-32)
		}
		if b[2] >= from {
			s.Value += int64(b[2]) - from - 32
		}
	}
}

// file writes the operations of some workers as one history.
func (p *pair) file(t *testing.T, path string, h history.Header, isOf func(worker int) bool, ahead int64, footer *history.Footer) {
	t.Helper()
	h.Workers, h.Ordered, h.Table, h.Strategy = len(p.free), true, "t", "conditional"
	h.Counters = []history.CounterStart{{Key: "a", Initial: at(0, 1)}, {Key: "b", Initial: at(0, 1)}}
	var text bytes.Buffer
	w, err := history.NewInOrder(&text, h)
	if err != nil {
		t.Fatal(err)
	}
	var ops []history.Op
	for i := range p.ops {
		if isOf(p.ops[i].Worker) {
			ops = append(ops, shifted(&p.ops[i], ahead))
		}
	}
	slices.SortFunc(ops, func(a, b history.Op) int { return cmp.Compare(a.Returned, b.Returned) })
	for i := range ops {
		w.Record(&ops[i])
	}
	if footer != nil {
		footer.Operations = int64(len(ops))
	}
	if err := w.Close(footer); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shifted is an operation by a clock that is ahead by so many ticks.
func shifted(op *history.Op, ahead int64) history.Op {
	by := ahead * tick
	own := *op
	own.Invoked, own.Returned, own.Due = op.Invoked+by, op.Returned+by, op.Due+by
	own.Attempts = slices.Clone(op.Attempts)
	for i := range own.Attempts {
		a := &own.Attempts[i]
		a.Invoked, a.Returned = a.Invoked+by, a.Returned+by
		if a.LookReturned != 0 {
			a.LookInvoked, a.LookReturned = a.LookInvoked+by, a.LookReturned+by
		}
	}
	return own
}

// FuzzTwoHistories judges a history of two machines as one history by true time, and as
// two by their own clocks. If the clocks are known exactly, what fails as one never passes
// as two. If they are as good as stated, what passes as one never fails as two, and the
// clocks are not doubted.
func FuzzTwoHistories(f *testing.F) {
	right := []byte{0x08, 3, 9, 0, 0, 0, 0x09, 4, 1, 0, 0, 0, 0x02, 5, 1, 0, 0, 0, 0x1b, 70, 63, 0, 0, 0, 0x01, 3, 1, 0, 0, 0}
	f.Add(append([]byte{128, 0, 8, 0}, right...))
	f.Add(append([]byte{200, 3, 9, 0}, right...))
	f.Add(append([]byte{100, 0, 8, 16}, right...))
	f.Add(append(append([]byte{90, 0, 8, 0}, right...), 0x01, 3, 1, 0, 223, 223))
	f.Add(append(append([]byte{90, 5, 11, 7}, right...), 0xe8, 3, 1, 1, 0, 0, 0xc9, 3, 1, 0, 0, 0))
	writes := []byte{0x10, 3, 0, 0, 0, 0, 0x12, 3, 0, 0, 0, 0}
	f.Add(append(append([]byte{90, 0, 8, 0}, writes...), 0x01, 20, 0, 0, 223, 223)) // stale by the clocks
	f.Add(append(append([]byte{90, 5, 3, 0}, writes...), 0x01, 2, 0, 0, 0, 0))      // right within the bounds
	f.Fuzz(func(t *testing.T, data []byte) {
		p := pairOf(data)
		if p == nil {
			return
		}
		dir := t.TempDir()
		whole, first, second := filepath.Join(dir, "whole"), filepath.Join(dir, "0"), filepath.Join(dir, "1")
		p.file(t, whole, history.Header{}, func(int) bool { return true }, 0, &history.Footer{Finals: p.finals})
		header := func(machine int, offset, within int64) history.Header {
			return history.Header{Run: "r", Source: machine, Sources: 2, Clock: []history.ClockReading{{Offset: offset * tick, Within: within * tick}}}
		}
		end := &history.Footer{}
		if p.cut {
			end = nil
		}
		p.file(t, first, header(0, 0, 0), func(worker int) bool { return worker%2 == 0 }, 0, &history.Footer{Finals: p.finals})
		p.file(t, second, header(1, p.wrong-p.ahead, p.within), func(worker int) bool { return worker%2 == 1 }, p.ahead, end)
		p.compare(t, whole, first, second)
	})
}

func (p *pair) compare(t *testing.T, whole, first, second string) {
	t.Helper()
	one, err := ExamineFile(whole, nil)
	two, errTwo := ExamineFiles([]string{first, second}, nil)
	if err != nil || errTwo != nil {
		if (err == nil) != (errTwo == nil) {
			t.Fatalf("as one: %v, as two: %v", err, errTwo)
		}
		return
	}
	a, b := Judge(one.Findings.Checks...).Status, Judge(two.Findings.Checks...).Status
	exact := p.within == 0 && p.wrong == 0
	asStated := max(p.wrong, -p.wrong) <= p.within
	switch {
	case p.cut && b == Pass:
		t.Fatalf("a killed machine passes:%s", summary(two.Findings.Checks))
	case exact && a == Fail && b == Pass, asStated && !p.cut && a == Pass && (b == Fail || isDoubted(two.Findings.Checks)):
		t.Fatalf("%s as one:%s\n%s as two:%s\n%+v", a, summary(one.Findings.Checks), b, summary(two.Findings.Checks), p.ops)
	}
}

// FuzzExamineFiles: nothing that two files hold makes ExamineFiles panic.
func FuzzExamineFiles(f *testing.F) {
	const (
		start = `{"contend_history":1,"workers":2,"ordered":true,"run":"r","sources":2,"counters":[{"key":"a"}],"clock":[{"at_ns":5,"offset_ns":9,"within_ns":1}],"source":`
		own   = `{"contend_history":1,"counters":[{"key":"a"}]}` + "\n"
		end   = `{"finals":[{"counter":0,"value":2,"version":2,"invoked_ns":90,"returned_ns":91}],"operations":1}` + "\n"
		write = `{"worker":0,"sequence":1,"kind":"increment","delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","attempts":[{"invoked_ns":1,"returned_ns":2,"outcome":"applied","written":true,"after":{"value":1,"version":1}}]}` + "\n"
	)
	f.Add([]byte(start+"0}\n"+write+end), []byte(start+"1}\n"+strings.Replace(write, `"worker":0`, `"worker":1`, 1)))
	f.Add([]byte(own+write+end), []byte(own+write))
	f.Add([]byte(own+`{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied"}`+"\n"), []byte(own))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var paths []string
		for i, text := range [][]byte{first, second} {
			path := filepath.Join(t.TempDir(), strconv.Itoa(i))
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		e, err := ExamineFiles(paths, nil)
		if err == nil && len(e.Findings.Checks) == 0 {
			t.Error("nothing was checked")
		}
	})
}
