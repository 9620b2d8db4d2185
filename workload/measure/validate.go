package measure

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"contend/counter"
)

// writtenAnswer is a [WireAnswer] and how often it came.
type writtenAnswer struct {
	Status  int    `json:"status,omitempty"` // of HTTP; 0: no answer
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
	Count   int64  `json:"count"`
}

func encodeAnswers(answers *map[WireAnswer]int64) ([]writtenAnswer, error) {
	var all []writtenAnswer
	for _, a := range slices.SortedFunc(maps.Keys(*answers), WireAnswer.compare) {
		all = append(all, writtenAnswer{a.Status, a.Outcome.String(), a.Reason, (*answers)[a]})
	}
	return all, nil
}

func decodeAnswers(all []writtenAnswer, answers *map[WireAnswer]int64) error {
	*answers = map[WireAnswer]int64{}
	for _, a := range all {
		outcome, err := counter.ParseOutcome(a.Outcome)
		if err != nil {
			return err
		}
		answer := WireAnswer{a.Status, outcome, a.Reason}
		if _, twice := (*answers)[answer]; twice {
			return fmt.Errorf("status %d, %s, %q occurs twice", a.Status, a.Outcome, a.Reason)
		}
		if a.Count < 0 || a.Status < 0 {
			return fmt.Errorf("%d answers of status %d", a.Count, a.Status)
		}
		(*answers)[answer] = a.Count
	}
	return nil
}

// validate refuses a result that was read, and that no run can have measured. An error of
// the run itself excuses sums that do not hold.
func (r *Result) validate() error {
	if err := r.Source.validate(); err != nil {
		return err
	}
	s := &r.Scenario
	if n := len(r.Ledgers); n != s.Counters.Count {
		return fmt.Errorf("ledgers: %d, but the scenario has %d counters", n, s.Counters.Count)
	}
	if e := r.EndedEarly; e != nil && e.Threshold >= len(s.Thresholds) {
		return fmt.Errorf("ended_early: the scenario has no threshold %d", e.Threshold)
	}
	if len(r.Parts.Policies) != len(s.Retry.Mix) || len(r.Parts.Latencies) != len(s.Embedded.Latencies) {
		return errors.New("parts: not those of the scenario")
	}
	if err := r.validateLoad(); err != nil {
		return err
	}
	last := -1
	for i := range r.Workers {
		n := r.Workers[i].Number
		if n <= last || n >= s.Load.Workers {
			return fmt.Errorf("workers: %d: the number %d is not in (%d, %d)", i, n, last, s.Load.Workers)
		}
		last = n
	}
	for i := range r.Seconds {
		if len(r.Seconds[i].Responses) > buckets {
			return fmt.Errorf("seconds: %d: more than %d buckets", i, buckets)
		}
	}
	if err := r.Verify(); err != nil && r.Err == nil {
		return err
	}
	return nil
}

func (s *Share) validate() error {
	if s.Machines == 0 && *s == (Share{}) || s.Machine < s.Machines {
		return nil
	}
	return fmt.Errorf("source: there is no machine %d of %d", s.Machine, s.Machines)
}

func (r *Result) validateLoad() error {
	s := &r.Scenario
	if min(r.LoadEnded, r.Elapsed) < 0 || max(r.LoadEnded, r.Elapsed) > latest {
		return fmt.Errorf("it lasted for %s, and its load for %s", r.Elapsed, r.LoadEnded)
	}
	if r.OpenLoop != nil && !s.Load.Open() || r.OpenLoop == nil && s.Load.Open() {
		return errors.New("open_loop: the scenario says otherwise")
	}
	if len(r.Stages) > len(s.Load.Stages) {
		return fmt.Errorf("stages: %d, but the scenario has %d", len(r.Stages), len(s.Load.Stages))
	}
	for i := range r.Stages {
		if r.Stages[i].Stage != s.Load.Stages[i] {
			return fmt.Errorf("stages: %d: not that of the scenario", i)
		}
	}
	if n := len(r.Stalls.All); n > maxStalls+1 {
		return fmt.Errorf("stalls: more than %d", maxStalls)
	}
	for i, stall := range r.Stalls.All {
		switch {
		case stall.Began < 0 || stall.Over > latest || stall.From > stall.To || stall.To > r.LoadEnded || stall.Began > stall.Over || stall.From < stall.Began || stall.To > stall.Over:
			return fmt.Errorf("stalls: %d: from %s to %s is no part of the load", i, stall.From, stall.To)
		case i > 0 && stall.From < r.Stalls.All[i-1].To:
			return fmt.Errorf("stalls: %d: it begins before the one before it ended", i)
		}
	}
	return nil
}

// latest bounds the moments of a run: a hundred days. So the lengths of stalls can be
// divided into steps, and multiplied by these.
const latest = 100 * 24 * time.Hour
