package report_test

import (
	"strings"
	"testing"

	"contend/internal/format"
	"contend/report"
	"contend/report/text"
)

func rendered(t *testing.T, r *report.Report, options text.Options) string {
	t.Helper()
	var b strings.Builder
	if err := text.Report(&b, r, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func checkWidth(t *testing.T, r *report.Report, width int) {
	t.Helper()
	for _, line := range strings.Split(rendered(t, r, text.Options{Width: width}), "\n") {
		if format.Columns(line) > width {
			t.Fatalf("%d columns, not %d: %q", format.Columns(line), width, line)
		}
		if strings.ContainsAny(line, "\x1b\r\t\x00") {
			t.Fatalf("a control character: %q", line)
		}
	}
}
