package rendezvous

import (
	"errors"
	"fmt"
	"time"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/pattern"
)

// MaxMachines is the largest number of machines of a run. All of them write to one item, which
// sustains 1000 write units a second.
const MaxMachines = 256

// Member is one machine of a run.
type Member struct {
	// Run is the run's ID: 1 to 64 letters, digits, hyphens, underscores and dots. It must
	// never be used twice in the same table.
	Run string
	// Machine is the machine's number, from 0, and Machines the number of machines.
	Machine, Machines int
	// Version is the version of the program, and Scenario a hash of the scenario after all
	// overrides. Both must be the same on all machines.
	Version, Scenario string
}

var runID = pattern.Lazy(`^[A-Za-z0-9_.-]{1,64}$`)

// check returns all mistakes of the fields, joined; nil if there are none.
func (m Member) check() error {
	var mistakes []error
	if !runID().MatchString(m.Run) {
		mistakes = append(mistakes, fmt.Errorf("run %q: must have 1 to 64 letters, digits, hyphens, underscores or dots", m.Run))
	}
	if m.Machines < 1 || m.Machines > MaxMachines {
		mistakes = append(mistakes, fmt.Errorf("machines: must be from 1 to %d, not %d", MaxMachines, m.Machines))
	} else if m.Machine < 0 || m.Machine >= m.Machines {
		mistakes = append(mistakes, fmt.Errorf("machine: must be from 0 to %d, as there are %d machines, not %d", m.Machines-1, m.Machines, m.Machine))
	}
	return errors.Join(mistakes...)
}

// Table is the table through which the machines communicate.
type Table struct {
	// Client sends the requests. It may retry them.
	Client counter.DynamoDB
	Name   string
	// Key is the table's key; the zero value means [layout.Default]. A key attribute without a
	// template is a string that may have any value.
	Key layout.Key
}

// Options configures a [Meeting]. The zero value means all defaults.
type Options struct {
	// JoinTimeout is how long to wait for the other machines; 0 means 60 s.
	JoinTimeout time.Duration
	// Lost is how long after its last heartbeat a machine counts as lost, on the clock of the
	// observing machine; 0 means 10 s. The minimum is four times the interval between
	// heartbeats.
	Lost time.Duration
	// OnNote gets sentences that a user should see. It must not call methods of the meeting. It
	// may be nil.
	OnNote func(string)
	// Progress returns how many operations the machine has done. It is called at each
	// heartbeat. If it is nil, the others see 0.
	Progress func() int64

	// warp turns the time since Enter into what a clock that is wrong shows; nil: nothing.
	// It is for tests.
	warp func(time.Duration) time.Duration
}

const (
	usualJoinTimeout = time.Minute
	usualLost        = 10 * time.Second
)

func (o Options) complete(beat time.Duration) Options {
	if o.JoinTimeout <= 0 {
		o.JoinTimeout = usualJoinTimeout
	}
	if o.Lost <= 0 {
		o.Lost = usualLost
	}
	o.Lost = max(o.Lost, 4*beat)
	if o.OnNote == nil {
		o.OnNote = func(string) {}
	}
	if o.Progress == nil {
		o.Progress = func() int64 { return 0 }
	}
	if o.warp == nil {
		o.warp = func(d time.Duration) time.Duration { return d }
	}
	return o
}
