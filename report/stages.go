package report

import (
	"fmt"

	"contend/workload/measure"
)

// Stage is a part of the run with a load of its own (load.stages). Its numbers
// are of the operations that were due in it, whenever they ended.
type Stage struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	// Workers is the number of workers at the end of the stage, RatePerS the rate
	// of an open loop there. If it is a Ramp, the load changed linearly from what
	// the stage before ended with.
	Workers        int      `json:"workers"`
	RatePerS       *float64 `json:"rate_per_s,omitempty"`
	Ramp           bool     `json:"ramp,omitempty"`
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	ConflictRate   *float64 `json:"conflict_rate,omitempty"`
	Response       Times    `json:"response"` // of applied operations that were due in the stage
	Due            int64    `json:"due"`
	Dropped        int64    `json:"dropped"`
}

func stages(run *measure.Result) []Stage {
	var list []Stage
	for i := range run.Stages {
		s := &run.Stages[i]
		stage := Stage{
			FromS: s.From.Seconds(), ToS: s.To.Seconds(), Workers: s.Workers, Ramp: s.Ramp,
			ThroughputPerS: ratio(float64(s.Applied), (s.To - s.From).Seconds()),
			ConflictRate:   ratio(float64(s.Conflicts), float64(s.UpdateAttempts)),
			Response:       times(&s.Response),
			Due:            s.Due,
			Dropped:        s.Dropped,
		}
		if s.Rate > 0 {
			stage.Workers, stage.RatePerS = run.Scenario.Load.Workers, new(float64(s.Rate))
		}
		list = append(list, stage)
	}
	return list
}

// stages is a row for each stage. In a narrow page the times leave out the
// median, and then the longest.
func (p *page) stages(stages []Stage) {
	if len(stages) == 0 {
		return
	}
	t := table{header: []string{"from", "load", "due", "dropped", "applied/s", "conflicts", "p50 ms", "p99 ms", "max ms"}}
	for i := range stages {
		s := &stages[i]
		conflicts := absent
		if s.ConflictRate != nil {
			conflicts = percent(*s.ConflictRate)
		}
		t.rows = append(t.rows, []string{
			lasting(s.FromS), s.load(), fmt.Sprint(s.Due), fmt.Sprint(s.Dropped), scaled(s.ThroughputPerS, 1), conflicts,
			scaled(s.Response.P50, 1), scaled(s.Response.P99, 1), scaled(s.Response.Max, 1),
		})
	}
	p.section("Stages, by the operations that were due in them")
	header, lines := t.fit(p.width, 8, 6, 2, 2)
	if header != "" {
		p.line(p.paint.faint(header))
	}
	p.lines(lines)
}

// load is what the stage asked for.
func (s *Stage) load() string {
	what := plural(int64(s.Workers), "worker")
	if s.RatePerS != nil {
		what = perSecond(*s.RatePerS)
	}
	if s.Ramp {
		return "to " + what
	}
	return what
}
