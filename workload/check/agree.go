package check

import (
	"fmt"
	"os"
	"slices"

	"contend/workload/history"
)

// numberSources numbers the histories, and refuses those that cannot be of one run.
func numberSources(sources []*source) error {
	first := sources[0]
	for i, s := range sources {
		if what := difference(&first.header, &s.header); what != "" {
			return fmt.Errorf("%q and %q are not of one run: %s", first.path, s.path, what)
		}
		if s.number = i; s.header.Sources > 0 {
			s.number = s.header.Source
		}
		if s.name = fmt.Sprintf("%q", s.path); s.header.Run != "" {
			s.name = fmt.Sprintf("machine %d", s.number)
		}
		for _, other := range sources[:i] {
			if other.number == s.number || sameFile(other.path, s.path) {
				return fmt.Errorf("%q and %q are both history %d of the run", other.path, s.path, s.number)
			}
		}
	}
	slices.SortStableFunc(sources, func(a, b *source) int { return a.number - b.number })
	return numberWorkers(sources)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// difference says in what the headers of two histories differ that those of one run have in
// common; "" if in nothing.
func difference(a, b *history.Header) string {
	for _, c := range []struct{ what, a, b string }{
		{"run", a.Run, b.Run},
		{"sources", fmt.Sprint(a.Sources), fmt.Sprint(b.Sources)},
		{"table", a.Table, b.Table},
		{"strategy", a.Strategy, b.Strategy},
		{"attribute", a.Attribute, b.Attribute},
		{"version", a.Version, b.Version},
		{"key", fmt.Sprint(a.Key), fmt.Sprint(b.Key)},
		{"shards", fmt.Sprint(a.Shards), fmt.Sprint(b.Shards)},
		{"idempotent", fmt.Sprint(a.Idempotent), fmt.Sprint(b.Idempotent)},
		{"calls", fmt.Sprint(a.Calls), fmt.Sprint(b.Calls)},
		{"floor", floorText(a.Floor), floorText(b.Floor)},
		{"the number of counters", fmt.Sprint(len(a.Counters)), fmt.Sprint(len(b.Counters))},
	} {
		if c.a != c.b {
			return fmt.Sprintf("%s is %q in the first and %q in the second", c.what, c.a, c.b)
		}
	}
	for i := range a.Counters {
		if x, y := a.Counters[i], b.Counters[i]; x != y {
			return fmt.Sprintf("counter %d is %q from %s in the first and %q from %s in the second", i, x.Key, stateText(x.Initial), y.Key, stateText(y.Initial))
		}
	}
	return ""
}

func stateText(s history.State) string {
	switch {
	case !s.Known:
		return "an unknown value"
	case s.Version != 0:
		return fmt.Sprintf("value %d of version %d", s.Value, s.Version)
	}
	return fmt.Sprintf("value %d", s.Value)
}

func floorText(floor *int64) string {
	if floor == nil {
		return "none"
	}
	return fmt.Sprint(*floor)
}

// numberWorkers makes the numbers of workers different in all histories. Those of one run
// are, by the format.
func numberWorkers(sources []*source) error {
	owner, clash := map[int]*source{}, false
	for _, s := range sources {
		for worker := range s.last {
			other := owner[worker]
			if other != nil && s.header.Run != "" {
				return fmt.Errorf("worker %d is in %q and in %q, but the workers of a run are in one history each", worker, other.path, s.path)
			}
			clash = clash || other != nil
			owner[worker] = s
		}
	}
	if !clash {
		return nil
	}
	base := 0
	for _, s := range sources {
		s.base = base
		base += s.workers()
	}
	return nil
}

// missingSources names the histories of the run that are not there.
func missingSources(sources []*source) []string {
	var missing []string
	for number := range sources[0].header.Sources {
		if !slices.ContainsFunc(sources, func(s *source) bool { return s.number == number }) {
			missing = append(missing, fmt.Sprintf("machine %d", number))
		}
	}
	return missing
}
