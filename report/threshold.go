package report

// Threshold is a limit that the scenario sets to one metric, and what came of it.
type Threshold struct {
	Text   string `json:"text"` // as written in the scenario
	Metric string `json:"metric"`
	// Value is what the run measured, in the metric's unit, or a status such as
	// "pass"; "" if the run has no sample of it.
	Value string `json:"value"`
	// Status is "met", "missed", "inconclusive" if the run is too doubtful to
	// tell, or "error" if there is nothing to tell it by. Reason says why, for
	// the last two.
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
}
