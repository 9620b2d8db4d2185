package measure

// Share says which part of the load this process makes, if several machines make a run. The
// zero value is the whole load.
//
// The scenario is always that of the whole run. Worker w runs on machine w mod Machines and
// keeps its number; the arrivals of an open loop are divided in the same way. Random numbers
// depend on these numbers, so that all machines together draw what one machine would. A fixed
// number of operations in a closed loop is divided among the machines.
type Share struct {
	Run      string // names the whole run; "" if there is only one machine
	Machine  int    // counted from 0
	Machines int    // 0 and 1: there is only one
}

// Whole reports whether the share is the whole load.
func (s Share) Whole() bool { return s.Machines <= 1 }

// Has reports whether the worker or arrival with that number, counted from 0, belongs to the
// share.
func (s Share) Has(number int64) bool {
	return s.Whole() || number%int64(s.Machines) == int64(s.Machine)
}

// Of returns how many of the numbers from 0 to n-1 are in the share.
func (s Share) Of(n int64) int64 {
	if s.Whole() {
		return n
	}
	machines := int64(s.Machines)
	return (n + machines - 1 - int64(s.Machine)) / machines
}

// Number returns the number of the share's worker or arrival that has before others of the
// share ahead of it.
func (s Share) Number(before int) int {
	if s.Whole() {
		return before
	}
	return s.Machine + before*s.Machines
}
