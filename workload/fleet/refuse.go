package fleet

import (
	"errors"
	"fmt"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// check refuses a fleet that cannot run.
func (f *Fleet) check() error {
	if f.Strategy == nil || f.Setup == nil {
		return errors.New("fleet: needs a strategy for its workers and one for setup")
	}
	if err := checkShare(f.Share, f.Scenario.Load.Workers); err != nil {
		return err
	}
	// The other fields describe stores, strategies and reports, which others make.
	err := scenario.ValidateParts(f.Scenario, "counters", "retry", "load", "operations", "reads", "view", "thresholds")
	if err != nil {
		return fmt.Errorf("scenario %q: %w", f.Scenario.Name, err)
	}
	return nil
}

// checkStrategies refuses a worker without a strategy.
func (r *run) checkStrategies() error {
	for _, w := range r.workers {
		if w.strategy == nil {
			return fmt.Errorf("fleet: worker %d has no strategy", w.number)
		}
		if _, can := w.strategy.(counter.Transferrer); !can && w.scenario.Operations[history.Transfer] > 0 {
			return fmt.Errorf("fleet: the strategy %s of worker %d cannot transfer between counters", w.strategy.Name(), w.number)
		}
	}
	return nil
}
