// Package threshold reads the limits that a scenario sets for a run's measurements:
//
//	METRIC OPERATOR VALUE, as in p99 < 200ms, conflict_rate <= 80%, exactly_once == pass
//
// It knows the names of the metrics, but not how they are measured.
package threshold

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"contend/internal/pattern"
)

// Threshold is one limit. [Parse] reads one; the zero value is not valid.
type Threshold struct {
	Metric   string
	Operator Operator
	// Number and Unit are the limit as it was written; [Threshold.Limit] converts
	// it to the metric's own unit.
	Number float64
	Unit   Unit
	// Finding is the limit of a metric of the kind [Status], instead of a number.
	Finding string
	// AbortAfter is how long the limit may be missed while a run goes on before it ends the
	// run; 0: it never does. [Threshold.CanAbort] says which metrics may have it.
	AbortAfter time.Duration
}

// Operator compares what was measured, on its left, with the limit.
type Operator string

// The operators.
const (
	Less     Operator = "<"
	AtMost   Operator = "<="
	Greater  Operator = ">"
	AtLeast  Operator = ">="
	Equal    Operator = "=="
	NotEqual Operator = "!="
)

// Unit is the unit that is written with a number; "" is none.
type Unit string

// The units.
const (
	Microseconds Unit = "us"
	Milliseconds Unit = "ms"
	Seconds      Unit = "s"
	PerSecond    Unit = "/s"
	Percent      Unit = "%"
	Dollars      Unit = "$" // before the number
)

// maxNumber is far above any possible measurement.
const maxNumber = 1e12

// UnknownMetricError says that no metric has the name.
type UnknownMetricError struct{ Name string }

func (e *UnknownMetricError) Error() string { return fmt.Sprintf("unknown metric %q", e.Name) }

// Findings lists the values of a metric of the kind [Status].
func Findings() []string { return []string{"pass", "fail", "inconclusive", "skipped"} }

var (
	condition = pattern.Lazy(`^\s*([A-Za-z][A-Za-z0-9_.-]*)\s*(<=|>=|==|!=|<|>)\s*(\S.*?)\s*$`)
	number    = pattern.Lazy(`^(\$?)(\d+(?:\.\d+)?)\s*(.*)$`)
)

// Parse reads a threshold. The error says what to write instead; it is an
// [*UnknownMetricError] if no metric has the name.
func Parse(text string) (Threshold, error) {
	parts := condition().FindStringSubmatch(text)
	if parts == nil {
		return Threshold{}, errors.New("must be a metric, one of < <= > >= == != and a value, as in p99 < 200ms")
	}
	t := Threshold{Metric: parts[1], Operator: Operator(parts[2])}
	metric, err := metricOf(t.Metric)
	if err != nil {
		return Threshold{}, err
	}
	if metric.Kind == Status {
		t.Finding = parts[3]
		return t, t.Check()
	}
	value := number().FindStringSubmatch(parts[3])
	if value == nil {
		return Threshold{}, fmt.Errorf("the limit of %s must be a number%s, not %q", t.Metric, metric.Kind.example(), parts[3])
	}
	t.Unit = Unit(value[1] + value[3])
	if t.Unit == "µs" || t.Unit == "μs" { // as Go writes it; the two are different letters
		t.Unit = Microseconds
	}
	if t.Number, err = strconv.ParseFloat(value[2], 64); err != nil {
		return Threshold{}, fmt.Errorf("the limit of %s: %w", t.Metric, err)
	}
	return t, t.Check()
}

// Check returns an error if the threshold is not valid. [Parse] returns valid ones.
func (t Threshold) Check() error {
	metric, err := metricOf(t.Metric)
	if err != nil {
		return err
	}
	if !slices.Contains([]Operator{Less, AtMost, Greater, AtLeast, Equal, NotEqual}, t.Operator) {
		return fmt.Errorf("unknown operator %q", t.Operator)
	}
	if err := t.CheckAbort(); err != nil {
		return err
	}
	if metric.Kind == Status {
		return t.checkFinding()
	}
	switch {
	case t.Finding != "":
		return fmt.Errorf("%s is a number, not a finding such as %q", t.Metric, t.Finding)
	case !(t.Number >= 0 && t.Number <= maxNumber):
		return fmt.Errorf("the limit of %s must be a number from 0 to %.0f, not %v", t.Metric, maxNumber, t.Number)
	case slices.Contains(metric.Kind.units(), t.Unit):
		return nil
	case t.Unit == "":
		return fmt.Errorf("the limit of %s needs a unit%s", t.Metric, metric.Kind.example())
	}
	return fmt.Errorf("the unit %q does not fit %s, which is %s%s", t.Unit, t.Metric, metric.Kind, metric.Kind.example())
}

func metricOf(name string) (Metric, error) {
	if metric, known := Named(name); known {
		return metric, nil
	}
	if err := notAPercentile(name); err != nil {
		return Metric{}, err
	}
	return Metric{}, &UnknownMetricError{name}
}

func (t Threshold) checkFinding() error {
	switch {
	case t.Operator != Equal && t.Operator != NotEqual:
		return fmt.Errorf("%s is not a number: compare it with == or !=, not with %s", t.Metric, t.Operator)
	case !slices.Contains(Findings(), t.Finding):
		return fmt.Errorf("%s is one of %s, not %q", t.Metric, strings.Join(Findings(), ", "), t.Finding)
	case t.Number != 0 || t.Unit != "":
		return fmt.Errorf("%s is not a number", t.Metric)
	}
	return nil
}

// String returns the threshold in the form that [Parse] reads, without AbortAfter.
func (t Threshold) String() string {
	value := t.Finding
	if value == "" {
		value = strconv.FormatFloat(t.Number, 'f', -1, 64)
		if t.Unit == Dollars {
			value = string(t.Unit) + value
		} else {
			value += string(t.Unit)
		}
	}
	return fmt.Sprintf("%s %s %s", t.Metric, t.Operator, value)
}

// Same reports whether both are the same limit, even if they write the metric's
// name differently, or would end a run after different times.
func (t Threshold) Same(other Threshold) bool {
	ours, _ := Named(t.Metric)
	theirs, _ := Named(other.Metric)
	other.Metric, other.AbortAfter = t.Metric, t.AbortAfter
	return t == other && ours == theirs
}

// Limit returns the limit in the metric's own unit; see [Kind].
func (t Threshold) Limit() float64 {
	switch t.Unit {
	case Microseconds:
		return t.Number / 1000
	case Seconds:
		return t.Number * 1000
	case Percent:
		return t.Number / 100
	}
	return t.Number
}

// Keeps reports whether a measured value, in the metric's own unit, is within the
// limit.
func (t Threshold) Keeps(measured float64) bool {
	switch limit := t.Limit(); t.Operator {
	case Less:
		return measured < limit
	case AtMost:
		return measured <= limit
	case Greater:
		return measured > limit
	case AtLeast:
		return measured >= limit
	case Equal:
		return measured == limit
	case NotEqual:
		return measured != limit
	}
	return false
}

// KeepsFinding is [Threshold.Keeps] for a metric of the kind [Status].
func (t Threshold) KeepsFinding(measured string) bool {
	return (measured == t.Finding) == (t.Operator == Equal)
}

// String describes a metric of the kind.
func (k Kind) String() string {
	switch k {
	case Duration:
		return "a duration"
	case Rate:
		return "a rate"
	case Share:
		return "a fraction"
	case Money:
		return "a sum of money"
	case Status:
		return "a finding: " + strings.Join(Findings(), ", ")
	}
	return "a plain number"
}

func (k Kind) units() []Unit {
	switch k {
	case Duration:
		return []Unit{Microseconds, Milliseconds, Seconds}
	case Rate:
		return []Unit{"", PerSecond}
	case Share:
		return []Unit{"", Percent}
	case Money:
		return []Unit{"", Dollars}
	}
	return []Unit{""}
}

// example ends a message about a unit.
func (k Kind) example() string {
	switch k {
	case Duration:
		return ", as in 200ms, 1.5s or 800us"
	case Rate:
		return ", as in 500/s"
	case Share:
		return ", as in 0.8 or 80%"
	case Money:
		return ", as in $1.25"
	}
	return ", as in 1.5"
}
