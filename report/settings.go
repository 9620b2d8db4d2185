package report

import (
	"fmt"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/history"
	"contend/workload/scenario"
)

// withoutEffect returns a sentence for each setting of a scenario that has no effect, or not
// the one of a real store, and "" for each other.
func withoutEffect(s scenario.Scenario, target Target) []string {
	return []string{viewIgnored(s), refreshIgnored(s), eventualIgnored(s), lagIgnored(s, target), ownShared(s), Flattered(s, target)}
}

// contends reports whether the design's attempts can refuse each other.
func contends(s scenario.Scenario) bool {
	traits, known := counter.TraitsOf(s.Strategy)
	return !known || traits.Contends
}

// needsNoState reports whether the design writes without knowing the counter's state.
func needsNoState(s scenario.Scenario) bool {
	traits, known := counter.TraitsOf(s.Strategy)
	return known && !traits.NeedsState
}

func viewIgnored(s scenario.Scenario) string {
	if !needsNoState(s) || s.View != scenario.ViewKept {
		return ""
	}
	return fmt.Sprintf("view: %s has no effect: %s needs no view of the counter", s.View, s.Strategy)
}

func refreshIgnored(s scenario.Scenario) string {
	isDefault := s.Retry.Refresh == "" || s.Retry.Refresh == scenario.RefreshAfterWait
	if !needsNoState(s) || isDefault {
		return ""
	}
	return fmt.Sprintf("retry.refresh: %s has no effect: %s needs no view of the counter", s.Retry.Refresh, s.Strategy)
}

func eventualIgnored(s scenario.Scenario) string {
	if s.Reads != scenario.ReadsEventual || s.Operations.Weight(history.Read) > 0 {
		return ""
	}
	return "reads: eventual has no effect: there are no read operations, and reads that prepare a write are always strong"
}

func lagIgnored(s scenario.Scenario, target Target) string {
	eventual := s.Reads == scenario.ReadsEventual && s.Operations.Weight(history.Read) > 0
	if s.Embedded.ReadLag == 0 || !target.HasServer() || eventual {
		return ""
	}
	return "embedded.read_lag has no effect: no read operation is eventually consistent"
}

// ownShared: there are fewer counters than workers, so some workers share one.
func ownShared(s scenario.Scenario) string {
	if s.Counters.Pick.Kind != scenario.PickOwn || s.Counters.Count >= s.Load.Workers {
		return ""
	}
	return fmt.Sprintf("counters.pick: own cannot give every worker a counter of its own: %s share %s",
		format.Count(int64(s.Load.Workers), "worker"), format.Count(int64(s.Counters.Count), "counter"))
}
