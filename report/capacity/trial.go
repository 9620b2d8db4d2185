package capacity

import (
	"fmt"
	"time"

	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
)

// Trial is one run of the scenario with one load.
type Trial struct {
	Number int     `json:"number"` // from 1
	Load   float64 `json:"load"`   // in the unit of the search
	// LengthS is the length of the measured part in seconds, which follows a warm-up of
	// WarmupS seconds.
	LengthS float64 `json:"length_s"`
	WarmupS float64 `json:"warmup_s"`
	Seed    uint64  `json:"seed"`
	// Factor is set for a trial that is not part of the search but shows the headroom: its load
	// is Factor times the result. In a search for shards, its rate is Factor times the
	// scenario's rate.
	Factor float64 `json:"headroom_factor,omitempty"`
	// Kept is true if the trial met all goals. It means nothing if Void is set.
	Kept bool `json:"kept"`
	// Void says why the client could not produce the load, in which case the trial says nothing
	// about the store; "" if it could.
	Void  string       `json:"void,omitempty"`
	Goals []GoalResult `json:"goals"`
	Figures
	// Law is what the law of contention predicts from the measured gap and the due rate or, in
	// a closed loop, the attempts. It is absent if the law does not apply.
	Law *Law `json:"law,omitempty"`
	// Verdict is the verdict of the trial.
	Verdict check.Status `json:"verdict"`
	// Simulated and Target say where the trial ran.
	Simulated bool          `json:"simulated,omitempty"`
	Target    report.Target `json:"target"`
}

// planned is a trial that is still to be made.
type planned struct {
	number int
	load   float64
	length time.Duration
	factor float64 // of the result, for its headroom; 0: a trial of the search
}

// scenario is the scenario of the trial.
func (p *planned) scenario(s scenario.Scenario, find Find, warmup time.Duration) scenario.Scenario {
	s = find.with(s, p.load)
	if find == Shards && p.factor > 0 {
		s.Load.Rate *= scenario.Rate(p.factor)
	}
	s.Seed += uint64(p.number - 1)
	s.Load.Operations, s.Load.Warmup, s.Load.Duration = 0, warmup, warmup+p.length
	return s
}

// newTrial enters the report of a planned trial.
func newTrial(p *planned, s *scenario.Scenario, r *report.Report) (*Trial, error) {
	t := &Trial{
		Number: p.number, Load: p.load, LengthS: p.length.Seconds(), WarmupS: s.Load.Warmup.Seconds(), Seed: s.Seed, Factor: p.factor,
		Figures: figuresOf(s, r), Verdict: r.Verdict.Status, Simulated: r.Simulated, Target: r.Target, Void: r.Client.Doubtful(),
	}
	if t.Law = lawOf(s, &t.Figures); t.Law == nil && hasLaw(s) {
		t.Law = closedLawOf(r)
	}
	var err error
	if t.Goals, err = judge(s, r, &t.Figures); err != nil {
		return nil, err
	}
	t.Kept = true
	for _, g := range t.Goals {
		t.Kept = t.Kept && g.Kept
	}
	return t, nil
}

// result is what a trial says of one of its goals; nil if it has no such goal.
func (t *Trial) result(goal string) *GoalResult {
	for i := range t.Goals {
		if t.Goals[i].Goal == goal {
			return &t.Goals[i]
		}
	}
	return nil
}

// poolLimited says why a trial that did not serve its load shows no limit of the store:
// nearly all requests of all workers succeeded, and none was slower than in a quieter trial.
// quickest is the shortest mean attempt of any trial, in milliseconds.
func (t *Trial) poolLimited(s *scenario.Scenario, quickest float64) string {
	const fewRetries, asQuick = 1.1, 1.5
	keptUp := !s.Load.Open() || t.kept(ServedGoal) && t.kept(BacklogGoal)
	if keptUp || t.AttemptsPerSuccess == nil || *t.AttemptsPerSuccess > fewRetries || t.AttemptMS == nil || *t.AttemptMS > asQuick*quickest {
		return ""
	}
	return fmt.Sprintf("no worker of %d was free, although requests succeeded at once: the store was not at its limit", s.Load.Workers)
}

func (t *Trial) kept(goal string) bool {
	g := t.result(goal)
	return g == nil || g.Kept
}
