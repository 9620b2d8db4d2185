package capacity

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"contend/internal/format"
	"contend/internal/plainjson"
	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
)

// Version is the version of capacity.json that this package writes.
const Version = 1

// Capacity is the content of capacity.json: the result of a search, with all its trials. A
// number that is not known is a nil pointer, and absent from the JSON.
type Capacity struct {
	Conditions
	Result
	// Goals has a bracket for each goal alone, as far as the trials show one.
	Goals  []Goal  `json:"goals"`
	Trials []Trial `json:"trials"`
	Void   []Void  `json:"void"`
	// Headroom lists the trials of loads around the result.
	Headroom []Headroom `json:"headroom,omitempty"`
	// Verdict is the worst verdict of all trials. Wrong has the numbers of the trials that
	// failed a check.
	Verdict check.Status `json:"verdict"`
	Wrong   []int        `json:"wrong,omitempty"`
	// USD is what all trials cost on DynamoDB at the scenario's price.
	USD         float64  `json:"usd"`
	Assumptions []string `json:"assumptions,omitempty"`
}

// Conditions say what was searched, where and how.
type Conditions struct {
	Version     int    `json:"version"`
	ToolVersion string `json:"tool_version,omitempty"`
	Scenario    string `json:"scenario"`
	Description string `json:"description,omitempty"`
	Strategy    string `json:"strategy"`
	RetryPolicy string `json:"retry_policy"`
	// StartedAt is when the search began, before any resumption. In a simulated search,
	// scenario and options determine everything else.
	StartedAt time.Time `json:"started_at,omitzero"`
	Seed      uint64    `json:"seed"`
	Workers   int       `json:"workers"`
	// Target is where the trials ran. Before the first trial, only its kind is known.
	Target    report.Target `json:"target"`
	Simulated bool          `json:"simulated,omitempty"`

	Find Find   `json:"find"`
	Unit string `json:"unit"` // of all loads
	// Predicted is the first load of the search: the limit according to the law of contention,
	// or an estimate if the law does not apply.
	Predicted float64 `json:"predicted"`
	// Width is the allowed width of the bracket, as a fraction of its larger end.
	Width float64 `json:"width"`
	// TrialS is the measured length of a full trial, in seconds.
	TrialS float64 `json:"trial_s"`
}

// Result is the bracket.
type Result struct {
	// Answer is the result as a sentence.
	Answer string `json:"answer"`
	// Lower and Upper are the ends of the bracket: the limit lies between them. For a rate
	// or workers, Lower is the highest load that meets all goals, and Upper the lowest that
	// misses one. For shards, Upper is the smallest number that meets all goals, and Lower
	// the largest that misses one.
	Lower *float64 `json:"lower,omitempty"`
	Upper *float64 `json:"upper,omitempty"`
	// Limit is the goal that is missed first; "" if none was missed.
	Limit string `json:"limit,omitempty"`
	// ThroughputPerS is the throughput at the load that meets all goals.
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	// Complete is true if the search finished; otherwise Stopped says why not.
	Complete bool   `json:"complete"`
	Stopped  string `json:"stopped,omitempty"`
	// Replay is the command that repeats the trial of the load that meets all goals.
	Replay string `json:"replay,omitempty"`
	// Require is absent if no load was required.
	Require *Requirement `json:"require,omitempty"`
}

// Goal is one goal with its own bracket.
type Goal struct {
	Goal string `json:"goal"`
	// Kept is the hardest load up to which all loads met the goal, and Missed the easiest load
	// that missed it.
	Kept   *float64 `json:"kept,omitempty"`
	Missed *float64 `json:"missed,omitempty"`
}

// Void is a trial that shows nothing about the store.
type Void struct {
	Trial int     `json:"trial"` // its number
	Load  float64 `json:"load"`
	Why   string  `json:"why"`
}

// Headroom is a trial of a load near the result.
type Headroom struct {
	Factor float64 `json:"factor"` // the load, divided by the one that meets all goals
	Trial  int     `json:"trial"`  // the trial's number
}

// Requirement is a required load, and whether it is sustained.
type Requirement struct {
	Load   float64           `json:"load"`
	Status RequirementStatus `json:"status"`
}

// RequirementStatus says whether a required load is sustained. The zero value is no status.
type RequirementStatus string

// The statuses.
const (
	Sustained    RequirementStatus = "sustained"     // at most as hard as the end of the bracket that meets the goals
	NotSustained RequirementStatus = "not sustained" // at least as hard as the end that misses one
	Unclear      RequirementStatus = "unclear"       // between the two, or that end is not known
)

func newCapacity(s *scenario.Scenario, h *search, assumptions []string) *Capacity {
	c := &Capacity{
		Conditions: Conditions{
			Version: Version, ToolVersion: h.options.About.ToolVersion, StartedAt: h.options.StartedAt, Scenario: s.Name, Description: s.Description, Strategy: s.Strategy, RetryPolicy: string(s.Retry.Kind), Seed: s.Seed,
			Workers: s.Load.Workers, Target: report.Target{Kind: s.Target}, Simulated: s.Target == scenario.TargetSimulated,
			Find: h.options.Find, Unit: h.options.Find.Unit(), Predicted: h.bracket.First, Width: h.bracket.Width, TrialS: h.bracket.Full.Seconds(),
		},
		Verdict: check.Inconclusive, Assumptions: assumptions, Trials: []Trial{}, Void: []Void{}, Goals: []Goal{},
	}
	if len(s.Retry.Mix) > 0 {
		c.RetryPolicy = "mix"
	}
	if h.options.Require > 0 {
		c.Require = &Requirement{Load: h.options.Require, Status: Unclear}
	}
	return c
}

// Format returns a load with its unit, such as "60/s".
func (f Find) Format(load float64) string {
	number := strconv.FormatFloat(load, 'f', -1, 64)
	if f == Rate {
		return number + f.Unit()
	}
	if load == 1 {
		return number + " " + f.Unit()[:len(f.Unit())-1]
	}
	return number + " " + f.Unit()
}

// KeptLoad returns the end of the bracket that meets all goals; nil if there is none.
func (c *Capacity) KeptLoad() *float64 {
	if c.Find == Shards {
		return c.Upper
	}
	return c.Lower
}

// MissedLoad returns the end of the bracket that misses a goal; nil if there is none.
func (c *Capacity) MissedLoad() *float64 {
	if c.Find == Shards {
		return c.Lower
	}
	return c.Upper
}

// Encode writes capacity.json. The error is that of writing to w.
func (c *Capacity) Encode(w io.Writer) error {
	if err := plainjson.Write(w, c); err != nil {
		return fmt.Errorf("capacity: %w", err)
	}
	return nil
}

// Decode reads capacity.json. It returns an error for versions other than [Version].
func Decode(r io.Reader) (*Capacity, error) {
	c := new(Capacity)
	if err := json.NewDecoder(r).Decode(c); err != nil {
		return nil, fmt.Errorf("capacity: %w", err)
	}
	if c.Version != Version {
		return nil, fmt.Errorf("capacity: unknown version %d; this program reads %d", c.Version, Version)
	}
	if c.Find != Rate && c.Find != Workers && c.Find != Shards {
		return nil, fmt.Errorf("capacity: unknown find %q", format.Shorten(string(c.Find), 40))
	}
	for i := range c.Trials {
		if t := &c.Trials[i]; t.Load <= 0 || t.LengthS <= 0 || t.Number != i+1 {
			return nil, errors.New("capacity: a trial without a load, a length or its number")
		}
	}
	for _, h := range c.Headroom {
		if h.Trial < 1 || h.Trial > len(c.Trials) {
			return nil, fmt.Errorf("capacity: the headroom names trial %d of %d", h.Trial, len(c.Trials))
		}
	}
	return c, nil
}
