package workload

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// check refuses a fleet that cannot run.
func (f *Fleet) check() error {
	if f.Strategy == nil || f.Setup == nil {
		return errors.New("fleet: needs a strategy for its workers and one for setup")
	}
	var found problems
	for _, r := range rules() {
		if !slices.ContainsFunc(r.paths, ofFleet) {
			continue
		}
		if message := r.check(f.Scenario); message != "" {
			found.add(position{}, "%s", message)
		}
	}
	if err := found.err(); err != nil {
		return fmt.Errorf("scenario %q: %w", f.Scenario.Name, err)
	}
	return nil
}

// ofFleet reports whether a fleet looks at the field of that path. The others
// describe stores, strategies and reports, which others make.
func ofFleet(path string) bool {
	room, _, _ := strings.Cut(path, ".")
	return slices.Contains([]string{"counters", "retry", "load", "operations", "reads", "view"}, room)
}

// checkStrategies refuses a worker without a strategy.
func (r *run) checkStrategies() error {
	for _, w := range r.workers {
		if w.strategy == nil {
			return fmt.Errorf("fleet: worker %d has no strategy", w.number)
		}
	}
	return nil
}
