package fleet

import (
	"contend/workload/history"
	"contend/workload/measure"
)

// openHistory begins the run's history, if it has one.
func (r *run) openHistory(ledgers []history.Ledger) (err error) {
	f := &r.fleet
	if f.History == nil {
		return nil
	}
	header := history.Header{
		Tool:       f.Tool,
		Scenario:   f.Scenario.Name,
		Strategy:   f.Scenario.Strategy,
		Table:      f.Table,
		Attribute:  f.Scenario.Counters.Attribute,
		Version:    f.Scenario.Counters.Version,
		Key:        f.Scenario.Counters.Key,
		StartedAt:  r.startsAt(),
		Workers:    f.Scenario.Load.Workers,
		Ordered:    true,
		Idempotent: r.workers[0].traits.Idempotent,
		Floor:      r.workers[0].floor,
		Shards:     f.Scenario.Shards(),
		Calls:      f.Performer != nil,
		Counters:   make([]history.CounterStart, len(ledgers)),
	}
	r.nameSource(&header)
	for i := range ledgers {
		l := &ledgers[i]
		header.Counters[i] = history.CounterStart{
			Key:     l.Key,
			Initial: history.State{Value: l.Initial, Version: l.InitialVersion, Known: true},
		}
	}
	r.history, err = f.History(header)
	return err
}

// closeHistory ends the run's history with what is known at the end. The error
// is that of anything that could not be written.
func (r *run) closeHistory(result *measure.Result, runErr error) error {
	if r.history == nil {
		return nil
	}
	footer := &history.Footer{
		Operations: result.Tally.Started,
		Elapsed:    result.Elapsed,
		Finals:     make([]history.CounterEnd, len(result.Ledgers)),
		Claims:     r.claimed(),
	}
	if f := &r.fleet; f.Others != nil {
		footer.Clock = f.Others.Clock(r.began)
	}
	if runErr != nil {
		footer.Error = runErr.Error()
	}
	for i := range result.Ledgers {
		footer.Finals[i] = r.end(i, &result.Ledgers[i])
	}
	return r.history.Close(footer)
}

// abandonHistory keeps what ran, as a history without an end.
func (r *run) abandonHistory() error {
	if r.history == nil {
		return nil
	}
	return r.history.Close(nil)
}

// end is a counter after the load, on the run's clock.
func (r *run) end(index int, l *history.Ledger) history.CounterEnd {
	unseen := ""
	if p := r.fleet.Performer; p != nil {
		unseen = p.Unseen(index)
	}
	if !l.FinalKnown {
		return history.CounterEnd{Counter: index, Unseen: unseen}
	}
	return history.CounterEnd{
		Unseen:   unseen,
		Counter:  index,
		Invoked:  int64(l.FinalAsked.Sub(r.began)),
		Returned: int64(l.FinalTold.Sub(r.began)),
		Final:    history.State{Value: l.Final, Version: l.FinalVersion, Known: true},
		Watched:  l.Watched,
	}
}
