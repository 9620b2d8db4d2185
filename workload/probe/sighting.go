package probe

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// source is how a client came to know a state.
type source string

const (
	wrote   source = "was acknowledged"
	refused source = "was refused with"
	looked  source = "read, before its write,"
	read    source = "read"
)

// sighting is one state that one client was told, and when. The times are those
// of the one request that told it.
type sighting struct {
	op                *history.Op
	source            source
	invoked, returned int64
	state             history.State
}

// String is a line of evidence.
func (s sighting) String() string {
	return fmt.Sprintf("%v %s %s, sent at %v, answered at %v",
		*s.op, s.source, describe(s.state), moment(s.invoked), moment(s.returned))
}

// describe names a state; a counter without a version is its own.
func describe(s history.State) string {
	if s.Version == s.Value {
		return fmt.Sprintf("value %d", s.Value)
	}
	return fmt.Sprintf("version %d (value %d)", s.Version, s.Value)
}

func moment(nanoseconds int64) time.Duration {
	return time.Duration(nanoseconds).Round(time.Microsecond)
}

// sightings are all states that the clients were told.
func sightings(ops []history.Op) []sighting {
	var all []sighting
	for i := range ops {
		op := &ops[i]
		for _, a := range op.Attempts {
			if a.LookReturned > 0 && a.Before.Known {
				all = append(all, sighting{op, looked, a.LookInvoked, a.LookReturned, a.Before})
			}
			switch {
			case a.After.Known:
				all = append(all, sighting{op, wrote, a.Invoked, a.Returned, a.After})
			case a.Saw.Known && a.Written:
				all = append(all, sighting{op, refused, a.Invoked, a.Returned, a.Saw})
			case a.Saw.Known:
				all = append(all, sighting{op, read, a.Invoked, a.Returned, a.Saw})
			}
		}
	}
	return all
}

func of(all []sighting, sources ...source) []sighting {
	return slices.DeleteFunc(slices.Clone(all), func(s sighting) bool { return !slices.Contains(sources, s.source) })
}

// duplicates: two acknowledged changes of one counter cannot have left the same
// version.
func duplicates(all []sighting) []string {
	writes := of(all, wrote)
	slices.SortStableFunc(writes, byVersion)
	var evidence []string
	for i := 1; i < len(writes); i++ {
		if a, b := writes[i-1], writes[i]; a.state.Version == b.state.Version {
			evidence = append(evidence, fmt.Sprintf("%v; %v", a, b))
		}
	}
	return evidence
}

func byVersion(a, b sighting) int { return cmp.Compare(a.state.Version, b.state.Version) }

// gaps: the acknowledged changes take consecutive versions from the first on,
// but for those that changes with an unknown end may have taken.
func gaps(all []sighting, initial history.State, unknown int64) []string {
	writes := of(all, wrote)
	slices.SortStableFunc(writes, byVersion)
	var evidence []string
	skipped, last := int64(0), initial.Version
	for _, w := range writes {
		step := w.state.Version - last
		if step > 1 {
			skipped += step - 1
			evidence = append(evidence, fmt.Sprintf("nobody was acknowledged a version between %d and %d; %v", last, w.state.Version, w))
		}
		if step < 1 && w.state.Version <= initial.Version {
			evidence = append(evidence, fmt.Sprintf("the counter began at version %d; %v", initial.Version, w))
			skipped += unknown + 1
		}
		last = max(last, w.state.Version)
	}
	if skipped <= unknown {
		return nil
	}
	return evidence
}

// breaks: the value of each version is that of the version before, changed by
// what was asked for. It says nothing across a gap.
func breaks(all []sighting, initial history.State) []string {
	writes := of(all, wrote)
	slices.SortStableFunc(writes, byVersion)
	var evidence []string
	last, before := initial, "the counter began"
	for _, w := range writes {
		if w.state.Version == last.Version+1 && w.state.Value != last.Value+w.op.Delta {
			evidence = append(evidence, fmt.Sprintf("%s with version %d (value %d); %v, changing it by %+d",
				before, last.Version, last.Value, w, w.op.Delta))
		}
		last, before = w.state, fmt.Sprintf("%v left it", *w.op)
	}
	return evidence
}

// backward: what is told by one of the sources cannot be older than what
// anybody was told before that request was sent, whatever told it; and an
// acknowledged change is newer.
func backward(all []sighting, sources ...source) []string {
	ends := slices.Clone(all)
	slices.SortStableFunc(ends, func(a, b sighting) int { return cmp.Compare(a.returned, b.returned) })
	begins := of(all, sources...)
	slices.SortStableFunc(begins, func(a, b sighting) int { return cmp.Compare(a.invoked, b.invoked) })
	var evidence []string
	var newest *sighting
	next := 0
	for _, s := range begins {
		for ; next < len(ends) && ends[next].returned < s.invoked; next++ {
			if newest == nil || ends[next].state.Version > newest.state.Version {
				newest = &ends[next]
			}
		}
		if newest != nil && isBehind(s, newest.state.Version) {
			evidence = append(evidence, fmt.Sprintf("%v; later %v", *newest, s))
		}
	}
	return evidence
}

func isBehind(s sighting, version int64) bool {
	return s.state.Version < version || s.source == wrote && s.state.Version == version
}

// early: nobody can be told a version before the changes that make it were
// sent.
func early(ops []history.Op, all []sighting, initial history.State) []string {
	var sent []int64
	for _, op := range ops {
		for _, a := range op.Attempts {
			if a.Written && (a.Outcome == counter.Applied || a.Outcome == counter.Unknown) {
				sent = append(sent, a.Invoked)
			}
		}
	}
	slices.Sort(sent)
	var evidence []string
	for _, s := range all {
		possible, _ := slices.BinarySearch(sent, s.returned+1)
		if s.state.Version > initial.Version+int64(possible) {
			evidence = append(evidence, fmt.Sprintf("%v, when %d changes had been sent since version %d", s, possible, initial.Version))
		}
	}
	return evidence
}

// torn: a version that somebody made has one value, whoever is told of it.
func torn(all []sighting, sources ...source) []string {
	made := map[int64]sighting{}
	for _, s := range of(all, wrote) {
		made[s.state.Version] = s
	}
	var evidence []string
	for _, s := range of(all, sources...) {
		if m, ok := made[s.state.Version]; ok && m.state.Value != s.state.Value {
			evidence = append(evidence, fmt.Sprintf("%v; %v", m, s))
		}
	}
	return evidence
}

// missedFinal: the last version and value are those that the acknowledged
// changes come to, in the band that changes with an unknown end allow.
func missedFinal(t trial) []string {
	if !t.final.Known {
		return nil
	}
	ledger := history.Ledger{Initial: t.initial.Value}
	for i := range t.ops {
		ledger.Record(&t.ops[i])
	}
	var evidence []string
	if t.final.Value < ledger.Lowest() || t.final.Value > ledger.Highest() {
		evidence = append(evidence, fmt.Sprintf("the value began at %d, was changed by %+d as acknowledged, and ended at %d, which is not within [%d, %d]",
			t.initial.Value, ledger.Acknowledged, t.final.Value, ledger.Lowest(), ledger.Highest()))
	}
	least := t.initial.Version + ledger.Applied
	if most := least + unknownWrites(t.ops); t.final.Version < least || t.final.Version > most {
		evidence = append(evidence, fmt.Sprintf("the version began at %d, %d changes were acknowledged, and it ended at %d, which is not within [%d, %d]",
			t.initial.Version, ledger.Applied, t.final.Version, least, most))
	}
	return evidence
}

func unknownWrites(ops []history.Op) int64 {
	var n int64
	for i := range ops {
		n += ops[i].Writes().Unknown
	}
	return n
}
