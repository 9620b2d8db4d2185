package throughput

import "time"

// allowance is what a whole table may take.
type allowance struct {
	rate  float64 // units a second; 0: no limit
	saved time.Duration
	by    Limit // that a request beyond it meets
	// grown is what a table on demand has grown to; 0 as long as it has not.
	grown float64
}

// allowed returns what the table may take of one side now. On demand, that is the least of
// what it has grown to, its maximum and the quota.
func (t *Table) allowed(s Side, now time.Time) allowance {
	c := &t.config
	if c.Mode == Provisioned {
		return allowance{rate: float64(c.Units.Of(s)), saved: c.Burst, by: ProvisionedThroughput}
	}
	a := allowance{saved: c.Window}
	if warm := float64(c.Warm.Of(s)); warm > 0 {
		twice := 2 * t.sides[s].growth.previous(now)
		if twice > warm {
			a.grown = twice
		}
		// AWS has no word of its own for a table that has not grown so far: the
		// partitions that it has are what throttles.
		a.rate, a.by = max(warm, twice), KeyRangeThroughput
	}
	a.atMost(c.Quota.Of(s), AccountLimit)
	a.atMost(c.Maximum.Of(s), MaxOnDemandThroughput)
	if a.grown > 0 {
		a.grown = min(a.grown, a.rate)
	}
	return a
}

func (a *allowance) atMost(limit int, by Limit) {
	if limit > 0 && (a.rate == 0 || float64(limit) <= a.rate) {
		a.rate, a.by = float64(limit), by
	}
}
