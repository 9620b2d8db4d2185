package main

import (
	"strings"

	"contend/counter"
	"contend/internal/embedded"
	"contend/report"
	"contend/report/advise"
	"contend/report/capacity"
	"contend/report/growth"
	"contend/report/manifest"
	"contend/scenarios"
	"contend/workload"
	"contend/workload/check"
	"contend/workload/exec"
	"contend/workload/explore"
	"contend/workload/history"
	"contend/workload/probe"
	"contend/workload/proxy"
	"contend/workload/retry"
)

// topic is something that "contend help" explains: a README, or a section of it, so
// that there is one source for both.
type topic struct {
	name, about string
	folder      string // folder of the README
	readme      func() string
	section     string // the section's heading; "" for the whole README
}

// text is the topic's Markdown.
func (t topic) text() string {
	if t.section == "" {
		return t.readme()
	}
	return section(t.readme(), t.section)
}

// anchor is the part of a link that names the section; "" for the whole README.
func (t topic) anchor() string { return strings.ReplaceAll(strings.ToLower(t.section), " ", "-") }

func topics() []topic {
	return []topic{
		{"scenario", "what a scenario is, and all its fields", "scenarios", scenarios.Readme, ""},
		{"designs", "ways to keep a counter in DynamoDB, and what breaks each", "counter", counter.Readme, ""},
		{"policies", "what a worker does before and between its attempts", "workload/retry", retry.Readme, ""},
		{"faults", "faults on the way between client and server", "workload", workload.Readme, "Faults"},
		{"rates", "open loops, and loads of several stages", "workload", workload.Readme, "Rates and stages"},
		{"thresholds", "limits that a run must keep", "workload", workload.Readme, "Thresholds"},
		{"campaigns", "many runs from one scenario: matrix and repeat", "workload", workload.Readme, "Campaigns"},
		{"targets", "stores to put load on, consent, tables, stopping", "workload", workload.Readme, "Targets and tables"},
		{"simulated", "runs in simulated time, and how they differ from real ones", "workload", workload.Readme, "Simulated time"},
		{"outcomes", "how attempts and operations end", "workload", workload.Readme, "Outcomes"},
		{"exit-codes", "what the exit code of a command means", "workload", workload.Readme, "Exit codes"},
		{"checks", "what each check claims, needs and shows", "workload/check", check.Readme, ""},
		{"history", "the file of all operations; histories of other programs", "workload/history", history.Readme, ""},
		{"reports", "the files of a run, the page, comparisons", "report", report.Readme, ""},
		{"server", "what the embedded server does and refuses", "internal/embedded", embedded.Readme, ""},
		{"advice", "how a policy and a design are chosen for a scenario", "report/advise", advise.Readme, ""},
		{"highest-load", "how the highest load is found, and how to read it", "report/capacity", capacity.Readme, ""},
		{"growth", "what a counter costs over days and months, by design", "report/growth", growth.Readme, ""},
		{"machines", "one run made by several machines, with one verdict", "workload", workload.Readme, "Several machines"},
		{"jobs", "one run on several machines: Kubernetes, Slurm, Nomad", "report/manifest", manifest.Readme, ""},
		{"exploring", "many seeds in simulated time, and the smallest failure", "workload/explore", explore.Readme, ""},
		{"proxying", "how a program in any language is put under faults and judged", "workload/proxy", proxy.Readme, ""},
		{"exec", "a counter of your own, in any language: the protocol", "workload/exec", exec.Readme, ""},
		{"probing", "what contend asks a DynamoDB-compatible server", "workload/probe", probe.Readme, ""},
	}
}

// section is the part of a document under the heading of that text, up to the next
// heading of its level. It is empty if there is none.
func section(document, heading string) string {
	var found strings.Builder
	level, inCode := 0, false
	for line := range strings.Lines(document) {
		if strings.HasPrefix(line, "```") {
			inCode = !inCode
		}
		depth := len(line) - len(strings.TrimLeft(line, "#"))
		if depth > 0 && !inCode {
			if level > 0 && depth <= level {
				break
			}
			if level == 0 && strings.TrimSpace(line[depth:]) == heading {
				level = depth
			}
		}
		if level > 0 {
			found.WriteString(line)
		}
	}
	return found.String()
}
