package markdown

import (
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/workload/threshold"
)

// text escapes a text, so that Markdown makes no links, HTML, table cells or mentions
// of it.
func text(s string) string {
	var b strings.Builder
	for _, r := range format.Printable(strings.Join(strings.Fields(s), " ")) {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '@', '!', '&':
			b.WriteRune('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is a text in backquotes.
func code(s string) string {
	s = format.Printable(strings.Join(strings.Fields(s), " "))
	return strings.NewReplacer("`", "'", "|", "¦").Replace(s)
}

// number is a metric's value with its unit.
func number(v float64, m report.Metric) string {
	switch {
	case m.Kind == threshold.Share:
		return format.Percent(v)
	case m.Unit == "$":
		return "$" + format.Number(v)
	case m.Unit == "":
		return format.Number(v)
	case strings.HasPrefix(m.Unit, "/"):
		return format.Number(v) + m.Unit
	}
	return format.Number(v) + " " + m.Unit
}
