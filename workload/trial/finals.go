package trial

import (
	"context"

	"contend/counter"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Finals reads the current values of a history's counters from a table, with the named design.
// It retries failed reads as [fleet.ReadPatiently] does.
func Finals(ctx context.Context, t *store.Target, table, design string, h history.Header) (history.Footer, error) {
	var end history.Footer
	parameters := counter.DefaultParameters()
	if h.Shards > 0 {
		parameters.Shards = h.Shards
	}
	program := design == scenario.ExecName
	if program { // its counters are read as any plain number
		design = counter.AtomicAddName
	}
	strategy, err := counter.Schema{Attribute: h.Attribute, Version: h.Version, Key: h.Key}.NewStrategy(design, t.Setup, parameters)
	if err != nil {
		return end, err
	}
	for i, start := range h.Counters {
		state, err := fleet.ReadPatiently(ctx, strategy, counter.Key{Table: table, Name: start.Key}, true)
		if err != nil {
			return end, err
		}
		if program {
			state.Version = 0 // as in its operations
		}
		end.Finals = append(end.Finals, history.CounterEnd{
			Counter: i, Final: history.State{Value: state.Value, Version: state.Version, Known: true},
		})
	}
	return end, nil
}
