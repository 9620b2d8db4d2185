package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed is every import between packages of this module, tests apart. The
// reading direction is cmd → report → workload → counter; an edge that is not
// here fails, so that drawing a new one is a decision.
var allowed = map[string][]string{
	"cmd/contend": {
		"counter", "internal/crash", "internal/embedded", "internal/embedded/misbehave", "internal/format", "internal/manual",
		"internal/pattern", "internal/suggest", "report", "report/advise", "report/capacity", "report/compare", "report/folder", "report/growth", "report/junit", "report/manifest", "report/markdown",
		"report/page", "report/scrape", "report/text", "scenarios", "workload/check", "workload/estimate", "workload/exec", "workload/explore", "workload/history", "workload/measure", "workload/plan",
		"workload/probe", "workload/proxy", "workload/proxy/observe", "workload/proxy/watching", "workload/rendezvous", "workload/retry", "workload/scenario", "workload/store",
		"workload/threshold", "workload/trial", "workload",
	},
	"cmd/contend/processes":  nil,
	"cmd/contend/readme":     nil,
	"cmd/contend/scripttest": {"counter", "counter/layout", "internal/localtest", "internal/longtest", "workload/history"},
	"internal/manual":        {"internal/format", "internal/pattern"},
	"report/markdown":        {"internal/format", "report", "report/compare", "report/row", "workload/check", "workload/threshold"},
	"report/folder": {
		"counter", "internal/crash", "internal/format", "internal/pattern", "internal/plainjson", "report", "report/capacity", "report/compare", "report/junit", "report/page", "report/text",
		"workload/history", "workload/measure", "workload/plan", "workload/scenario", "workload/store", "workload/trial",
	},
	"report/page": {"counter", "internal/format", "internal/plot", "report", "report/capacity", "report/compare", "report/row", "workload/check", "workload/hist"},
	"report/capacity": {
		"counter", "internal/format", "internal/plainjson", "report", "report/capacity/bracket", "workload/check", "workload/estimate", "workload/history", "workload/law",
		"workload/scenario", "workload/threshold", "workload/trial",
	},
	"report/capacity/bracket": nil,
	"report/scrape":           {"counter", "internal/crash", "workload/history", "workload/measure", "workload/pace", "workload/scenario"},
	"report/manifest":         {"internal/pattern"},
	"report/junit":            {"internal/format", "report", "workload/check"},
	"report/advise": {
		"counter", "internal/format", "internal/plainjson", "report", "workload/check", "workload/estimate", "workload/fault", "workload/history", "workload/law",
		"workload/measure", "workload/retry", "workload/scenario", "workload/trial",
	},
	"report/growth": {
		"counter", "internal/clock", "internal/format", "internal/plainjson", "workload/estimate", "workload/history", "workload/scenario", "workload/store",
	},
	"report/text": {
		"counter", "internal/format", "report", "report/advise", "report/capacity", "report/compare", "report/growth", "report/row", "workload/check", "workload/explore", "workload/hist", "workload/measure",
		"workload/scenario", "workload/threshold",
	},
	"report/compare": {
		"internal/format", "internal/plainjson", "internal/scaling", "internal/statistic", "report", "report/row", "workload/check", "workload/hist", "workload/history",
		"workload/scenario", "workload/threshold",
	},
	"report/row": {"internal/format", "report", "workload/history", "workload/scenario", "workload/threshold"},
	"report/reporttest": {
		"counter", "report", "workload/check", "workload/fault", "workload/fleet", "workload/hist", "workload/history", "workload/measure", "workload/pace",
		"workload/rendezvous", "workload/retry", "workload/scenario", "workload/store", "workload/threshold", "workload/trial",
	},
	"report": {
		"counter", "internal/format", "internal/plainjson", "internal/statistic", "workload/check", "workload/hist", "workload/history",
		"workload/law", "workload/measure", "workload/proxy/record", "workload/retry", "workload/scenario", "workload/threshold", "workload/trial",
	},
	"workload":           nil,
	"workload/trialtest": {"counter", "workload/check", "workload/scenario", "workload/trial"},
	"workload/explore": {
		"counter", "internal/clock", "internal/crash", "internal/pattern", "workload/check", "workload/fault", "workload/history", "workload/pace", "workload/plan", "workload/retry", "workload/scenario", "workload/trial",
	},
	"workload/trial": {
		"counter", "counter/layout", "internal/clock", "internal/crash", "workload/check", "workload/exec", "workload/exec/crew", "workload/fleet", "workload/history", "workload/measure", "workload/rendezvous", "workload/plan", "workload/scenario",
		"workload/store",
	},
	"scenarios/own-counter/naive": nil,
	"scenarios/own-counter/safe":  nil,
	"workload/exec":               {"workload/history"},
	"workload/exec/crew": {
		"counter", "counter/layout", "workload/exec", "workload/fleet", "workload/history", "workload/proxy", "workload/proxy/observe", "workload/scenario", "workload/store",
	},
	"workload/fleet":      {"counter", "internal/clock", "internal/crash", "workload/history", "workload/measure", "workload/pace", "workload/retry", "workload/scenario", "workload/threshold"},
	"workload/rendezvous": {"counter", "counter/layout", "internal/clock", "internal/pattern", "workload/history"},
	"workload/probe":      {"counter", "internal/crash", "internal/pattern", "internal/plainjson", "workload/check", "workload/history"},
	"workload/measure":    {"counter", "internal/strictjson", "workload/hist", "workload/history", "workload/retry", "workload/scenario"},
	"workload/store":      {"counter", "internal/clock", "internal/embedded", "internal/embedded/misbehave", "internal/embedded/throughput", "workload/fault", "workload/scenario"},
	"workload/estimate":   {"counter", "workload/history", "workload/pace", "workload/retry", "workload/scenario"},
	"workload/plan":       {"workload/scenario", "workload/scenario/yamltree"},
	"workload/check":      {"counter", "workload/history"},
	"workload/scenario": {
		"counter", "counter/layout", "internal/embedded/misbehave", "internal/embedded/throughput", "internal/pattern", "internal/suggest", "workload/fault", "workload/history", "workload/pace", "workload/retry",
		"workload/scenario/yamltree", "workload/threshold",
	},
	"workload/scenario/yamltree":   {"internal/pattern"},
	"workload/history":             {"counter", "counter/layout", "internal/crash"},
	"workload/fault":               {"internal/clock"},
	"workload/proxy":               {"counter", "workload/fault", "workload/proxy/observe"},
	"workload/proxy/record":        {"counter", "workload/history", "workload/proxy", "workload/proxy/observe"},
	"workload/proxy/watching":      {"workload/check", "workload/fault", "workload/history", "workload/proxy", "workload/proxy/observe", "workload/proxy/record"},
	"workload/proxy/observe":       {"counter", "counter/layout", "internal/embedded/attribute", "internal/embedded/expression"},
	"workload/hist":                nil,
	"workload/law":                 nil,
	"workload/retry":               {"counter"},
	"workload/pace":                nil,
	"workload/threshold":           {"internal/pattern"},
	"scenarios":                    nil,
	"counter":                      {"counter/layout", "internal/clock"},
	"counter/layout":               {"internal/pattern"},
	"counter/countertest":          {"counter", "counter/layout", "internal/longtest"},
	"internal/bench":               nil,
	"internal/crash":               nil,
	"internal/clock":               {"internal/crash"},
	"internal/embedded":            {"internal/clock", "internal/crash", "internal/embedded/attribute", "internal/embedded/expression", "internal/embedded/misbehave", "internal/embedded/throughput"},
	"internal/embedded/attribute":  nil,
	"internal/embedded/expression": {"internal/embedded/attribute"},
	"internal/embedded/misbehave":  nil,
	"internal/embedded/throughput": {"internal/clock"},
	"internal/format":              nil,
	"internal/localtest":           {"counter"},
	"internal/localtest/lend":      {"internal/localtest"},
	"internal/localtest/state":     {"internal/localtest"},
	"internal/longtest":            nil,
	"internal/pattern":             nil,
	"internal/plainjson":           nil,
	"internal/plot":                {"internal/pattern"},
	"internal/scaling":             nil,
	"internal/statistic":           nil,
	"internal/strictjson":          nil,
	"internal/suggest":             nil,
}

const module = "contend/"

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImports(t *testing.T) {
	packages := list(t)
	for _, p := range packages {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || name == "internal" {
			continue
		}
		edges, known := allowed[name]
		if !known {
			t.Errorf("package %q is in no picture: add it to allowed", name)
		}
		for _, imported := range p.Imports {
			to, ours := strings.CutPrefix(imported, module)
			if ours && !slices.Contains(edges, to) {
				t.Errorf("%s imports %s, which is not allowed", name, to)
			}
		}
	}
}

// TestAllowedIsNotStale: each allowed edge is in use. An unused one could return
// without anybody's decision.
func TestAllowedIsNotStale(t *testing.T) {
	used := map[string][]string{}
	for _, p := range list(t) {
		used[strings.TrimPrefix(p.ImportPath, module)] = p.Imports
	}
	for name, edges := range allowed {
		imports, exists := used[name]
		if !exists {
			t.Errorf("package %q does not exist", name)
		}
		for _, to := range edges {
			if !slices.Contains(imports, module+to) {
				t.Errorf("%s no longer imports %s", name, to)
			}
		}
	}
}

func list(t *testing.T) []listed {
	t.Helper()
	output, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
