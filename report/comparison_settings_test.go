package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// blocks is a comparison of a matrix whose blocks vary different fields, in
// different orders.
func blocks() *Comparison {
	var groups []VariantRuns
	add := func(settings ...Setting) {
		v := VariantRuns{Settings: settings}
		for n := range 6 {
			r := *passing()
			r.ThroughputPerS = new(100 + float64(10*len(groups)+n))
			v.Runs = append(v.Runs, ComparedRun{Folder: fmt.Sprintf("%d-%d", len(groups), n), Report: &r})
		}
		groups = append(groups, v)
	}
	for _, strategy := range []string{"conditional", "atomic-add"} {
		for _, workers := range []string{"1", "8"} {
			add(Setting{"strategy", strategy}, Setting{"load.workers", workers})
		}
	}
	add(Setting{"strategy", "sharded"})
	add(Setting{"strategy", "combining"})
	add(Setting{"retry.policy", "none"}, Setting{"strategy", "conditional"})
	add(Setting{"retry.policy", "immediate"}, Setting{"strategy", "conditional"})
	add()
	return Compare(groups, CompareOptions{})
}

func TestBlocksOfDifferentFieldsHaveAPage(t *testing.T) {
	page := comparisonPage(t, blocks())
	for _, want := range []string{
		"9 variants of 4 strategy, 2 load.workers, 2 retry.policy, 6 runs each",
		"Throughput against load.workers",
		"Not drawn: 5 variants whose settings do not name load.workers.",
		`<th scope="col" class="t">retry.policy</th>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// A value belongs to its field, wherever the field stands among the settings.
func TestSettingsAreLookedUpByTheirPaths(t *testing.T) {
	c := blocks()
	if got, want := c.values("strategy"), []string{"conditional", "atomic-add", "sharded", "combining"}; !slices.Equal(got, want) {
		t.Errorf("strategies %q, want %q", got, want)
	}
	if got, want := c.values("load.workers"), []string{"1", "8"}; !slices.Equal(got, want) {
		t.Errorf("workers %q, want %q", got, want)
	}
}

// TestCurvesAlongASetting are of the variants that set it.
func TestCurvesAlongASetting(t *testing.T) {
	c := blocks()
	curves := c.along("load.workers")
	if len(curves) != 2 || curves[0].name != "conditional" || len(curves[0].variants) != 2 || curves[1].name != "atomic-add" {
		t.Errorf("curves along the workers: %+v", curves)
	}
	if chart := c.curveChart(c.Metrics[0], "load.workers", []float64{1, 8}); len(chart.Series) != 2 || chart.Series[0].Points[1].X != 8 {
		t.Errorf("drawn: %+v", chart.Series)
	}
	if all := c.along(""); len(all) != len(c.Variants) {
		t.Errorf("%d curves of %d variants", len(all), len(c.Variants))
	}
	names := map[string]bool{}
	for _, k := range c.along("") {
		if names[k.name] {
			t.Errorf("two curves are called %q", k.name)
		}
		names[k.name] = true
	}
}

func TestBlocksOfDifferentFieldsHaveATableAndACSV(t *testing.T) {
	c := blocks()
	text := comparisonText(t, c, TextOptions{Width: 100})
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
	m := &Matrix{Planned: 2, Variants: []Variant{
		{Settings: []Setting{{"retry.policy", "none"}}, Strategy: "conditional"},
		{Settings: []Setting{{"load.workers", "8"}}, Strategy: "conditional"},
		{Strategy: "conditional"},
	}}
	var b strings.Builder
	if err := MatrixText(&b, m, TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"retry.policy: none", "load.workers: 8"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table does not say %q:\n%s", want, b.String())
		}
	}
}
