package check

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"contend/workload/history"
)

// Audit judges a run by its history: call [Audit.Add] for each operation, or
// [Audit.Read], and then [Audit.Close]. It is not safe for use by several goroutines.
type Audit struct {
	ordered   bool
	returned  []int64   // when each worker last returned
	latest    []tie     // the last answer to each worker
	since     int       // attempts since the last advance
	announced bool      // the header names the counters
	floor     *int64    // of all counters; nil: none
	promises  bool      // the design is idempotent
	spread    bool      // each counter is spread over several items
	calls     bool      // a proxy recorded the history
	began     time.Time // the wall clock at time 0; zero: not known
	claims    []history.Claim
	counters  []*subject
	transfers transfers
	ended     int64   // operations so far
	absent    string  // why operations of other machines are not known; empty: there are none
	joined    *joined // nil: one history is judged
}

// NewAudit begins an audit of a history with that header. If the history is ordered,
// the audit's memory does not grow with its length, only with its longest operation.
func NewAudit(h history.Header) *Audit { return newAudit(h, nil) }

// newAudit begins an audit of one history or, if j is not nil, of several.
func newAudit(h history.Header, j *joined) *Audit {
	// If the number of workers is not known, another one may always appear, with
	// operations from any time.
	a := &Audit{
		ordered: h.Ordered && h.Workers > 0, announced: len(h.Counters) > 0, floor: h.Floor, promises: h.Idempotent, spread: h.Shards > 1,
		calls: h.Calls, began: h.StartedAt, joined: j,
	}
	switch {
	case j != nil:
		a.ordered, a.absent = j.byMarks, j.absence()
	case h.Sources > 1:
		a.absent = alone(h)
		fallthrough
	default:
		a.returned = firstReturns(h)
	}
	if a.ordered && j == nil {
		a.latest = make([]tie, h.Workers)
	}
	for i := range h.Counters {
		a.counters = append(a.counters, a.newSubject(h.Counters[i]))
	}
	return a
}

func (a *Audit) newSubject(start history.CounterStart) *subject {
	c := &subject{ordered: a.ordered, latest: a.latest, turned: turned{math.MaxInt64, math.MaxInt64}}
	c.ruler.turn = math.MaxInt64
	c.chain.cutAt = math.MaxInt64
	c.chain.hidden.ordered = a.ordered
	c.ledger.Idempotent = a.promises
	c.repeats.began = a.began
	if start.Initial.Known {
		c.band = newBand(start.Initial)
		c.band.spread = a.spread
	}
	if start.Initial.Known && a.floor != nil {
		c.floor = newFloor(*a.floor, start.Initial)
		c.floor.stock.band.spread = a.spread
	}
	if start.Initial.Known && !a.spread {
		c.beginSearch(start.Initial)
	}
	c.begin(start)
	switch {
	case a.joined != nil:
		c.cut(a.joined.cut)
	case a.absent != "":
		c.cut(anyTime)
	}
	if a.spread {
		c.skip("its value is spread over several items, which are not read at one moment")
	}
	return c
}

// subject returns a counter. If the history's header announces none, counters are
// added with their first operation.
func (a *Audit) subject(counter int) (*subject, error) {
	const maxCounters = 1 << 16
	for !a.announced && len(a.counters) <= counter && counter < maxCounters {
		a.counters = append(a.counters, a.newSubject(history.CounterStart{Key: fmt.Sprintf("counter %d", len(a.counters))}))
	}
	if counter < 0 || counter >= len(a.counters) {
		return nil, fmt.Errorf("counter %d of %d", counter, len(a.counters))
	}
	return a.counters[counter], nil
}

// Read adds all operations of a history. They are decoded in a goroutine, which has ended
// when it returns; after an error the reader may have read more than was added.
func (a *Audit) Read(r *history.Reader) error {
	ahead := history.ReadAhead(r)
	defer ahead.Close()
	var op history.Op
	for {
		switch err := ahead.Next(&op); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := a.Add(&op); err != nil {
			return err
		}
	}
}

// advanceEvery is the number of attempts after which an ordered audit judges what it can so
// far: few enough to stay in the processor's cache. With many workers or counters, which an
// advance goes through, it is more.
const advanceEvery = 1 << 10

func (a *Audit) isDue() bool {
	return a.ordered && a.since >= max(advanceEvery, len(a.returned), len(a.counters))
}

// Add adds an operation that has ended. The caller may reuse the operation's memory.
// The error says that the history is not ordered although its header says so, or that
// the operation's counter is not in the header.
func (a *Audit) Add(op *history.Op) error {
	c, err := a.subject(op.Counter)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := a.follow(op); err != nil {
		return err
	}
	a.ended++
	a.transfers.add(op)
	a.addTo(c, op)
	if other := op.Other(); other != nil {
		if c, err = a.subject(other.Counter); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		a.addTo(c, other)
	}
	if a.since += len(op.Attempts); a.isDue() {
		a.since = 0
		a.advance(a.watermark(), false)
	}
	return nil
}

// addTo adds an operation to the counter that it changes or reads.
func (a *Audit) addTo(c *subject, op *history.Op) {
	c.ledger.Record(op)
	if a.calls {
		c.repeats.add(op)
	}
	a.addStates(c, op)
}

// addStates adds what an operation tells of its counter's states.
func (a *Audit) addStates(c *subject, op *history.Op) {
	c.refusals.add(op)
	if c.floor != nil {
		c.floor.add(op)
	}
	c.searches(func(s *search) { s.add(op) })
	if !a.spread {
		c.compareBuilt(op)
	}
	if c.skipped == "" {
		entriesOf(op, c.tell, c.unknown)
	}
	if c.band != nil {
		c.band.add(op)
	}
}

// follow keeps the time until which all operations of each worker are known.
func (a *Audit) follow(op *history.Op) error {
	if op.Worker < 0 || op.Worker > math.MaxInt32 || a.ordered && op.Worker >= len(a.returned) {
		return fmt.Errorf("%s: no such worker", op)
	}
	if !a.ordered {
		return nil
	}
	if a.returned[op.Worker] == math.MaxInt64 {
		return fmt.Errorf("%s: it is not a worker of this history", op)
	}
	if op.Invoked < a.returned[op.Worker] {
		at := times(op.Invoked, a.returned[op.Worker])
		return fmt.Errorf("%s began at %s, before the worker's previous operation ended at %s, although the header says that the history is ordered", op, at[0], at[1])
	}
	if a.returned[op.Worker] = op.Returned; op.Returned == history.NoEnd {
		a.returned[op.Worker] = op.Invoked // its worker may have begun another since
	}
	return nil
}

// watermark is the time before which every operation that began is known.
func (a *Audit) watermark() int64 {
	if !a.ordered {
		return 0
	}
	mark := int64(math.MaxInt64)
	for _, returned := range a.returned {
		mark = min(mark, returned)
	}
	return mark
}

func (a *Audit) advance(now int64, all bool) {
	for i := range a.counters {
		c := a.counters[i]
		c.refusals.advance(now)
		if c.band != nil {
			c.band.advance(now)
		}
		if !all {
			c.searches(func(s *search) { s.advance(now) })
		}
		if c.floor != nil {
			c.floor.stock.band.advance(now)
		}
		if c.skipped == "" && all && !c.ruler.decided && c.ruler.byValue {
			c.ruler.decided = true // nobody told a version
			c.checkSigns()
		}
		if c.skipped == "" && (!c.ruler.byValue || c.ruler.decided && c.ruler.sign != 0 || all) {
			c.advance(now, all)
		}
	}
}

// farthest bounds the states that are followed, so that sums and differences of two
// stay within int64. longestStep bounds the delta of a write, so that the sum of all
// writes of a run stays within int64.
const (
	farthest    = 1 << 60
	longestStep = farthest >> 20
)

// Close ends the audit and returns its findings. f has the counters' final values. cut
// says that the history was cut off, so that operations in progress at its end, and
// later ones, are not known; f then has final values that were read later, or none.
func (a *Audit) Close(f history.Footer, cut bool) Findings {
	if cut && a.absent == "" {
		for i := range a.counters {
			a.counters[i].cut(a.watermark())
		}
	}
	a.takeFinals(f)
	a.advance(math.MaxInt64, true)
	for i := range a.counters {
		a.counters[i].close()
		a.counters[i].closeSearch()
		if a.joined != nil {
			a.counters[i].closeOwn(a.joined)
		}
	}
	return a.findings(cut || a.absent != "")
}

func (a *Audit) takeFinals(f history.Footer) {
	a.claims = f.Claims
	for _, end := range f.Finals {
		if end.Counter >= 0 && end.Counter < len(a.counters) {
			a.counters[end.Counter].ledger.Unseen = end.Unseen
		}
		if end.Counter < 0 || end.Counter >= len(a.counters) || !end.Final.Known {
			continue
		}
		c := a.counters[end.Counter]
		c.ledger.Final, c.ledger.FinalKnown, c.ledger.Watched = end.Final.Value, c.start.Known, end.Watched
		if end.Returned == 0 { // at a time that is not known, but after everything else
			end.Invoked, end.Returned = afterAll, afterAll
		}
		last := entry{kind: strongRead, invoked: end.Invoked, returned: end.Returned}
		if c.ruler.byValue && c.ruler.decided {
			end.Final.Version = 0 // the others have none
		}
		if c.ruler.byValue || end.Final.Version != 0 {
			c.finals++
		}
		c.tell(last, end.Final)
		if c.floor != nil {
			c.floor.tell(last, end.Final)
		}
		last.value = end.Final.Value
		c.searches(func(s *search) { s.tell(fact{entry: last, version: end.Final.Version, told: true}) })
	}
}
