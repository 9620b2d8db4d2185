package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/history"
	"contend/workload/trial"
)

// Together is about a run that several machines made.
type Together struct {
	// Part is absent unless the report is of one of the machines.
	Part *Part `json:"part,omitempty"`
	// Machines has an element for each machine of a merged report, by number; it is absent
	// in other reports.
	Machines []MachineRun `json:"machines,omitempty"`
}

// Part says which part of a run the machine of this report made.
type Part struct {
	Run      string  `json:"run"`
	Machine  int     `json:"machine"`  // counted from 0
	Machines int     `json:"machines"` // how many made the run
	Control  Control `json:"control"`
	// Lost are the machines that this one saw counted as lost, itself too, by number. They may
	// have gone on later.
	Lost []int `json:"lost,omitempty"`
	// ClockWithinMS is by how much the machine's clock may differ from the common time at
	// most, as it was measured; absent if it was not.
	ClockWithinMS *float64 `json:"clock_within_ms,omitempty"`
}

// Control is the traffic by which machines keep in touch. No other figure includes it.
type Control struct {
	Requests   int64   `json:"requests"`
	ReadUnits  float64 `json:"read_units"`
	WriteUnits float64 `json:"write_units"`
}

// ControlSentence says what it cost the machines to keep in touch; "" if that is not known.
func (t *Together) ControlSentence() string {
	var sum Control
	for _, m := range t.Machines {
		if m.Control != nil {
			sum.Requests += m.Control.Requests
			sum.ReadUnits += m.Control.ReadUnits
			sum.WriteUnits += m.Control.WriteUnits
		}
	}
	if sum.Requests == 0 {
		return ""
	}
	return fmt.Sprintf("To keep in touch the machines sent %d requests, which took %s write and %s read units. They are in no other figure.",
		sum.Requests, format.Number(sum.WriteUnits), format.Number(sum.ReadUnits))
}

// part is nil if the outcome is of a whole run.
func part(o *trial.Outcome) *Part {
	p := o.Part
	if p == nil {
		return nil
	}
	return &Part{
		Run: p.Run, Machine: p.Machine.Machine, Machines: p.Machines,
		Control: Control{Requests: p.Control.Requests, ReadUnits: p.Control.ReadUnits, WriteUnits: p.Control.WriteUnits},
		Lost:    p.Lost(), ClockWithinMS: clockWithin(p.Clock),
	}
}

// clockWithin is the widest bound.
func clockWithin(readings []history.ClockReading) *float64 {
	if len(readings) == 0 {
		return nil
	}
	var widest int64
	for _, r := range readings {
		widest = max(widest, r.Within)
	}
	return new(float64(widest) / 1e6)
}

// alone removes what one part of a run cannot say: the law is about all workers that met at a
// counter, and limits are those of the whole run.
func (r *Report) alone(workers int) {
	r.Workers = workers
	r.Prediction, r.Frontier = nil, nil
	for i := range r.Stages {
		r.Stages[i].Prediction = nil
	}
}

// unjudged says that the thresholds of a part are not judged; "" if there are none.
func (p *Part) unjudged(thresholds int) string {
	if p == nil || thresholds == 0 {
		return ""
	}
	return "the thresholds are not judged: they are for the whole run, which contend merge makes of its parts"
}

// Sentence says which part it is.
func (p *Part) Sentence() string {
	return fmt.Sprintf("This is the part of machine %d of %d in run %s; contend merge makes the run of all parts.", p.Machine, p.Machines, p.Run)
}
