package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"contend/workload/history"
	"contend/workload/proxy/observe"
)

// Finish writes the history to a file, when no request comes any more: the operations, and
// final values that it reads from the store. claims is what the program says, by the names
// of counters; that of "" is about all together. It returns what else is to be said.
func (r *Recorder) Finish(ctx context.Context, to io.Writer, claims map[string]history.Claim) (Summary, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writeAll(time.Now())
	if err := r.spool.Close(nil); err != nil {
		return Summary{}, err
	}
	footer := history.Footer{Operations: r.operations, Elapsed: time.Since(r.began)}
	footer.Claims, footer.Error = r.claims(claims)
	for _, c := range r.order {
		footer.Finals = append(footer.Finals, r.final(ctx, c))
	}
	if err := r.copy(to, &footer); err != nil {
		return Summary{}, err
	}
	return r.summary.sorted(), nil
}

// header is that of the history.
func (r *Recorder) header() history.Header {
	h := history.Header{
		Tool: r.config.Tool, StartedAt: r.began.UTC(), Workers: r.lanes.count, Ordered: true, Calls: true, Floor: r.config.Floor,
	}
	for _, c := range r.order {
		h.Counters = append(h.Counters, history.CounterStart{Key: c.key, Initial: c.initial})
	}
	return h
}

// final reads a counter.
func (r *Recorder) final(ctx context.Context, c *tracked) history.CounterEnd {
	end := history.CounterEnd{Counter: c.index, Unseen: c.unseen, Invoked: r.since(time.Now())}
	if end.Unseen == "" {
		end.Unseen = r.blindness(c.watch.Target.Table)
	}
	value, err := r.config.Read(ctx, c.asker, &c.watch.Target, c.watch.Path)
	if err != nil {
		r.summary.note(Unseen{Counter: c.key, Reason: "its final value could not be read: " + err.Error()})
		return history.CounterEnd{Counter: c.index, Unseen: end.Unseen}
	}
	end.Returned, end.Final = r.since(time.Now()), history.State{Value: value, Known: true}
	return end
}

// blindness says why the writes of a table were not all understood; "" if they were.
func (r *Recorder) blindness(table string) string {
	for pattern, reason := range r.blind {
		if observe.FitsTable(pattern, table) {
			return reason
		}
	}
	return ""
}

// copy writes the history: now its counters are known.
func (r *Recorder) copy(to io.Writer, footer *history.Footer) error {
	if _, err := r.config.Spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	from, err := history.NewReader(r.config.Spool)
	if err != nil {
		return err
	}
	whole, err := history.NewInOrder(to, r.header())
	if err != nil {
		return err
	}
	var op history.Op
	for {
		err := from.Next(&op)
		if errors.Is(err, io.EOF) {
			return whole.Close(footer)
		}
		if err != nil {
			return errors.Join(err, whole.Close(nil))
		}
		whole.Record(&op)
	}
}

// claims are those of the program, with the numbers of their counters. A program that names
// counters says of the others that it did not change them. wrong says why a claim cannot be
// judged; "" if all can.
func (r *Recorder) claims(named map[string]history.Claim) (found []history.Claim, wrong string) {
	if len(named) == 0 {
		return nil, ""
	}
	if r.summary.Untracked > 0 {
		return nil, fmt.Sprintf("what the program says cannot be judged: %d requests were about more watched items than the %d that are recorded", r.summary.Untracked, maxCounters)
	}
	if all, given := named[""]; given {
		all.Counter = -1
		return []history.Claim{all}, ""
	}
	for _, c := range r.order {
		claim := named[c.key]
		claim.Counter = c.index
		found = append(found, claim)
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if r.counters[name] == nil {
			return found, fmt.Sprintf("the program's log names %q, which no request named: %s", name, r.names())
		}
	}
	return found, ""
}

// names lists some counters.
func (r *Recorder) names() string {
	const most = 5
	text := "there is no counter"
	for i, c := range r.order {
		switch {
		case i == 0:
			text = fmt.Sprintf("the counters are %q", c.key)
		case i == most:
			return text + " and more"
		default:
			text += fmt.Sprintf(", %q", c.key)
		}
	}
	return text
}
