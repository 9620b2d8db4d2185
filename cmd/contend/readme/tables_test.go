package readme

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"contend/internal/format"
	"contend/internal/longtest"
	"contend/internal/statistic"
	"contend/report/compare"
)

// TestReadmeTables makes the runs of each measured table and compares every figure.
// With -update, it writes the figures that it found.
func TestReadmeTables(t *testing.T) {
	t.Parallel()
	program := userProgram(t)
	for _, table := range measuredTables {
		t.Run(table.command, func(t *testing.T) {
			if !*update { // tables of one README are written one after another
				t.Parallel()
			}
			if command, _, _ := strings.Cut(table.command, " --"); !strings.Contains(readmeText(t, table.readme), "`"+command) {
				t.Errorf("%s does not have the command %q", table.readme, command)
			}
			rows := tableRows(t, table)
			for _, quick := range table.quick {
				if !slices.ContainsFunc(rows, func(row string) bool { return labelOf(row) == quick }) {
					t.Errorf("there is no row %q", quick)
				}
			}
			for _, row := range rows {
				label := labelOf(row)
				if !longtest.Asked() && !slices.Contains(table.quick, label) {
					continue
				}
				if got := table.measure(t, program, row); got != row {
					t.Errorf("%s:\n got %s\nwant %s", table.readme, got, row)
					table.rewrite(t, row, got)
				}
			}
		})
	}
}

// tableRows are the lines of a table below its head.
func tableRows(t *testing.T, table measuredTable) (rows []string) {
	t.Helper()
	_, below, found := strings.Cut(readmeText(t, table.readme), "\n"+table.header+"\n")
	if !found {
		t.Fatalf("%s has no table with the head %q", table.readme, table.header)
	}
	_, below, _ = strings.Cut(below, "\n") // how the columns are aligned
	for line := range strings.Lines(below) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		rows = append(rows, strings.TrimSuffix(line, "\n"))
	}
	return rows
}

func labelOf(row string) string {
	label, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " |")
	return label
}

// measure makes the runs of a row, and returns the line that the table must have. At short
// length it copies the cells of columns without the setting only from the row.
func (m measuredTable) measure(t *testing.T, program, row string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "campaign")
	label, narrow := labelOf(row), ""
	if !longtest.Asked() {
		narrow = m.only
	}
	command := m.command + " " + m.row(label) + " --quiet --out " + folder
	if path, value, found := strings.Cut(narrow, "="); found {
		command += " --set '" + path + "=[" + value + "]'"
	}
	if run := runSession(t, program, command); run.exit != "0" {
		t.Fatalf("%s: exit code %s\n%s", command, run.exit, run.output)
	}
	text, err := os.ReadFile(filepath.Join(folder, "comparison.json"))
	if err != nil {
		t.Fatal(err)
	}
	var c compare.Comparison
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(row, "| "), " |"), " | ")
	if len(cells) != 1+len(m.columns) {
		t.Fatalf("%s has %d cells, want %d", row, len(cells), 1+len(m.columns))
	}
	measured := 0
	for i, column := range m.columns {
		if narrow == "" || column.setting == narrow {
			cells[1+i] = cell(t, folder, &c, column)
			measured++
		}
	}
	if measured == 0 {
		t.Fatalf("no column is about %s", narrow)
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

// cell is a median as the tables write it.
func cell(t *testing.T, folder string, c *compare.Comparison, column measuredColumn) string {
	t.Helper()
	var values []float64
	variants := 0
	for _, v := range c.Variants {
		if column.setting == "" || strings.Contains(" "+v.Name+" ", " "+column.setting+" ") {
			variants++
			for _, r := range v.Runs {
				if value, measured := r.Values[column.metric]; measured {
					values = append(values, value)
				} else if strings.HasPrefix(column.metric, "/") {
					values = append(values, inReport(t, filepath.Join(folder, r.Folder, "report.json"), column.metric))
				}
			}
		}
	}
	if variants != 1 || len(values) == 0 {
		t.Fatalf("%+v: got %d figures of %d variants, want those of one", column, len(values), variants)
	}
	s, err := statistic.Summarize(values, c.Confidence)
	if err != nil {
		t.Fatal(err)
	}
	text := format.Number(s.Median)
	switch {
	case column.metric == "throughput", strings.HasSuffix(column.metric, "/throughput_per_s"):
		return text + "/s"
	case column.metric == "dropped_rate" && s.Median > 0:
		return format.Percent(s.Median)
	case strings.HasPrefix(column.metric, "response.") && s.Median >= 1000:
		return fmt.Sprintf("%s s", format.Number(s.Median/1000))
	case strings.HasPrefix(column.metric, "response."):
		return text + " ms"
	}
	return text
}

// inReport is the number at a path of a report.
func inReport(t *testing.T, file, path string) float64 {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var at any
	if err := json.Unmarshal(text, &at); err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(path[1:], "/") {
		switch within := at.(type) {
		case map[string]any:
			at = within[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(within) {
				t.Fatalf("%s has no %s", file, path)
			}
			at = within[i]
		}
	}
	number, ok := at.(float64)
	if !ok {
		t.Fatalf("%s: %s is %v, want a number", file, path, at)
	}
	return number
}

// rewrite puts a new line in the place of an old one of the table if the test was asked to.
func (m measuredTable) rewrite(t *testing.T, old, new string) {
	t.Helper()
	if !*update {
		return
	}
	before, table, _ := strings.Cut(readmeText(t, m.readme), "\n"+m.header+"\n")
	text := before + "\n" + m.header + "\n" + strings.Replace(table, old+"\n", new+"\n", 1)
	if err := os.WriteFile(filepath.Join(repository, m.readme), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
