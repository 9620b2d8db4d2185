package check

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"contend/workload/history"
)

// step is one operation of the sequential counter that Porcupine searches.
type step struct {
	client int
	change bool // else a read
	delta  int64
	told   history.State // unknown: nobody was told
	built  *int64        // the only value that the change is made to; nil: any
	label  string        // for pictures
	wrong  bool          // for pictures: it has no place

	from, at int64 // positions, for [rising]
}

// counterModel is Porcupine's model of a counter with a version, or with a value only. It
// is the definition that the tests compare this package's checks with, and it is used to
// draw a violation. It is too slow to judge a run.
func counterModel(start history.State) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, _ any) (bool, any) {
			before, s := state.(history.State), input.(step)
			after := before
			if s.change && (s.built == nil || *s.built == before.Value) {
				after.Value += s.delta
				if start.Version != 0 {
					after.Version++
				}
			}
			if !s.told.Known {
				return true, after
			}
			return s.told.Value == after.Value && (start.Version == 0 || s.told.Version == after.Version), after
		},
		Equal:             func(a, b any) bool { return a == b },
		DescribeOperation: func(input, _ any) string { return input.(step).label },
		DescribeState: func(state any) string {
			s := state.(history.State)
			if s.Version == 0 {
				return fmt.Sprintf("value %d", s.Value)
			}
			return fmt.Sprintf("version %d, value %d", s.Version, s.Value)
		},
	}
}
