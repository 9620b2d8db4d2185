package report

// Client is what is known of the process that put the load on, to tell a slow
// store from a client that was itself at its limit.
type Client struct {
	// CPU is the processors that this process used on average, and CPUs how many
	// there are for it. The embedded server is part of the process.
	CPU  *float64 `json:"cpu,omitempty"`
	CPUs int      `json:"cpus"`
	// Delay is by how much a sleeper that does nothing else woke up late.
	Delay Times `json:"scheduling_delay"`
	// ClockStepMS is the largest step of the wall clock against the monotonic one.
	ClockStepMS float64 `json:"clock_step_ms"`
}

// OpenLoop is what became of a load that was due at times of its own
// (load.rate).
type OpenLoop struct {
	Arrivals string `json:"arrivals"` // uniform or poisson
	Overload string `json:"overload"` // what an arrival does that finds no free worker: queue or drop
	// DueRatePerS is how many operations were due a second, and
	// StartedRatePerS how many began.
	DueRatePerS     float64 `json:"due_rate_per_s"`
	StartedRatePerS float64 `json:"started_rate_per_s"`
	// Queued counts the operations that began later than they were due because
	// no worker was free; Lateness is how much later all operations began.
	Queued   int64 `json:"queued"`
	Lateness Times `json:"lateness"`
}

// Stage is a part of the run with a load of its own (load.stages).
type Stage struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	// Workers is the number of workers at the end of the stage, RatePerS the rate
	// of an open loop there; a stage begins with what the one before it ended with.
	Workers        int      `json:"workers"`
	RatePerS       *float64 `json:"rate_per_s,omitempty"`
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	ConflictRate   *float64 `json:"conflict_rate,omitempty"`
	Response       Times    `json:"response"` // of applied operations that were due in the stage
	Dropped        int64    `json:"dropped"`
}
