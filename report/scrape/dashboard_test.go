package scrape

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDashboardNamesOnlyMetricsThatExist: each query, also that of a variable, names metrics
// and labels that a run has, and each metric is in a query.
func TestDashboardNamesOnlyMetricsThatExist(t *testing.T) {
	var text bytes.Buffer
	if err := WriteDashboard(&text); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Templating struct{ List []struct{ Query any } }
		Panels     []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	var queries []string
	for _, variable := range d.Templating.List {
		if q, ok := variable.Query.(map[string]any); ok {
			queries = append(queries, q["query"].(string))
		}
	}
	for _, panel := range d.Panels {
		for _, target := range panel.Targets {
			queries = append(queries, target.Expr)
		}
	}
	used := map[string]bool{}
	for _, q := range queries {
		unknown := unknownIn(q, used)
		if len(unknown) > 0 {
			t.Errorf("%s: there is no %q", q, unknown)
		}
	}
	for _, name := range Names() {
		if !used[name] {
			t.Errorf("no query shows %s", name)
		}
	}
	if got := unknownIn(`sum by (worker) (contend_operation_total{machine="1"})`, used); len(got) != 3 {
		t.Errorf("only %q of a metric and two labels that do not exist were found", got)
	}
}

// unknownIn are the metrics and labels of a query that no run has. It enters those metrics
// that exist.
func unknownIn(query string, used map[string]bool) (unknown []string) {
	labels := []string{"scenario", "design", "policy", "variant", "le"}
	for _, d := range described() {
		labels = append(labels, d.labels...)
	}
	for _, name := range regexp.MustCompile(`contend_\w+`).FindAllString(query, -1) {
		base := name
		if strings.HasSuffix(name, "_seconds_bucket") {
			base = strings.TrimSuffix(name, "_bucket")
		}
		if !slices.Contains(Names(), base) {
			unknown = append(unknown, name)
		}
		used[base] = true
	}
	for _, list := range regexp.MustCompile(`(?:by|without) \(([^)]*)\)|label_values\(\w+, (\w+)\)`).FindAllStringSubmatch(query, -1) {
		for _, label := range strings.Split(list[1]+list[2], ", ") {
			if !slices.Contains(labels, label) {
				unknown = append(unknown, label)
			}
		}
	}
	for _, label := range regexp.MustCompile(`[{,](\w+)=`).FindAllStringSubmatch(query, -1) {
		if !slices.Contains(labels, label[1]) {
			unknown = append(unknown, label[1])
		}
	}
	return unknown
}
