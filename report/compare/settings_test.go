package compare_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/report/compare"
	"contend/report/page"
	"contend/report/reporttest"
	"contend/report/text"
)

func comparisonPage(t *testing.T, c *compare.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Comparison(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// blocks is a comparison of a matrix whose blocks vary different fields, in
// different orders.
func blocks() *compare.Comparison {
	var groups []compare.Candidate
	base := reporttest.Passing()
	add := func(settings ...report.Setting) {
		v := compare.Candidate{Settings: settings}
		for n := range 6 {
			r := *base
			r.ThroughputPerS = new(100 + float64(10*len(groups)+n))
			v.Runs = append(v.Runs, compare.Run{Folder: fmt.Sprintf("%d-%d", len(groups), n), Report: &r})
		}
		groups = append(groups, v)
	}
	for _, strategy := range []string{"conditional", "atomic-add"} {
		for _, workers := range []string{"1", "8"} {
			add(report.Setting{Path: "strategy", Value: strategy}, report.Setting{Path: "load.workers", Value: workers})
		}
	}
	add(report.Setting{Path: "strategy", Value: "sharded"})
	add(report.Setting{Path: "strategy", Value: "combining"})
	add(report.Setting{Path: "retry.policy", Value: "none"}, report.Setting{Path: "strategy", Value: "conditional"})
	add(report.Setting{Path: "retry.policy", Value: "immediate"}, report.Setting{Path: "strategy", Value: "conditional"})
	add()
	return compare.Compare(groups, compare.Options{})
}

// A value belongs to its field, wherever the field stands among the settings.
func TestSettingsAreLookedUpByTheirPaths(t *testing.T) {
	c := blocks()
	if got, want := c.Values("strategy"), []string{"conditional", "atomic-add", "sharded", "combining"}; !slices.Equal(got, want) {
		t.Errorf("strategies %q, want %q", got, want)
	}
	if got, want := c.Values("load.workers"), []string{"1", "8"}; !slices.Equal(got, want) {
		t.Errorf("workers %q, want %q", got, want)
	}
}

func TestBlocksOfDifferentFieldsHaveATableAndACSV(t *testing.T) {
	c := blocks()
	text := comparisonText(t, c, text.Options{Width: 100})
	for _, want := range []string{"retry.policy", "immediate", "sharded"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text does not say %q:\n%s", want, text)
		}
	}
	var b bytes.Buffer
	if err := c.CSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := rows[0][:3], []string{"strategy", "load.workers", "retry.policy"}; !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
	for row, want := range map[int][]string{1: {"conditional", "1", ""}, 25: {"sharded", "", ""}, 37: {"conditional", "", "none"}, 49: {"", "", ""}} {
		if got := rows[row][:3]; !slices.Equal(got, want) {
			t.Errorf("row %d is of %q, want %q", row, got, want)
		}
	}
}

// Fields of different names in one column would make a value look like another's.
func TestMatrixTextOfBlocksOfDifferentFields(t *testing.T) {
	m := &report.Matrix{Planned: 2, Variants: []report.MatrixRun{
		{Settings: []report.Setting{{Path: "retry.policy", Value: "none"}}, Strategy: "conditional"},
		{Settings: []report.Setting{{Path: "load.workers", Value: "8"}}, Strategy: "conditional"},
		{Strategy: "conditional"},
	}}
	var b strings.Builder
	if err := text.Matrix(&b, m, text.Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"retry.policy: none", "load.workers: 8"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table does not say %q:\n%s", want, b.String())
		}
	}
}
