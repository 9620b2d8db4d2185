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
	if faults := j.Proxy.Faults(); len(faults) > 0 {
		b.WriteString("\n| injected fault | times |\n| --- | --: |\n")
		for _, f := range faults {
			fmt.Fprintf(&b, "| %s | %s |\n", text(f[0]), text(f[1]))
		}
	}
	fmt.Fprintf(&b, "\nseed %d, %s\n", j.Proxy.Seed, text(j.Tool))
	_, err := io.WriteString(w, b.String())
	return err
}
