package probe

import (
	"fmt"
	"slices"
	"time"

	"contend/workload/history"
)

// source is how a client saw a state.
type source string

const (
	wrote   source = "was acknowledged"
	refused source = "was refused with"
	looked  source = "read, before its write,"
	read    source = "read"
)

// sighting is a state that a client saw, and when. The times are those of the request
// whose answer showed it.
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

// describe names a state. The value of a counter without a version is its version.
func describe(s history.State) string {
	if s.Version == s.Value {
		return fmt.Sprintf("value %d", s.Value)
	}
	return fmt.Sprintf("version %d (value %d)", s.Version, s.Value)
}

func moment(nanoseconds int64) time.Duration {
	return time.Duration(nanoseconds).Round(time.Microsecond)
}

// sightings are all states that the clients saw.
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
