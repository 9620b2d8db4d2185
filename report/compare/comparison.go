package compare

import "contend/report"

// Comparison is comparison.json: variants with their runs, compared metric by metric.
// Variants that agree in all settings but the first form a group; one variant of each
// group is its baseline.
type Comparison struct {
	// Simulated is true if all runs were in simulated time.
	Simulated bool `json:"simulated,omitempty"`
	// Mixed warns that some runs were simulated and others not, and names the variants
	// of both; absent if there are only runs of one kind.
	Mixed       string          `json:"mixed,omitempty"`
	Version     int             `json:"version"`
	ToolVersion string          `json:"tool_version"`
	Scenario    string          `json:"scenario"`
	Description string          `json:"description,omitempty"`
	Targets     []report.Target `json:"targets"` // every target of the runs
	// Confidence is that of all intervals, in (0, 1).
	Confidence float64 `json:"confidence"`
	// Alpha is the level of all tests of one metric together: at most about this
	// fraction of the differences found in it are chance. Tests is the number of tests
	// of all metrics. The more tests a metric has, the smaller a P has to be (Benjamini
	// and Hochberg's correction).
	Alpha    float64   `json:"alpha"`
	Tests    int       `json:"tests"`
	Metrics  []Metric  `json:"metrics"` // the metrics that at least one run has
	Variants []Variant `json:"variants"`
	// Best has the best variant of each group in each main metric.
	Best []Best `json:"best"`
	// Scaling has the curves of throughput against load.workers; absent if no setting
	// has at least three such numbers.
	Scaling  []Scaling `json:"scaling,omitempty"`
	Warnings []string  `json:"warnings"` // one sentence each

	baselines map[string]*Variant    // by group
	colourOf  map[report.Setting]int // by first setting, once Colours was called
}

// Metric describes a metric.
type Metric struct {
	Name  string `json:"name"`
	Label string `json:"label"`          // for people
	Unit  string `json:"unit,omitempty"` // as in "ms"; "" for a ratio
	// Better is "higher" or "lower"; "" if neither is better.
	Better string `json:"better,omitempty"`
	// Main is true for the metrics that tables show at once.
	Main bool `json:"main,omitempty"`
}

// Variant is one variant with all its runs.
type Variant struct {
	Name     string           `json:"name"`     // its settings in one line
	Settings []report.Setting `json:"settings"` // the first is the one in which its group's variants differ
	Group    string           `json:"group"`    // the other settings in one line; "" if there are none
	Baseline bool             `json:"baseline"` // of its group
	Runs     []Run            `json:"runs"`
	// Estimates has an entry for each metric that at least one of the runs has.
	Estimates map[string]Estimate `json:"estimates"`
	// Law is what the law of contention says, by metric; absent unless
	// [Comparison.AddLaw] was called, and where the law does not apply.
	Law map[string]float64 `json:"law,omitempty"`
}

// Run is one run of a variant.
type Run struct {
	Folder  string `json:"folder"`
	Verdict string `json:"verdict"` // "" if it could not be run
	Error   string `json:"error,omitempty"`
	// Simulated is true if the run was in simulated time.
	Simulated bool `json:"simulated,omitempty"`
	// Values are all numbers among [report.Metrics] that the run has, by name.
	Values map[string]float64 `json:"values"`
	// Thresholds are the scenario's thresholds and their results in this run.
	Thresholds []report.Threshold `json:"thresholds,omitempty"`
	// LeftOut is the reason why the run is not a sample of its variant; "" if it is
	// one. Medians, intervals and tests use samples only.
	LeftOut string `json:"left_out,omitempty"`
	// Doubts are the reasons why its numbers may mislead, a clause each.
	Doubts []string `json:"doubts,omitempty"`
	// Report is the run's whole report; nil if it could not be run. [Compare] takes
	// what it needs from it.
	Report *report.Report `json:"-"`

	digest *digest // nil if it could not be run
}

// Estimate is the estimate of a metric over the runs of one variant.
type Estimate struct {
	N      int     `json:"n"` // number of runs that have the metric
	Median float64 `json:"median"`
	// Low and High bound the median with the comparison's confidence; absent if
	// there are too few runs for that.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	// Change is the change from the baseline of the group; absent for the baseline
	// itself, and if the baseline does not have the metric.
	Change *Change `json:"change,omitempty"`
}

// Change is the difference of a metric from the baseline.
type Change struct {
	// Ratio is median ÷ baseline's median − 1; absent if that is 0.
	Ratio *float64 `json:"ratio,omitempty"`
	// P is the probability of a difference at least as large if both variants were the
	// same (Mann-Whitney U test); absent if there are too few runs.
	P *float64 `json:"p,omitempty"`
	// Adjusted is P corrected for the number of tests of the metric; a difference is
	// significant if Adjusted is at most the comparison's Alpha.
	Adjusted *float64 `json:"p_adjusted,omitempty"`
	// Verdict is "better", "worse", "different" (where neither direction is better),
	// "~" if no difference was found, or "too few" if so few runs cannot show one.
	Verdict ChangeVerdict `json:"verdict"`

	before, after float64 // medians
}

// ChangeVerdict is the result of a comparison in one word. The zero value is not a
// verdict.
type ChangeVerdict string

// The verdicts.
const (
	Better    ChangeVerdict = "better"
	Worse     ChangeVerdict = "worse"
	Different ChangeVerdict = "different"
	NotShown  ChangeVerdict = "~"
	TooFew    ChangeVerdict = "too few"
)
