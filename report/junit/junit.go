// Package junit writes reports as JUnit XML, which CI systems read: a suite for each run,
// with a case for each check and each threshold. The format is that of the schema of
// Jenkins' xUnit plugin (junit-4.xsd). An inconclusive check becomes a case with an error,
// never one that passes; a skipped check becomes a skipped case.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"contend/internal/format"
	"contend/report"
	"contend/workload/check"
)

// Suite is one run. [SuiteOf], [SuiteOfProxy] and [NotRun] make suites.
type Suite struct {
	Name       string      `xml:"name,attr"`
	Tests      int         `xml:"tests,attr"`
	Failures   int         `xml:"failures,attr"`
	Errors     int         `xml:"errors,attr"`
	Skipped    int         `xml:"skipped,attr"`
	Time       string      `xml:"time,attr"`
	Timestamp  string      `xml:"timestamp,attr,omitempty"`
	Properties *properties `xml:"properties"`
	Cases      []testCase  `xml:"testcase"`
}

type properties struct {
	All []property `xml:"property"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

func (p *properties) add(name, value string) { p.All = append(p.All, property{name, text(value)}) }

type testCase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Skipped *string  `xml:"skipped"`
	Error   *problem `xml:"error"`
	Failure *problem `xml:"failure"`
}

type problem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// SuiteOf returns the suite of a run. The name distinguishes it from the other runs of a
// campaign; it is "" for a single run.
func SuiteOf(name string, r *report.Report) Suite {
	s := newSuite(r.Scenario, name)
	s.Time, s.Timestamp = seconds(r.ElapsedS), r.StartedAt.UTC().Format(time.RFC3339)
	s.Properties = &properties{[]property{
		{"strategy", r.Strategy}, {"retry_policy", r.RetryPolicy}, {"target", r.Target.Kind}, {"seed", strconv.FormatUint(r.Seed, 10)},
		{"simulated", strconv.FormatBool(r.Simulated)}, {"tool_version", r.ToolVersion},
	}}
	if r.EndedEarly != nil {
		s.Properties.add("ended_early", r.EndedEarly.Sentence())
	}
	if r.CostReached != nil {
		s.Properties.add("cost_reached", r.CostReached.Sentence())
	}
	if r.Part != nil {
		s.Properties.add("part", r.Part.Sentence())
	}
	if r.Error != "" || r.Interrupted {
		s.add(testCase{Name: "run", Error: &problem{Type: "error", Message: unfinished(r)}})
	}
	for _, c := range r.Verdict.Checks {
		s.add(checkCase(c))
	}
	for _, t := range r.Thresholds {
		s.add(thresholdCase(t))
	}
	return s
}

// SuiteOfProxy returns the suite of what passed through a proxy. The judgement is about one:
// its Proxy is not nil.
func SuiteOfProxy(j *report.Judgement) Suite {
	s := newSuite("proxy", "")
	s.Time, s.Timestamp = seconds(j.Proxy.ElapsedS), j.Proxy.StartedAt.UTC().Format(time.RFC3339)
	s.Properties = &properties{[]property{
		{"upstream", text(j.Proxy.Upstream)}, {"seed", strconv.FormatUint(j.Proxy.Seed, 10)}, {"dry", strconv.FormatBool(j.Proxy.Dry)},
		{"tool_version", text(j.Tool)},
	}}
	for _, row := range j.Proxy.Capacity() {
		s.Properties.All = append(s.Properties.All, property{row[0], text(row[1])})
	}
	if j.Error != "" {
		s.add(testCase{Name: "run", Error: &problem{Type: "error", Message: text(j.Error)}})
	}
	for _, c := range j.Verdict.Checks {
		s.add(checkCase(c))
	}
	return s
}

// NotRun returns the suite of a run that was not carried out; why says why not.
func NotRun(scenario, name, why string) Suite {
	s := newSuite(scenario, name)
	s.Time = seconds(0)
	s.add(testCase{Name: "run", Error: &problem{Type: "error", Message: text(why)}})
	return s
}

func newSuite(scenario, name string) Suite {
	full := text(scenario)
	if name != "" {
		full += ": " + text(name)
	}
	return Suite{Name: full}
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

// unfinished says why a run is not what it was meant to be.
func unfinished(r *report.Report) string {
	if r.Error != "" {
		return text(r.Error)
	}
	return "stopped before its end"
}

// add counts a case and enters it.
func (s *Suite) add(c testCase) {
	c.Class = s.Name
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func checkCase(c check.Result) testCase {
	one := testCase{Name: text(c.Name)}
	reason := text(c.Reason)
	switch c.Status {
	case check.Pass:
	case check.Skipped:
		one.Skipped = &reason
	case check.Fail:
		one.Failure = &problem{Type: string(c.Status), Message: reason, Text: evidence(c.Evidence)}
	default: // an unknown status is no pass either
		one.Error = &problem{Type: text(string(c.Status)), Message: reason, Text: evidence(c.Evidence)}
	}
	return one
}

func evidence(lines []string) string {
	var all []string
	for _, line := range lines {
		all = append(all, text(line))
	}
	return strings.Join(all, "\n")
}

func thresholdCase(t report.Threshold) testCase {
	one := testCase{Name: text(t.Text)}
	p := &problem{Type: string(t.Status), Message: text(t.Sentence())}
	switch t.Status {
	case report.Met:
	case report.Missed:
		one.Failure = p
	default:
		one.Error = p
	}
	return one
}

// text makes a text from elsewhere one that XML can hold.
func text(s string) string { return format.Printable(strings.ToValidUTF8(s, "\uFFFD")) }

type document struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Time     string   `xml:"time,attr"`
	Suites   []Suite  `xml:"testsuite"`
}

// Write writes the suites as one document. The error is that of writing to w.
func Write(w io.Writer, suites []Suite) error {
	d := document{Name: "contend", Suites: suites}
	total := 0.0
	for _, s := range suites {
		d.Tests, d.Failures, d.Errors = d.Tests+s.Tests, d.Failures+s.Failures, d.Errors+s.Errors
		lasted, err := strconv.ParseFloat(s.Time, 64)
		if err != nil {
			return fmt.Errorf("junit: suite %q: time %q", s.Name, s.Time)
		}
		total += lasted
	}
	d.Time = seconds(total)
	body, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s%s\n", xml.Header, body); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	return nil
}
