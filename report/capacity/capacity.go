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

// Capacity is capacity.json: what a search found, with all its trials. A number that is not
// known is a nil pointer and absent from the JSON. The embedded structs are not objects in
// the file: their fields stand directly in it.
type Capacity struct {
	Conditions
	Result
	// Goals are the brackets of each goal for itself, as far as the trials show them.
	Goals  []Goal  `json:"goals"`
	Trials []Trial `json:"trials"`
	Void   []Void  `json:"void"`
	// Headroom shows the loads around the result.
	Headroom []Headroom `json:"headroom,omitempty"`
	// Verdict is the worst verdict of the trials' checks: fail before pass. Wrong are the
	// numbers of the trials that failed one.
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
	// StartedAt is when the search began, or began first if it was resumed. It is the only
	// figure of a simulated search that its scenario and options do not decide.
	StartedAt time.Time `json:"started_at,omitzero"`
	Seed      uint64    `json:"seed"`
	Workers   int       `json:"workers"`
	// Target is where the trials were; its kind alone before the first one.
	Target    report.Target `json:"target"`
	Simulated bool          `json:"simulated,omitempty"`

	Find Find   `json:"find"`
	Unit string `json:"unit"` // of all loads
	// Predicted is the load with which the search began, by the law of contention.
	Predicted float64 `json:"predicted"`
	// Width is how wide the bracket was allowed to be, as a share of its larger end.
	Width float64 `json:"width"`
	// TrialS is the length of the trials that decide, in seconds.
	TrialS float64 `json:"trial_s"`
}

// Result is the bracket.
type Result struct {
	// Answer is the result as a sentence.
	Answer string `json:"answer"`
	// Lower and Upper are the bracket, as numbers: between them is the limit. Of a rate or
	// of workers, Lower is the highest load that keeps all goals, and Upper the lowest that
	// misses one; of shards, Upper is the smallest number that keeps them.
	Lower *float64 `json:"lower,omitempty"`
	Upper *float64 `json:"upper,omitempty"`
	// Limit is the goal that limits; "" if none was missed.
	Limit string `json:"limit,omitempty"`
	// ThroughputPerS is the throughput at the load that keeps all goals.
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	// Complete is true if the search ended by itself; otherwise Stopped says why not.
	Complete bool   `json:"complete"`
	Stopped  string `json:"stopped,omitempty"`
	// Replay is the command that makes again the trial which shows the load that keeps all
	// goals.
	Replay string `json:"replay,omitempty"`
	// Require is absent if nothing was required.
	Require *Requirement `json:"require,omitempty"`
}

// Goal is one goal and what the trials say of it.
type Goal struct {
	Goal string `json:"goal"`
	// Kept is the hardest load of which all easier ones kept the goal, and Missed the
	// easiest that missed it.
	Kept   *float64 `json:"kept,omitempty"`
	Missed *float64 `json:"missed,omitempty"`
}

// Void is a trial that shows nothing of the store.
type Void struct {
	Trial int     `json:"trial"` // its number
	Load  float64 `json:"load"`
	Why   string  `json:"why"`
}

// Headroom is a load beside the result.
type Headroom struct {
	Factor float64 `json:"factor"` // of the load that keeps all goals
	Trial  int     `json:"trial"`  // its number
}

// Requirement is a load that was asked about.
type Requirement struct {
	Load   float64           `json:"load"`
	Status RequirementStatus `json:"status"`
}

// RequirementStatus says whether a required load is borne. The zero value is no status.
type RequirementStatus string

// The statuses.
const (
	Borne    RequirementStatus = "borne"     // within the bracket's kept side
	NotBorne RequirementStatus = "not borne" // beyond its missed side
	Unclear  RequirementStatus = "unclear"   // between the two, or no side is known
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

// Format writes a load with its unit.
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

// KeptLoad is the load that keeps all goals, and MissedLoad the one that misses one; nil if
// there is none.
func (c *Capacity) KeptLoad() *float64 {
	if c.Find == Shards {
		return c.Upper
	}
	return c.Lower
}

// MissedLoad is the end of the bracket that misses a goal; nil if there is none.
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

// Decode reads capacity.json. It refuses other versions.
func Decode(r io.Reader) (*Capacity, error) {
	c := new(Capacity)
	if err := json.NewDecoder(r).Decode(c); err != nil {
		return nil, fmt.Errorf("capacity: %w", err)
	}
	if c.Version != Version {
		return nil, fmt.Errorf("capacity: version %d, this program reads %d", c.Version, Version)
	}
	if c.Find != Rate && c.Find != Workers && c.Find != Shards {
		return nil, fmt.Errorf("capacity: unknown find %q", format.Shorten(string(c.Find), 40))
	}
	for i := range c.Trials {
		if t := &c.Trials[i]; t.Load <= 0 || t.LengthS <= 0 || t.Number != i+1 {
			return nil, errors.New("capacity: a trial without a load, a length or its number")
		}
	}
	return c, nil
}
