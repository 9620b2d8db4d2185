package check

import (
	"fmt"
	"math/big"
	"strings"

	"contend/workload/history"
)

// Findings is the result of an audit.
type Findings struct {
	Operations int64            // in the history
	Ledgers    []history.Ledger // one for each counter
	// Checks has the results of exactly-once, conservation, chain, linearizable
	// and reads, in this order; of floor if the history's header has one; of transfers if
	// there were any; and of once-per-call if a proxy recorded the history.
	Checks    []Result
	Staleness Staleness
	// Violations has the first contradiction of each kind.
	Violations []Violation
}

func (a *Audit) findings(cut bool) Findings {
	f := Findings{Operations: a.ended, Ledgers: make([]history.Ledger, len(a.counters))}
	for i := range a.counters {
		c := a.counters[i]
		f.Ledgers[i] = c.ledger
		f.Staleness.Merge(&c.realTime.staleness)
	}
	f.Checks = []Result{
		ExactlyOnce(f.Ledgers), Conservation(f.Ledgers),
		a.judge("chain", (*subject).judgeChain),
		a.judge("linearizable", (*subject).judgeOrder),
		a.judge("reads", (*subject).judgeReads),
	}
	if a.floor != nil {
		f.Checks = append(f.Checks, a.judge("floor", func(c *subject) finding { return c.judgeFloor(cut) }))
	}
	if t := &a.transfers; t.made+t.unknown+t.other > 0 {
		f.Checks = append(f.Checks, t.judge(f.Ledgers))
	}
	if a.calls {
		f.Checks = append(f.Checks, a.judge("once-per-call", (*subject).judgeCalls))
	}
	for i := range a.counters { // after the checks, which settle what is broken
		if f.Ledgers[i].Unseen != "" {
			continue
		}
		f.Violations = append(f.Violations, a.counters[i].places(i)...)
	}
	if len(a.claims) > 0 {
		f.Checks[0] = claimedOnce(f.Ledgers, a.claims)
	}
	if cut {
		for i := range f.Checks {
			if r := &f.Checks[i]; i < 2 || r.Name == transfersName && r.Status != Skipped {
				*r = a.cutOff(*r)
			}
		}
		f.Checks[2] = a.withoutAbsent(f.Checks[2])
	}
	if a.joined != nil && a.joined.noFinals != "" {
		for i := range f.Checks {
			if r := &f.Checks[i]; (i < 2 || r.Name == transfersName) && r.Status == Inconclusive && !cut {
				r.Reason = a.joined.noFinals
			}
		}
	}
	return f
}

// judge combines the findings about all counters.
func (a *Audit) judge(name string, of func(*subject) finding) Result {
	var worst []finding
	for i := range a.counters {
		f := of(a.counters[i])
		if a.counters[i].ledger.Unseen != "" && name != "once-per-call" {
			f = unseen(&a.counters[i].ledger)
		}
		worst = worse(worst, f)
	}
	if len(worst) == 0 {
		return Result{Name: name, Status: Skipped, Reason: "there is no counter"}
	}
	return combine(name, worst, len(a.counters))
}

// cutOff replaces the finding of a check that compares sums, which a history
// that lacks operations cannot support.
func (a *Audit) cutOff(r Result) Result {
	var acknowledged, changed big.Int
	known := true
	for i := range a.counters {
		l := &a.counters[i].ledger
		acknowledged.Add(&acknowledged, l.ExactlyAcknowledged())
		changed.Add(&changed, new(big.Int).Sub(big.NewInt(l.Final), big.NewInt(l.Initial)))
		known = known && l.FinalKnown
	}
	reason := fmt.Sprintf("the history has no end (no footer): operations after its last complete line are not known; those before account for %+d", &acknowledged)
	if a.absent != "" {
		reason = fmt.Sprintf("%s, so not all operations are known; those that are account for %+d", a.absent, &acknowledged)
	}
	if known {
		reason += fmt.Sprintf(", and the counters changed by %+d", &changed)
	}
	return Result{Name: r.Name, Status: Inconclusive, Reason: reason}
}

// withoutAbsent replaces a chain that passes only because the operations of histories that
// are not there may explain states.
func (a *Audit) withoutAbsent(chain Result) Result {
	if a.absent == "" || chain.Status != Pass {
		return chain
	}
	for _, c := range a.counters {
		if c.chain.beyondCut > 0 {
			return Result{Name: chain.Name, Status: Inconclusive, Reason: fmt.Sprintf(
				"%s: operations that are not known may have made the states of %s that no known one made (%s)", a.absent, c.name(), plural(c.chain.beyondCut, "gap"))}
		}
	}
	return chain
}

func (c *subject) name() string { return fmt.Sprintf("%q", c.ledger.Key) }

func (c *subject) judgeChain() finding {
	chain := &c.chain
	switch {
	case chain.violations > 0:
		return c.chainBroken()
	case c.skipped != "":
		return finding{Skipped, c.name() + ": " + c.skipped, nil}
	case chain.hidden.undecided && !chain.pastCut:
		return finding{Inconclusive, c.name() + ": there are too many ways in which attempts without an answer may have made the states that are missing", nil}
	case chain.writes == 0 && chain.hidden.placed == 0:
		return c.noWrite()
	}
	reason := fmt.Sprintf("%s: each of the %d acknowledged updates continues the state before it", c.name(), chain.writes)
	switch placed := chain.hidden.placed; {
	case chain.writes == 0:
		reason = fmt.Sprintf("%s: the order has a place for each of the %d updates, which were acknowledged without a state", c.name(), placed)
	case placed > 0:
		reason += fmt.Sprintf(", and the order has a place for %d that were acknowledged without a state", placed)
	}
	if n := chain.hidden.used(); n > 0 {
		reason += fmt.Sprintf(", with %d made by attempts without an answer between them", n)
	}
	if chain.beyondCut > 0 {
		reason += "; what is missing near the end may be in the part that was cut off"
	}
	return finding{Pass, reason, nil}
}

func (c *subject) chainBroken() finding {
	var count [manyKinds]bool
	f := finding{status: Fail}
	var what []string
	for i := range c.chain.found {
		v := &c.chain.found[i]
		if !count[v.kind] {
			what = append(what, v.kind.String())
		}
		count[v.kind] = true
		f.evidence = append(f.evidence, v.text)
	}
	f.reason = fmt.Sprintf("%s: %s (%s)", c.name(), strings.Join(what, "; "), plural(c.chain.violations, "contradiction"))
	return f
}

// String describes a kind of violation to the user.
func (k violationKind) String() string {
	switch k {
	case sameState:
		return "an acknowledged update was lost"
	case noState:
		return "an acknowledged update left no state"
	case wentBack:
		return "the counter went back to an older state"
	case missing:
		return "an update was applied that no client made"
	case wrongValue:
		return "values contradict each other"
	}
	return "a state from before the run came back"
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (c *subject) judgeOrder() finding {
	r := &c.realTime
	needless, _ := c.refusals.needless(c.chain.cutAt)
	switch {
	case c.proven.writes.count > 0:
		return finding{Fail, fmt.Sprintf("%s: %s acknowledged out of order within one machine", c.name(), plural(c.proven.writes.count, "update")),
			[]string{outOfOrder(c.proven.writes.early, c.proven.writes.late)}}
	case c.proven.stale.count > 0:
		return finding{Fail, fmt.Sprintf("%s: strong reads were stale within one machine, see reads", c.name()), nil}
	case c.cycle != nil:
		return finding{Fail, fmt.Sprintf("%s: no clocks of the machines explain the order of the states: around these operations %s is missing", c.name(), millis(c.cycle.lacking)),
			c.cycle.evidence(c.clocks.sources)}
	case len(needless) > 0 && r.writes.count == 0 && r.stale.count == 0:
		return finding{Fail, fmt.Sprintf("%s: %s refused although the condition was true", c.name(), plural(int64(len(needless)), "write")), needless}
	case r.writes.count > 0:
		return finding{Fail, fmt.Sprintf("%s: %s acknowledged out of order", c.name(), plural(r.writes.count, "update")),
			[]string{outOfOrder(r.writes.early, r.writes.late)}}
	case r.stale.count > 0:
		return finding{Fail, fmt.Sprintf("%s: strong reads were stale, see reads", c.name()), nil}
	case c.skipped != "":
		return c.searched()
	case c.chain.violations > 0:
		return finding{Inconclusive, c.name() + ": its states contradict each other (see chain), so their order means nothing", nil}
	case c.search != nil && c.search.broken != "":
		return c.noOrder()
	case c.chain.hidden.undecided && !c.chain.pastCut:
		return finding{Inconclusive, c.name() + ": the states that are missing cannot be placed, see chain", nil}
	case c.chain.writes == 0 && c.chain.hidden.placed == 0:
		return c.noWrite()
	}
	return finding{Pass, fmt.Sprintf("%s: the order of the states agrees with real time", c.name()), nil}
}

// noWrite is the finding about the order of writes where none has a state.
func (c *subject) noWrite() finding {
	if c.ledger.Applied > 0 {
		return finding{nothing, c.name() + ": no acknowledgement told what its write left", nil}
	}
	return finding{nothing, c.name() + ": no update was acknowledged", nil}
}

// unordered is the finding about the order of a counter without one, for which
// not all could be searched.
func (c *subject) unordered(s *search) finding {
	reason := c.name() + ": " + c.skipped + s.left()
	if c.band != nil && c.band.strong > 0 {
		reason += "; its reads were held against what was acknowledged and sent instead, see reads"
	}
	return finding{Skipped, reason, nil}
}

func (c *subject) judgeFloor(cut bool) finding {
	if c.floor == nil {
		return finding{Skipped, c.name() + ": its value before the first operation is not known", nil}
	}
	return c.floor.judge(&c.ledger, cut)
}

func outOfOrder(early, late entry) string {
	return fmt.Sprintf("%s; %s after that, %s began and was acknowledged as %s",
		early.told(), lapse(early.returned, late.invoked), late.who(), late.state())
}

func (c *subject) judgeReads() finding {
	r := &c.realTime
	strong, eventual := r.strong, r.staleness.Reads
	strong = max(strong-c.finals, 0)
	switch {
	case c.proven.stale.count > 0:
		return finding{Fail, fmt.Sprintf("%s: %s saw an old state, by the clock of its own machine", c.name(), plural(c.proven.stale.count, "strong read")),
			[]string{staleRead(c.proven.stale.early, c.proven.stale.late)}}
	case r.stale.count > 0:
		return finding{Fail, fmt.Sprintf("%s: %s of %d saw an old state", c.name(), plural(r.stale.count, "strong read"), r.strong),
			[]string{staleRead(r.stale.early, r.stale.late)}}
	case c.skipped != "" && c.search != nil && c.search.misread && c.band.unbroken():
		return finding{Fail, c.name() + ": no order of the operations explains a value that was read, see linearizable", nil}
	case c.skipped != "" && c.band != nil:
		return c.band.judge(c.name(), c.skipped)
	case c.skipped != "":
		return finding{Skipped, c.name() + ": " + c.skipped, nil}
	case strong == 0 && eventual == 0:
		return finding{nothing, c.name() + ": nothing was read", nil}
	case strong == 0:
		return finding{Skipped, fmt.Sprintf("%s: eventual reads are measured, not judged: %s", c.name(), r.staleness.text()), nil}
	}
	reason := fmt.Sprintf("%s: none of %s was stale", c.name(), plural(strong, "strong read"))
	if eventual > 0 {
		reason += "; " + r.staleness.text()
	}
	return finding{Pass, reason, nil}
}

func (s *Staleness) text() string {
	return fmt.Sprintf("%d of %d eventual reads were behind, at most %s and %s",
		s.Stale, s.Reads, plural(s.MaxVersions, "version"), millis(s.MaxNanos))
}

func staleRead(early, late entry) string {
	return fmt.Sprintf("%s began %s after %s, and saw %s",
		late.who(), lapse(early.returned, late.invoked), early.told(), late.state())
}

// used is the number of unknown writes that one explanation takes.
func (p *placement) used() int {
	if p.walk != nil {
		return p.walk.used()
	}
	n := 0
	if len(p.ways) > 0 {
		for _, u := range p.ways[0] {
			n += u
		}
	}
	return n
}
