package report

import (
	"math/big"

	"contend/workload/history"
	"contend/workload/measure"
)

// Excess is final − initial − acknowledged, which may not fit an int64.
func (c Counter) Excess() *big.Int {
	difference := new(big.Int).Sub(big.NewInt(*c.Final), big.NewInt(c.Initial))
	return difference.Sub(difference, big.NewInt(c.Acknowledged))
}

// AppliedInTime is the number of operations that were applied while the load was on.
func (r *Report) AppliedInTime() int64 {
	if r.EndedLater == nil {
		return r.Tally.Applied
	}
	return r.Tally.Applied - r.EndedLater.Applied
}

// EndedLater counts operations by outcome.
type EndedLater struct {
	Operations int64 `json:"operations"`
	Applied    int64 `json:"applied"`
	GaveUp     int64 `json:"gave_up"`
	Unknown    int64 `json:"unknown"`
	Failed     int64 `json:"failed"`
}

// Counter is the account of one counter. Final lies in [Lowest, Highest] unless the
// store lost or invented an update.
type Counter struct {
	Key          string `json:"key"`
	Initial      int64  `json:"initial"`
	Final        *int64 `json:"final,omitempty"` // absent: it could not be read
	Acknowledged int64  `json:"acknowledged"`    // sum of the deltas that were reported successful
	Lowest       int64  `json:"lowest"`
	Highest      int64  `json:"highest"`
	Operations   int64  `json:"operations"` // that ended, reads included
	// Traced is the final value to which the injected faults lead, write by write. It
	// means nothing unless Untraced is 0. Untraced counts the operations with a write
	// of unknown effect that no fault accounts for.
	Traced   int64 `json:"traced"`
	Untraced int64 `json:"untraced"`
}

// Tally counts operations, attempts and requests:
//
//	due      = dropped + started
//	started  = applied + gave_up + unknown + failed
//	attempts = applied_attempts + conflicts + throttles + unknown_attempts + failed_attempts
type Tally struct {
	Due     int64 `json:"due"`
	Dropped int64 `json:"dropped"`
	Started int64 `json:"started"`
	Applied int64 `json:"applied"`
	GaveUp  int64 `json:"gave_up"`
	Unknown int64 `json:"unknown"`
	Failed  int64 `json:"failed"`
	// Refused counts the failed operations that the design refused by its rules: the
	// counter was at its floor, or full.
	Refused int64 `json:"refused"`

	Attempts        int64 `json:"attempts"`
	AppliedAttempts int64 `json:"applied_attempts"`
	Conflicts       int64 `json:"conflicts"`
	Throttles       int64 `json:"throttles"`
	UnknownAttempts int64 `json:"unknown_attempts"`
	FailedAttempts  int64 `json:"failed_attempts"`

	// UpdateAttempts and UpdatesApplied count increments and decrements only.
	UpdateAttempts int64 `json:"update_attempts"`
	UpdatesApplied int64 `json:"updates_applied"`

	Reads  int64 `json:"reads"`  // read requests sent
	Writes int64 `json:"writes"` // write requests sent
	// Tickets is the part of Writes that only took a place in a counter's queue, or gave one
	// up; absent if there were none.
	Tickets int64 `json:"tickets,omitempty"`
}

// ConflictRate is the share of the attempts of increments and decrements that met a
// conflict, in [0, 1].
type ConflictRate struct {
	Overall *float64 `json:"overall,omitempty"`
	// PerSecond has one element for each second of the run; null for a second in which
	// no attempt returned.
	PerSecond []*float64 `json:"per_second"`
	// AttemptsHistogram counts the applied increments and decrements by the number of
	// attempts that they took. Numbers that did not occur are left out.
	AttemptsHistogram []AttemptsBar `json:"attempts_histogram"`
}

// AttemptsBar is the number of operations that took this number of attempts.
type AttemptsBar struct {
	Attempts   int64 `json:"attempts"`
	Operations int64 `json:"operations"`
}

// Second counts the attempts that returned in one second of the run, and the
// operations, reads included, that ended applied in it.
type Second struct {
	SecondCounts
	// P50MS and P99MS are percentiles of the response of the applied operations that
	// ended in this second, the warm-up included, within 5 %; absent if there were
	// none.
	P50MS *float64 `json:"p50_ms,omitempty"`
	P99MS *float64 `json:"p99_ms,omitempty"`
	// AfterLoad counts the part of these that came after the end of the load.
	AfterLoad *SecondCounts `json:"after_load,omitempty"`
}

// SecondCounts are counts of a [Second].
type SecondCounts struct {
	Attempts   int64 `json:"attempts"`
	Applied    int64 `json:"applied"`
	Conflicts  int64 `json:"conflicts"`
	Throttles  int64 `json:"throttles"`
	Operations int64 `json:"operations"`
}

func throughput(run *measure.Result) *float64 {
	applied, _ := run.InTime()
	return Ratio(float64(applied), run.MeasuredTime().Seconds())
}

// endedLater is nil if no operation ended after the load.
func endedLater(run *measure.Result) *EndedLater {
	late := &run.Late
	if late.Operations() == 0 {
		return nil
	}
	return &EndedLater{Operations: late.Operations(), Applied: late.Applied, GaveUp: late.GaveUp, Unknown: late.Unknown, Failed: late.Failed}
}

// LoadSeconds is how long the load lasted. Old reports do not have it; for them it is
// ElapsedS.
func (r *Report) LoadSeconds() float64 {
	if r.LoadS == nil {
		return r.ElapsedS
	}
	return *r.LoadS
}

func counters(ledgers []history.Ledger) []Counter {
	list := make([]Counter, 0, len(ledgers))
	for i := range ledgers {
		l := &ledgers[i]
		c := Counter{
			Key: l.Key, Initial: l.Initial, Acknowledged: l.Acknowledged,
			Lowest: l.Lowest(), Highest: l.Highest(), Operations: l.Operations,
			Traced: l.Initial + l.Traced, Untraced: l.Untraced,
		}
		if l.FinalKnown {
			c.Final = new(l.Final)
		}
		list = append(list, c)
	}
	return list
}

func tally(t measure.Tally) Tally {
	return Tally{
		Due: t.Due, Dropped: t.Dropped, Started: t.Started,
		Applied: t.Applied, GaveUp: t.GaveUp, Unknown: t.Unknown, Failed: t.Failed, Refused: t.Refused,
		Attempts: t.Attempts, AppliedAttempts: t.AppliedAttempts, Conflicts: t.Conflicts, Throttles: t.Throttles,
		UnknownAttempts: t.UnknownAttempts, FailedAttempts: t.FailedAttempts,
		UpdateAttempts: t.UpdateAttempts, UpdatesApplied: t.UpdatesApplied,
		Reads: t.Reads, Writes: t.Writes, Tickets: t.Tickets,
	}
}

func conflictRate(run *measure.Result) ConflictRate {
	measured := run.Measured()
	rate := ConflictRate{
		Overall:           Ratio(float64(measured.Conflicts), float64(measured.UpdateAttempts)),
		PerSecond:         make([]*float64, 0, len(run.Seconds)),
		AttemptsHistogram: []AttemptsBar{},
	}
	for _, s := range run.Seconds {
		rate.PerSecond = append(rate.PerSecond, Ratio(float64(s.Conflicts), float64(s.Attempts)))
	}
	for attempts, operations := range run.AttemptsPerOperation {
		if operations > 0 {
			rate.AttemptsHistogram = append(rate.AttemptsHistogram, AttemptsBar{int64(attempts), operations})
		}
	}
	return rate
}

func seconds(measured []measure.Second) []Second {
	list := make([]Second, 0, len(measured))
	for _, s := range measured {
		second := Second{SecondCounts: SecondCounts(s.SecondCounts)}
		if s.AfterLoad != (measure.SecondCounts{}) {
			second.AfterLoad = new(SecondCounts(s.AfterLoad))
		}
		if s.Operations > 0 {
			second.P50MS, second.P99MS = new(millis(s.P50)), new(millis(s.P99))
		}
		list = append(list, second)
	}
	return list
}
