package measure

// Share says which part of a load a process makes, if several machines make it together.
// The zero value is the whole load.
//
// The scenario is that of the whole run. Worker w belongs to machine w mod Machines, and
// keeps its number; the arrivals of an open loop are divided in the same way. All random
// numbers are drawn by these numbers, so that the machines together draw what one machine
// would. Of the operations of a closed loop each machine has its part.
type Share struct {
	Run      string // names the whole run; "" if there is only one machine
	Machine  int    // counted from 0
	Machines int    // 0 and 1: there is only one
}

// Whole reports whether it is the whole load.
func (s Share) Whole() bool { return s.Machines <= 1 }

// Has reports whether the worker or arrival with that number, counted from 0, is in the
// share.
func (s Share) Has(number int64) bool {
	return s.Whole() || number%int64(s.Machines) == int64(s.Machine)
}

// Of is how many of the numbers below n are in the share.
func (s Share) Of(n int64) int64 {
	if s.Whole() {
		return n
	}
	machines := int64(s.Machines)
	return (n + machines - 1 - int64(s.Machine)) / machines
}

// Number is that of the worker or arrival which has so many of the share before it.
func (s Share) Number(before int) int {
	if s.Whole() {
		return before
	}
	return s.Machine + before*s.Machines
}
