package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"contend/report"
	"contend/report/reporttest"
)

// TestEveryMemberIsDocumented: the README names every member that a report.json may have.
func TestEveryMemberIsDocumented(t *testing.T) {
	told := map[string]bool{}
	for name, r := range reporttest.Fixtures() {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(encoded(t, r), &members); err != nil {
			t.Fatal(err)
		}
		for member := range members {
			if !told[member] && !inTable("`"+member+"`") {
				t.Errorf("%s: the README does not have %q", name, member)
			}
			told[member] = true
		}
	}
	for _, member := range []string{"part", "machines", "cost_reached", "ended_early"} {
		if !told[member] {
			t.Errorf("no fixture has %q", member)
		}
	}
}

// inTable reports whether a row of a table of the README begins with a cell that has the name.
func inTable(name string) bool {
	for line := range strings.Lines(report.Readme()) {
		if row, isRow := strings.CutPrefix(line, "| "); isRow {
			if first, _, _ := strings.Cut(row, " | "); strings.Contains(first, name) {
				return true
			}
		}
	}
	return false
}
