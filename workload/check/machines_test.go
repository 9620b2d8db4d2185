package check

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
	"contend/workload/history"
)

var splits = longtest.Flag("splits", 150, 8000, "how many random histories are split over machines")

// tick is the unit of time of the small histories, in ns.
const tick = 1_000_000

// parted is a small history that several machines wrote down, each by its own clock.
type parted struct {
	*tale
	machines int
	ahead    []int64 // by how many ticks each clock is ahead of true time
	stated   []int64 // the offset that the history says, in ticks
	within   []int64 // and its bound
}

// separate gives the workers of a history to a few machines. Their clocks are wrong by what
// is stated or, if beyond is true, one of them is wrong by more.
func separate(r *rand.Rand, h *tale, beyond bool) *parted {
	s := &parted{tale: h, machines: 2 + r.IntN(3)}
	for range s.machines {
		ahead, within := r.Int64N(40), r.Int64N(6)
		s.ahead = append(s.ahead, ahead)
		s.within = append(s.within, within)
		s.stated = append(s.stated, -ahead+r.Int64N(2*within+1)-within)
	}
	if beyond {
		wrong := beyondBound(r, 20)
		s.stated[r.IntN(s.machines)] += wrong
	}
	return s
}

// beyondBound is a number other than 0 of at most that size.
func beyondBound(r *rand.Rand, most int64) int64 {
	n := 7 + r.Int64N(most)
	if r.IntN(2) == 0 {
		return -n
	}
	return n
}

// write writes the histories into a folder.
func (s *parted) write(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	for m := range s.machines {
		h := s.header
		h.Run, h.Source, h.Sources = "r", m, s.machines
		h.Clock = []history.ClockReading{{Offset: s.stated[m] * tick, Within: s.within[m] * tick}}
		var text bytes.Buffer
		w, err := history.NewInOrder(&text, h)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.ops {
			if op := &s.ops[i]; op.Worker%s.machines == m {
				own := s.own(m, op)
				w.Record(&own)
			}
		}
		var footer *history.Footer
		if !s.cut {
			footer = &history.Footer{Operations: -1}
			if m == 0 && s.final.Final.Known {
				end := s.final
				if end.Returned != 0 {
					end.Invoked, end.Returned = s.at(m, end.Invoked), s.at(m, end.Returned)
				}
				footer.Finals = []history.CounterEnd{end}
			}
			footer.Operations = s.count(m)
		}
		if err := w.Close(footer); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.jsonl.zst", m))
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func (s *parted) count(machine int) (n int64) {
	for i := range s.ops {
		if s.ops[i].Worker%s.machines == machine {
			n++
		}
	}
	return n
}

// at is a true time by a machine's clock.
func (s *parted) at(machine int, time int64) int64 {
	if time == history.NoEnd {
		return time
	}
	return (time + s.ahead[machine]) * tick
}

// own is an operation by a machine's clock.
func (s *parted) own(m int, op *history.Op) history.Op {
	own := *op
	own.Invoked, own.Returned, own.Due = s.at(m, op.Invoked), s.at(m, op.Returned), s.at(m, op.Due)
	own.Attempts = slices.Clone(op.Attempts)
	for i := range own.Attempts {
		a := &own.Attempts[i]
		a.Invoked, a.Returned = s.at(m, a.Invoked), s.at(m, a.Returned)
		if a.LookReturned > 0 {
			a.LookInvoked, a.LookReturned = s.at(m, a.LookInvoked), s.at(m, a.LookReturned)
		}
	}
	return own
}

func (s *parted) String() string {
	return fmt.Sprintf("%d machines, ahead by %v, stated %v within %v\n%s", s.machines, s.ahead, s.stated, s.within, s.tale)
}

// isDoubted reports whether a check says that the clocks may have been worse than stated.
func isDoubted(checks []Result) bool {
	return slices.ContainsFunc(checks, func(c Result) bool { return strings.Contains(c.Reason, "the clocks were worse than stated") })
}

// TestMachines judges small histories of several machines, and compares the result with an
// exhaustive search by the true time. If the clocks are as good as stated, a right history
// neither fails nor is its clock doubted; if they are worse, it does not fail. A history of
// two machines whose order fails is explained by no clocks at all.
func TestMachines(t *testing.T) {
	dir := t.TempDir()
	var right, wrong, failed, doubted, hidden, worse, noticed, refused, shifted, forgotten int
	many := splits()
	for seed := range uint64(many) {
		r := rand.New(rand.NewPCG(seed, 11))
		h := tell(r)
		if r.IntN(2) == 0 {
			h.spoil(r)
		}
		beyond := r.IntN(3) == 0
		s := separate(r, h, beyond)
		paths := s.write(t, dir)
		e, err := ExamineFiles(paths, nil)
		if err != nil {
			if refused++; h.spoiled == "" {
				t.Fatalf("seed %d: %v\n%s", seed, err, s)
			}
			continue
		}
		checks := e.Findings.Checks
		streamed, err := examineFiles(paths, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		if late := streamed.Findings.Checks; breaks(late) && !breaks(checks) || isDoubted(late) && !isDoubted(checks) && !breaks(checks) {
			t.Fatalf("seed %d: judged at once %s\nwhile reading %s\n%s", seed, summary(checks), summary(late), s)
		} else if breaks(checks) && !breaks(late) {
			forgotten++
		}
		strict, lenient := explains(h, reading{once: true, fresh: true}), explains(h, reading{})
		if strict && breaks(checks) && !(beyond && onlySumsFail(checks)) {
			t.Fatalf("seed %d: a false alarm: %s\n%s", seed, summary(checks), s)
		}
		if strict && !beyond && isDoubted(checks) {
			t.Fatalf("seed %d: the clocks are as stated, but doubted: %s\n%s", seed, summary(checks), s)
		}
		switch {
		case beyond && strict:
			if worse++; isDoubted(checks) {
				noticed++
			}
		case lenient:
			right++
		default:
			wrong++
			switch {
			case breaks(checks):
				failed++
			case isDoubted(checks):
				doubted++
			default:
				hidden++
			}
		}
		if breaks(checks) && !onlySumsFail(checks) && s.machines == 2 {
			shifted++
			if by, found := s.explainedBy(); found {
				t.Fatalf("seed %d: it fails, but a shift by %d explains it: %s\n%s", seed, by, summary(checks), s)
			}
		}
	}
	t.Logf("%d histories: %d right, %d wrong; of the wrong ones %d failed, the clocks of %d were doubted, and %d were hidden by the bounds or had no order; of %d right ones with clocks worse than stated %d were noticed; %d were refused; %d failures were held against every clock; %d failed only when judged at once",
		many, right, wrong, failed, doubted, hidden, worse, noticed, refused, shifted, forgotten)
	if right < many/10 || failed < many/20 || noticed == 0 || shifted == 0 || refused > many/10 {
		t.Error("the generator or the check shows too little")
	}
}

// onlySumsFail reports whether no check of the order of states fails.
func onlySumsFail(checks []Result) bool {
	return !slices.ContainsFunc(checks, func(c Result) bool {
		return c.Status == Fail && c.Name != "exactly-once" && c.Name != "conservation"
	})
}

// explainedBy looks for an amount by which the second machine's times can be moved so that
// the history of two machines is explained.
func (s *parted) explainedBy() (by int64, found bool) {
	for by = -90; by <= 90; by++ {
		moved := *s.tale
		moved.ops = nil
		shift := parted{tale: s.tale, machines: 2, ahead: []int64{100, 100 + by}}
		for i := range s.ops {
			op := shift.own(s.ops[i].Worker%2, &s.ops[i])
			moved.ops = append(moved.ops, op)
		}
		if moved.final.Returned != 0 {
			moved.final.Invoked, moved.final.Returned = 1000*tick, 1000*tick
		}
		if explains(&moved, reading{once: true, fresh: true}) {
			return by, true
		}
	}
	return 0, false
}
