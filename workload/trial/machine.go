package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contend/counter"
	"contend/workload/fleet"
	"contend/workload/scenario"
)

// Machine is the part of a run on several machines that this process carries out. The zero
// value is a run on one machine.
//
// The machines coordinate through items in the run's table, see package rendezvous. Machine 0
// creates the table, and deletes it when all others have read what they need. If the table
// existed before, machine 0 restores its items.
type Machine struct {
	fleet.Share
	// JoinTimeout is how long to wait for the other machines; 0 means one minute.
	JoinTimeout time.Duration
}

// CheckMachine returns all reasons, joined, why the scenario cannot be run on m.Machines
// machines; nil if it can.
func CheckMachine(s *scenario.Scenario, m Machine) error {
	if m.Whole() {
		return nil
	}
	var all []error
	refuse := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	if s.HasServer() {
		refuse("target: %s is in the process of one machine: several need a store that all can reach, a URL or aws", s.Target)
	}
	if s.Strategy == scenario.ExecName {
		refuse("strategy: %s: programs run on one machine only", scenario.ExecName)
	}
	if s.Load.Workers < m.Machines {
		refuse("load.workers: %d workers cannot be divided over %d machines: each needs one at least", s.Load.Workers, m.Machines)
	}
	return errors.Join(all...)
}

// leads reports whether this process creates and deletes the run's table.
func (m Machine) leads() bool { return m.Machine == 0 }

// tableOfRun is the name of the table of a run on several machines. IDs that differ only in
// case are of two runs, and so are their tables.
func tableOfRun(run string) string { return "contend-" + run }

// joinTimeout is how long to wait for the others.
func (m Machine) joinTimeout() time.Duration {
	const usual = time.Minute
	if m.JoinTimeout > 0 {
		return m.JoinTimeout
	}
	return usual
}

// shareFaults leaves each machine its part of the faults that are to happen so many times.
func shareFaults(s *scenario.Scenario, share fleet.Share) {
	if share.Whole() {
		return
	}
	rules := s.Faults[:0:0]
	for _, rule := range s.Faults {
		if rule.Count > 0 {
			if rule.Count = share.Of(rule.Count); rule.Count == 0 {
				continue
			}
		}
		rules = append(rules, rule)
	}
	s.Faults = rules
}

// findTable finds or creates the table; on several machines the first of them does it.
func (r *run) findTable(ctx context.Context) (*counter.Table, error) {
	if r.Machine.leads() {
		return r.createTable(ctx)
	}
	return r.awaitTable(ctx)
}

// ErrNoTable is the error of a machine that waited for the run's table in vain.
var ErrNoTable = errors.New("machine 0 created no table")

// awaitTable waits for the table that machine 0 creates.
func (r *run) awaitTable(ctx context.Context) (*counter.Table, error) {
	const notice = 2 * time.Second
	defer r.noteIfSlow(notice, "still waiting for machine 0 to create table "+r.place.Table)()
	schema := r.scenario.Counters.Schema()
	table, err := schema.AwaitTable(ctx, r.target.Setup, r.place.Table, r.design.setup.Traits(), r.Machine.joinTimeout())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTable, err)
	}
	return table, nil
}
