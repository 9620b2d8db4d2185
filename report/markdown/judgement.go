package markdown

import (
	"fmt"
	"io"
	"strings"

	"contend/internal/format"
	"contend/report"
)

// Judgement writes the verdict on what passed through a proxy, the checks that did not
// pass, and how often each fault was injected. The judgement is about a proxy: its Proxy is
// not nil.
func Judgement(w io.Writer, j *report.Judgement) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · `proxy` · %s to %s in %s\n\n", strings.ToUpper(text(string(j.Verdict.Status))),
		text(format.Count(j.Operations, "operation")), text(j.Proxy.Upstream), text(format.Seconds(j.Proxy.ElapsedS)))
	writeList(&b, checks(j.Verdict.Checks))
	if j.Error != "" {
		fmt.Fprintf(&b, "- error: %s\n", text(j.Error))
	}
	writeWarnings(&b, j.Warnings)
	writePairs(&b, "| injected fault | times |\n| --- | --: |", j.Proxy.Faults())
	writePairs(&b, "| capacity | of the requests about watched items |\n| --- | --- |", j.Proxy.Capacity())
	fmt.Fprintf(&b, "\nseed %d, %s\n", j.Proxy.Seed, text(j.Tool))
	_, err := io.WriteString(w, b.String())
	return err
}

// writePairs writes a table, unless it is empty.
func writePairs(b *strings.Builder, head string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", head)
	for _, row := range rows {
		fmt.Fprintf(b, "| %s | %s |\n", text(row[0]), text(row[1]))
	}
}
