package report

import "contend/workload/measure"

// Stage is a part of the run with a load of its own (load.stages). Its numbers cover
// the operations that were due in it, whenever they ended.
type Stage struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	// Workers is the number of workers at the end of the stage, RatePerS the rate of an
	// open loop at that time. If Ramp is true, the load changed linearly from the end
	// of the stage before.
	Workers        int      `json:"workers"`
	RatePerS       *float64 `json:"rate_per_s,omitempty"`
	Ramp           bool     `json:"ramp,omitempty"`
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	ConflictRate   *float64 `json:"conflict_rate,omitempty"`
	Response       Times    `json:"response"` // of applied operations that were due in the stage
	Due            int64    `json:"due"`
	Dropped        int64    `json:"dropped"`
	// Prediction is that of the law of contention, absent where it does not apply. It
	// knows neither lost answers nor the spread of gaps in the stage alone.
	Prediction *Prediction `json:"law,omitempty"`
}

func (r *Report) stages(run *measure.Result) []Stage {
	var list []Stage
	for i := range run.Stages {
		s := &run.Stages[i]
		stage := Stage{
			FromS: s.From.Seconds(), ToS: s.To.Seconds(), Workers: s.Workers, Ramp: s.Ramp,
			ThroughputPerS: Ratio(float64(s.Applied), (s.To - s.From).Seconds()),
			ConflictRate:   Ratio(float64(s.Conflicts), float64(s.UpdateAttempts)),
			Response:       TimesOf(&s.Response),
			Due:            s.Due,
			Dropped:        s.Dropped,
		}
		if s.Rate > 0 {
			stage.Workers, stage.RatePerS = run.Scenario.Load.Workers, new(float64(s.Rate))
		}
		stage.Prediction = r.stagePrediction(run, s)
		list = append(list, stage)
	}
	return list
}
