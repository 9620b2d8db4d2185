package check

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// machine is a history of one machine, with times in ms.
type machine struct {
	header history.Header
	ops    []history.Op
	footer *history.Footer // nil: it was killed
}

// fleetOf makes machines of one run that share a clock, which is known within 1 ms, and have
// two counters.
func fleetOf(machines int) []*machine {
	var all []*machine
	for m := range machines {
		all = append(all, &machine{
			header: history.Header{
				Run: "r", Source: m, Sources: machines, Workers: machines, Ordered: true, Table: "t", Strategy: "conditional",
				Counters: []history.CounterStart{{Key: "a", Initial: at(0, 1)}, {Key: "b", Initial: at(0, 1)}},
				Clock:    []history.ClockReading{{Within: tick}},
			},
			footer: &history.Footer{},
		})
	}
	return all
}

func (m *machine) add(counterIndex int, from, to int64, o history.Op, a history.Attempt) {
	o.Worker, o.Counter, o.Ending = m.header.Source, counterIndex, history.Applied
	o.Sequence = int64(len(m.ops) + 1)
	o.Due, o.Invoked, o.Returned = from*tick, from*tick, to*tick
	a.Invoked, a.Returned, a.Outcome = from*tick, to*tick, counter.Applied
	o.Attempts = []history.Attempt{a}
	m.ops = append(m.ops, o)
}

// write adds an increment, acknowledged with the value and the version value + 1.
func (m *machine) write(counterIndex int, from, to, value int64) {
	m.add(counterIndex, from, to, history.Op{Kind: history.Increment, Delta: 1}, history.Attempt{Written: true, After: at(value, value+1)})
}

func (m *machine) read(counterIndex int, from, to, value int64) {
	m.add(counterIndex, from, to, history.Op{Kind: history.Read}, history.Attempt{Saw: at(value, value+1)})
}

func (m *machine) ends(from, to int64, values ...int64) {
	for i, value := range values {
		m.footer.Finals = append(m.footer.Finals, history.CounterEnd{Counter: i, Invoked: from * tick, Returned: to * tick, Final: at(value, value+1)})
	}
}

func files(t *testing.T, machines []*machine) []string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for i, m := range machines {
		var text bytes.Buffer
		w, err := history.NewInOrder(&text, m.header)
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.ops {
			w.Record(&m.ops[i])
		}
		if m.footer != nil {
			m.footer.Operations = int64(len(m.ops))
		}
		if err := w.Close(m.footer); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// turns lets two machines add to a counter in turn, from the time on, and reads it at the
// end.
func turns(all []*machine, counterIndex int, from, many int64) {
	for n := range many {
		all[n%2].write(counterIndex, from+10*n, from+10*n+4, n+1)
	}
}

func TestHistoriesOfSeveralMachines(t *testing.T) {
	for _, c := range []struct {
		what     string
		build    func(all []*machine)
		want     string   // the statuses of the checks, by their first letters
		contains []string // in reasons and evidence
	}{
		{"right", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[0].ends(70, 71, 6, 0)
		}, "ppppn", nil},
		{"an update that another machine overwrote", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[0].write(0, 60, 64, 7)
			all[1].write(0, 62, 66, 7)
			all[0].ends(70, 71, 7, 0)
		}, "fffin", []string{"1 below", "is missing"}},
		{"a stale read that only the clocks show", func(all []*machine) {
			turns(all, 0, 0, 5) // machine 1 wrote version 5 last
			all[2].read(0, 90, 91, 3)
			all[0].ends(100, 101, 5, 0)
		}, "pppii", []string{"the clocks were worse than stated, or the store broke the order (machine 0 within 1.000 ms, machine 2 within 1.000 ms)"}},
		{"a stale read within the bounds", func(all []*machine) {
			turns(all, 0, 0, 5)
			all[2].read(0, 45, 46, 4)
			all[0].ends(100, 101, 5, 0)
		}, "ppppp", nil},
		{"a stale read that another counter proves", func(all []*machine) {
			turns(all, 0, 0, 5)
			all[0].write(1, 60, 61, 1)
			all[2].write(1, 63, 64, 2) // after machine 0's
			all[2].read(0, 90, 91, 3)
			all[0].ends(100, 101, 5, 2)
		}, "pppfi", []string{"no clocks of the machines explain the order of the states", "machine 0", "machine 2"}},
		{"the same with wrong clocks", func(all []*machine) {
			turns(all, 0, 0, 5)
			all[0].write(1, 60, 61, 1)
			all[2].write(1, 63, 64, 2)
			all[2].read(0, 90, 91, 3)
			all[2].header.Clock[0].Offset = -55 * tick
			all[0].ends(100, 101, 5, 2)
		}, "pppfp", []string{"no clocks of the machines explain"}},
		{"a stale read on one machine", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[1].read(0, 60, 61, 3)
			all[0].ends(70, 71, 6, 0)
		}, "pppff", []string{"within one machine", "by the clock of its own machine"}},
		{"clocks worse than stated", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[1].header.Clock[0].Offset = 25 * tick
			all[0].ends(170, 171, 6, 0)
		}, "pppin", []string{"the clocks were worse than stated, or the store broke the order (machine 0 within 1.000 ms, machine 1 within 1.000 ms)"}},
		{"a final value that was read too early", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[0].ends(54, 55, 6, 0)
		}, "iippn", []string{`machine 0 read the final value of counter 0, but not surely after machine 1`}},
		{"two final values", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[0].ends(44, 45, 5, 0)
			all[1].ends(70, 71, 6, 0)
		}, "ppppn", nil},
		{"final values that differ", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[0].ends(70, 71, 5, 0)
			all[1].ends(80, 81, 6, 0)
		}, "pppii", []string{"the final reading"}},
		{"a killed machine", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[1].ops, all[1].footer = all[1].ops[:1], nil
			all[0].ends(70, 71, 6, 0)
		}, "iiipn", []string{"the history of machine 1 has no end (no footer)", "those that are account for +4"}},
		{"a killed machine that lost nothing", func(all []*machine) {
			turns(all, 0, 0, 6)
			all[1].footer = nil
			all[0].ends(70, 71, 6, 0)
		}, "iippn", []string{"the history of machine 1 has no end"}},
	} {
		all := fleetOf(3)
		c.build(all)
		paths := files(t, all)
		for _, every := range []int{1, advanceJoinedEvery} {
			e, err := examineFiles(paths, nil, every)
			if err != nil {
				t.Errorf("%s: %v", c.what, err)
				continue
			}
			text := summary(e.Findings.Checks)
			if got := letters(e.Findings.Checks); got != c.want {
				t.Errorf("%s: got %s, want %s:%s", c.what, got, c.want, text)
			}
			for _, part := range c.contains {
				if !strings.Contains(text, part) {
					t.Errorf("%s: %q is not in%s", c.what, part, text)
				}
			}
		}
	}
}

// letters are the first letters of the statuses; n for a check that had nothing to judge.
func letters(checks []Result) string {
	var text strings.Builder
	for _, c := range checks {
		letter := string(c.Status[0])
		if c.Status == Skipped {
			letter = "n"
		}
		text.WriteString(letter)
	}
	return text.String()
}

func TestAMissingHistory(t *testing.T) {
	all := fleetOf(3)
	turns(all, 0, 0, 6)
	all[0].ends(70, 71, 6, 0)
	paths := files(t, all)
	for _, c := range []struct {
		paths  []string
		want   string
		reason string
	}{
		{paths[:2], "iippn", "the history of machine 2 is missing"},
		{[]string{paths[2], paths[0]}, "iiipn", "the history of machine 1 is missing"},
		{paths[:1], "iiipn", "this is the history of machine 0 of 3 alone (contend merge judges them together)"},
		{paths[1:2], "iiipn", "this is the history of machine 1 of 3 alone"},
	} {
		e, err := ExamineFiles(c.paths, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := letters(e.Findings.Checks); got != c.want || !strings.Contains(e.Findings.Checks[0].Reason, c.reason) {
			t.Errorf("%q: got %s, want %s:%s", c.reason, got, c.want, summary(e.Findings.Checks))
		}
	}
}

func TestHistoriesThatDoNotBelongTogether(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(all []*machine)
		want  string
	}{
		{"another run", func(all []*machine) { all[1].header.Run = "s" }, `are not of one run: run is "r" in the first and "s" in the second`},
		{"another number of machines", func(all []*machine) { all[1].header.Sources = 4 }, `sources is "3" in the first and "4" in the second`},
		{"another table", func(all []*machine) { all[2].header.Table = "u" }, `table is "t" in the first and "u" in the second`},
		{"another design", func(all []*machine) { all[2].header.Strategy = "x" }, `strategy is "conditional" in the first`},
		{"another first value", func(all []*machine) { all[1].header.Counters[1].Initial = at(3, 1) }, `counter 1 is "b" from value 0 of version 1 in the first and "b" from value 3 of version 1`},
		{"another counter", func(all []*machine) { all[1].header.Counters = all[1].header.Counters[:1] }, `the number of counters is "2" in the first and "1" in the second`},
		{"another floor", func(all []*machine) { all[1].header.Floor = new(int64) }, `floor is "none" in the first and "0" in the second`},
		{"a history twice", func(all []*machine) { all[2].header.Source = 1 }, `are both history 1 of the run`},
		{"a worker twice", func(all []*machine) {
			all[1].write(0, 1, 2, 1)
			all[1].ops[0].Worker = 0
			all[0].write(0, 1, 2, 1)
		}, `worker 0 is in`},
	} {
		all := fleetOf(3)
		c.spoil(all)
		if _, err := ExamineFiles(files(t, all), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.what, err, c.want)
		}
	}
	paths := files(t, fleetOf(1))
	if _, err := ExamineFiles([]string{paths[0], paths[0]}, nil); err == nil || !strings.Contains(err.Error(), "are both history 0") {
		t.Errorf("one file twice: %v", err)
	}
}

// TestHistoriesOfOtherPrograms: the clients of a program number their workers as they like,
// and know nothing of each other's clocks.
func TestHistoriesOfOtherPrograms(t *testing.T) {
	clients := func(spoil func(all []*machine)) *Examination {
		all := fleetOf(2)
		turns(all, 0, 0, 6)
		for i, m := range all {
			m.header.Run, m.header.Source, m.header.Sources, m.header.Workers, m.header.Clock = "", 0, 0, 0, nil
			for j := range m.ops {
				m.ops[j].Worker = 0
				m.ops[j].Invoked += int64(i) * 5000 * tick
				m.ops[j].Returned += int64(i) * 5000 * tick
				m.ops[j].Due = m.ops[j].Invoked
				m.ops[j].Attempts[0].Invoked, m.ops[j].Attempts[0].Returned = m.ops[j].Invoked, m.ops[j].Returned
			}
		}
		spoil(all)
		e, err := ExamineFiles(files(t, all), nil)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	untimed := func(m *machine, value int64) {
		m.footer.Finals = []history.CounterEnd{{Final: at(value, value+1)}, {Counter: 1, Final: at(0, 1)}}
	}
	for _, c := range []struct {
		what   string
		spoil  func(all []*machine)
		want   string
		reason string
	}{
		{"right", func(all []*machine) { untimed(all[1], 6) }, "ppppn", ""},
		{"a lost update", func(all []*machine) { untimed(all[1], 5) }, "ffpff", ""},
		{"two final values", func(all []*machine) { untimed(all[0], 5); untimed(all[1], 6) }, "iippn", "different final values of counter 0, 5 and 6"},
		{"a final value whose time the versions tell", func(all []*machine) { all[0].ends(70, 71, 6, 0) }, "ppppn", ""},
		{"a final value at a time that nothing tells", func(all []*machine) { all[0].ends(50, 51, 6, 0) }, "iippn", "not surely after"},
		{"a version twice", func(all []*machine) {
			all[0].ops[2].Attempts[0].After = at(6, 7)
			untimed(all[1], 6)
		}, "ppfin", ""},
		{"back in time on one machine", func(all []*machine) {
			a, b := &all[0].ops[1].Attempts[0], &all[0].ops[2].Attempts[0]
			a.After, b.After = b.After, a.After
			untimed(all[1], 6)
		}, "pppfn", ""},
	} {
		e := clients(c.spoil)
		if got := letters(e.Findings.Checks); got != c.want || !slices.ContainsFunc(e.Findings.Checks, func(r Result) bool { return strings.Contains(r.Reason, c.reason) }) {
			t.Errorf("%s: got %s, want %s:%s", c.what, got, c.want, summary(e.Findings.Checks))
		}
	}
}

// TestOneCounterOnEachMachine: counters that one machine uses alone are judged by its own
// clock, exactly.
func TestOneCounterOnEachMachine(t *testing.T) {
	all := fleetOf(2)
	all[0].write(0, 1, 2, 1)
	all[0].write(0, 3, 4, 2)
	all[1].write(1, 1, 2, 1)
	all[1].write(1, 3, 4, 2)
	all[0].ends(5, 6, 2)
	all[1].footer.Finals = []history.CounterEnd{{Counter: 1, Invoked: 4 * tick, Returned: 5 * tick, Final: at(2, 3)}}
	e, err := ExamineFiles(files(t, all), nil)
	if err != nil || letters(e.Findings.Checks) != "ppppn" {
		t.Errorf("%v %s", err, summary(e.Findings.Checks))
	}
}
