package report

import (
	"fmt"
	"time"

	"contend/internal/format"
)

// MachineRun is what one machine did in a run that several made together. What is not known
// is absent.
type MachineRun struct {
	Machine int          `json:"machine"` // its number, from 0
	State   MachineState `json:"state"`
	// Why says more about a state that is not MachineEnded.
	Why     string   `json:"why,omitempty"`
	Host    *Machine `json:"host,omitempty"`
	Workers int      `json:"workers,omitempty"`
	// ThroughputPerS and Attempts are its part of those of the run.
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	Attempts       *int64   `json:"attempts,omitempty"`
	// CPU is the average number of processors that the process used, of CPUs.
	CPU  *float64 `json:"cpu,omitempty"`
	CPUs int      `json:"cpus,omitempty"`
	// DelayP99MS is how late its process woke up, at the 99th percentile.
	DelayP99MS *float64 `json:"scheduling_delay_p99_ms,omitempty"`
	// Doubt says why its times describe its client as much as the store, as a clause;
	// absent if they do not.
	Doubt         string     `json:"doubt,omitempty"`
	ClockWithinMS *float64   `json:"clock_within_ms,omitempty"`
	StartedAt     *time.Time `json:"started_at,omitempty"`
	ElapsedS      *float64   `json:"elapsed_s,omitempty"`
	Control       *Control   `json:"control,omitempty"`
}

// MachineState is how the part of a machine ended. The zero value is not a state.
type MachineState string

// The states.
const (
	MachineEnded   MachineState = "ended"   // its results are there
	MachineLost    MachineState = "lost"    // only its history is there: its process was killed, for instance
	MachineMissing MachineState = "missing" // nothing is there
)

// MachineRunOf makes the element of a machine of the report of its part.
func MachineRunOf(r *Report) MachineRun {
	m := MachineRun{
		State: MachineEnded, Host: r.Machine, Workers: r.Workers, ThroughputPerS: r.ThroughputPerS, Attempts: new(r.Tally.Attempts),
		Doubt: r.Client.Doubtful(), StartedAt: &r.StartedAt, ElapsedS: &r.ElapsedS,
	}
	if r.Part != nil {
		m.Machine, m.ClockWithinMS, m.Control = r.Part.Machine, r.Part.ClockWithinMS, &r.Part.Control
	}
	if c := r.Client; c != nil {
		m.CPU, m.CPUs, m.DelayP99MS = c.CPU, c.CPUs, c.Delay.P99
	}
	return m
}

// Sentence says in a clause what is missing of the machine; "" if nothing is.
func (m *MachineRun) Sentence() string {
	switch m.State {
	case MachineLost:
		return fmt.Sprintf("machine %d was lost: %s", m.Machine, m.Why)
	case MachineMissing:
		return fmt.Sprintf("machine %d is missing: %s", m.Machine, m.Why)
	}
	return ""
}

// Name is the machine's number.
func (m *MachineRun) Name() string { return fmt.Sprint(m.Machine) }

// MachineColumns are the heads of [MachineRun.Values].
func MachineColumns() []string {
	return []string{"workers", "applied/s", "attempts", "processors", "delay p99 ms", "clock ± ms"}
}

// Values are the figures of the machine, for people.
func (m *MachineRun) Values() []string {
	workers, attempts, used := format.Absent, format.Absent, format.Absent
	if m.Workers > 0 {
		workers = fmt.Sprint(m.Workers)
	}
	if m.Attempts != nil {
		attempts = fmt.Sprint(*m.Attempts)
	}
	if m.CPU != nil {
		used = fmt.Sprintf("%s of %d", format.Number(*m.CPU), m.CPUs)
	}
	return []string{workers, format.Scaled(m.ThroughputPerS, 1), attempts, used, format.Scaled(m.DelayP99MS, 1), format.Scaled(m.ClockWithinMS, 1)}
}

// ClientDoubt returns the reason why the times of the run describe a client as much as the
// store, as a clause; "" if there is none. Of a merged run it names the first machine with
// one.
func (r *Report) ClientDoubt() string {
	if doubt := r.Client.Doubtful(); doubt != "" {
		return doubt
	}
	for _, m := range r.Machines {
		if m.Doubt != "" {
			return fmt.Sprintf("machine %d: %s", m.Machine, m.Doubt)
		}
	}
	return ""
}

// machineDoubts are the warnings about the clients of a merged run.
func machineDoubts(machines []MachineRun) (doubts []string) {
	for _, m := range machines {
		if m.Doubt != "" {
			doubts = append(doubts, fmt.Sprintf("machine %d: %s; its times describe this machine as much as the store", m.Machine, m.Doubt))
		}
	}
	return doubts
}
