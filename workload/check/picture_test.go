package check

import (
	"bytes"
	"encoding/json"
	"html"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/history"
)

// drawing is what a page draws.
type drawing struct {
	names []string // of the rows
	texts []string // of the boxes
	stuck []string // those that no order drawn has a place for
	whole bool     // an order has a place for all
}

// drawn reads a page as a browser does.
func drawn(t *testing.T, page string) drawing {
	t.Helper()
	var d drawing
	after := func(mark string, into any) {
		_, text, found := strings.Cut(page, mark)
		if !found {
			t.Fatalf("the page lacks %q", mark)
		}
		if err := json.NewDecoder(strings.NewReader(text)).Decode(into); err != nil {
			t.Fatalf("%s: %v", mark, err)
		}
	}
	var data struct {
		Partitions []struct {
			History []struct {
				ClientId    int
				Description string
			}
			PartialLinearizations [][]struct{ Index int }
		}
	}
	after("const names = ", &d.names)
	after("const data = ", &data)
	p := data.Partitions[0]
	placed := map[int]bool{}
	for _, order := range p.PartialLinearizations {
		d.whole = d.whole || len(order) == len(p.History)
		for _, s := range order {
			placed[s.Index] = true
		}
	}
	rows := map[int]bool{}
	for i, h := range p.History {
		rows[h.ClientId] = true
		d.texts = append(d.texts, h.Description)
		if !placed[i] {
			d.stuck = append(d.stuck, h.Description)
		}
	}
	if len(rows) != len(d.names) || !rows[len(d.names)-1] {
		t.Errorf("rows %v have the names %q", rows, d.names)
	}
	return d
}

func picture(t *testing.T, v Violation, ops []history.Op) string {
	t.Helper()
	scene := NewScene(v)
	for i := range ops {
		scene.Add(&ops[i])
	}
	var page bytes.Buffer
	if err := scene.Draw(&page); err != nil {
		t.Fatalf("%s: %v", v.Text, err)
	}
	return page.String()
}

// bystanders returns workers who each wrote once before, and have nothing to do with
// the violation.
func bystanders(l *tellings, workers int) {
	for i := range workers {
		l.op(100+i, 1, 0, ms, counter.Applied, history.State{})
	}
}

// TestEveryViolationIsDrawnWithThoseWhoTakePart: whichever check finds it.
func TestEveryViolationIsDrawnWithThoseWhoTakePart(t *testing.T) {
	applied, untold := counter.Applied, history.State{}
	floored := func(l *tellings) { l.header.Floor = new(int64) }
	for _, c := range []struct {
		what     string
		start    history.State
		build    func(*tellings)
		check    string
		evidence string // of the violation
		from, to int64  // ms
		names    string
		stuck    string // what has no place; empty: it depends on the order
	}{
		{"two writes became one version", at(0, 1), func(l *tellings) {
			l.op(17, 1, 0, 10*ms, applied, at(1, 2))
			l.op(905, 1, 2*ms, 9*ms, applied, at(1, 2))
			l.final = at(1, 2)
		}, "chain", "acknowledged", 0, 10, "worker 17, worker 905", ""},
		{"the final reading saw what nobody wrote", at(0, 1), func(l *tellings) {
			l.op(17, 1, 0, 10*ms, applied, at(1, 2))
			l.final = at(2, 3)
		}, "chain", "the final reading saw version 3", 0, 1001, "outside the load, worker 17", "#0 read: version 3"},
		{"a state below the floor", at(0, 1), func(l *tellings) {
			floored(l)
			l.op(17, -1, 0, 10*ms, applied, at(-1, 2))
			l.op(905, 1, 11*ms, 20*ms, applied, at(0, 3))
			l.final = at(0, 3)
		}, "floor", "value -1", 0, 10, "worker 17", "#1 -1: value -1"},
		{"a needless refusal", at(1, 1), func(l *tellings) {
			floored(l)
			l.refused(17, -1, 11*ms, 12*ms, at(1, 1))
			l.final = at(1, 1)
		}, "floor", "although it saw value 1", 11, 12, "worker 17", "#1 -1 refused: value 1"},
		{"a needless refusal that told nothing", value(5), func(l *tellings) {
			floored(l)
			l.op(17, -1, 0, 10*ms, applied, untold)
			l.refused(905, -4, 5*ms, 6*ms, untold)
			l.final = value(4)
		}, "floor", "although there was 4 at least", 5, 6, "worker 17, worker 905", "#2 -4 refused"},
		{"more was taken than the counter can have held", value(1), func(l *tellings) {
			floored(l)
			l.op(17, -1, 0, 10*ms, applied, untold)
			l.op(905, -1, 0, 12*ms, applied, untold)
			l.op(3, 1, 13*ms, 20*ms, applied, untold)
			l.final = value(0)
		}, "floor", "leave at most -1, below 0", 0, 12, "worker 17, worker 905", "#2 -1"},
		{"more was taken than all sums allow", value(1), func(l *tellings) {
			floored(l)
			l.op(17, -1, 0, 10*ms, applied, untold)
			l.op(905, -1, 0, 12*ms, applied, untold)
			l.final = value(0)
		}, "floor", "leave at most -1", 0, 12, "worker 17, worker 905", "#2 -1"},
		{"no order keeps the floor", value(1), func(l *tellings) {
			floored(l)
			l.op(17, 1, 0, 40*ms, applied, untold)
			l.op(3, -1, 0, 40*ms, applied, untold)
			l.refused(905, -1, 5*ms, 6*ms, untold)
			l.refused(905, -1, 7*ms, 8*ms, untold)
			l.read(905, 9*ms, 10*ms, value(2), false)
			l.final = value(1)
		}, "floor", "in every order that keeps to 0", 9, 10, "worker 3, worker 17, worker 905", "#5 read: value 2"},
		{"a reading outside the band", value(0), func(l *tellings) {
			l.op(17, 1, 0, 10*ms, applied, untold)
			l.read(905, 11*ms, 12*ms, value(0), false)
			l.final = value(1)
		}, "reads", "make at least 1", 11, 12, "worker 17, worker 905", "#2 read: value 0"},
		{"a reading that goes back, among many workers", value(0), func(l *tellings) {
			bystanders(l, 60)
			l.op(99, -1, 0, ms, applied, untold)
			l.op(17, 1, 2*ms, 100*ms, applied, untold)
			l.read(905, 10*ms, 20*ms, value(60), false)
			l.read(42, 21*ms, 30*ms, value(59), false)
			l.final = value(60)
		}, "reads", "worker 905's strong read", 10, 30, "worker 17, worker 42, worker 905", "#64 read: value 59"},
		{"an eventual read of what was never sent", value(0), func(l *tellings) {
			l.header.Shards = 2
			l.op(17, 1, 0, 10*ms, applied, untold)
			l.read(905, 11*ms, 12*ms, value(7), true)
			l.final = value(1)
		}, "reads", "make at most 1", 11, 12, "worker 17, worker 905", "#2 eventual read: value 7"},
		{"no order explains it", value(0), func(l *tellings) {
			l.op(17, 1, 0, 10*ms, applied, value(1))
			l.op(17, -1, 11*ms, 20*ms, applied, value(0))
			l.op(905, 1, 21*ms, 30*ms, applied, value(1))
			l.op(905, 1, 31*ms, 40*ms, applied, value(1))
			l.final = value(1)
		}, "linearizable", "no order of the operations", 31, 40, "worker 17, worker 905", "#4 +1: value 1"},
		{"a write that does not leave what it was built on", untold, func(l *tellings) {
			l.op(17, 2, 0, 10*ms, applied, at(10, 4)).Before = at(7, 3)
			l.final = at(10, 4)
		}, "chain", "built on value 7", 0, 10, "worker 17", "#1 +2: value 10"},
		{"a refusal for a condition that was true", at(0, 1), func(l *tellings) {
			a := l.op(17, 1, 10*ms, 20*ms, counter.Conflict, untold)
			a.Before, a.Saw = at(0, 1), at(0, 1)
			l.op(905, 1, 30*ms, 40*ms, applied, at(1, 2))
			l.final = at(1, 2)
		}, "linearizable", "refused because of that very state", 10, 20, "worker 17", "#1 +1 refused: value 0"},
		{"a write that left no state", at(0, 1), func(l *tellings) {
			l.op(17, 1, 0, 10*ms, applied, untold)
			l.read(905, 11*ms, 12*ms, at(0, 1), false)
			l.final = at(0, 1)
		}, "chain", "no state up to that one can be its", 0, 12, "worker 17, worker 905", "#1 +1"},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := &tellings{log: log{t: t}, header: history.Header{Counters: []history.CounterStart{{Key: "c", Initial: c.start}}}}
			c.build(l)
			f := l.judge(false)
			evidence := strings.Join(result(t, f, c.check).Evidence, "\n")
			i := slices.IndexFunc(f.Violations, func(v Violation) bool {
				return strings.Contains(v.Text, c.evidence) && strings.Contains(evidence, v.Text)
			})
			if i < 0 {
				t.Fatalf("no violation with %q: %+v of %+v", c.evidence, f.Violations, f.Checks)
			}
			v := f.Violations[i]
			if v.From != c.from*ms || v.To != c.to*ms {
				t.Errorf("from %s to %s, want %d to %d", millis(v.From), millis(v.To), c.from, c.to)
			}
			page := picture(t, v, l.ops)
			d := drawn(t, page)
			if got := strings.Join(d.names, ", "); got != c.names {
				t.Errorf("rows %q, want %q", got, c.names)
			}
			if d.whole {
				t.Error("an order has a place for everything")
			}
			if c.stuck != "" && !slices.ContainsFunc(d.stuck, func(text string) bool { return strings.Contains(text, c.stuck) }) {
				t.Errorf("%q has no place, want %q of %q", d.stuck, c.stuck, d.texts)
			}
			if !strings.Contains(page, html.EscapeString(v.Text)) {
				t.Errorf("the page lacks %q", v.Text)
			}
		})
	}
}

// TestWhatFailsIsDrawn: each small history that fails by more than its sums has a place
// and a picture.
func TestWhatFailsIsDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(30, 1))
	many, failed := longtest.Count(1500, 4000), 0
	for range many {
		h := tell(r)
		h.spoil(r)
		a := NewAudit(h.header)
		for i := range h.ops {
			if err := a.Add(&h.ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		f := a.Close(history.Footer{Finals: []history.CounterEnd{h.final}}, h.cut)
		fails := slices.ContainsFunc(f.Checks[2:], func(c Result) bool { return c.Status == Fail })
		if fails != (len(f.Violations) > 0) {
			t.Fatalf("%d violations, %+v\n%s", len(f.Violations), f.Checks, h)
		}
		if fails {
			failed++
		}
		if failed%10 != 0 {
			continue
		}
		for _, v := range f.Violations {
			drawn(t, picture(t, v, h.ops))
		}
	}
	if failed < many/8 {
		t.Errorf("only %d histories failed", failed)
	}
}
