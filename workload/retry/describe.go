package retry

import (
	_ "embed"
	"strings"
)

//go:embed README.md
var readme string

// Readme is the README of this folder, as Markdown: each kind as pseudo-code, what it needs,
// and what it is not for.
func Readme() string { return readme }

// Description is what the README says of a kind of policy.
type Description struct {
	Steps  []string // pseudo-code, line by line
	Needs  string   // "nothing" or what else the policy needs to work
	NotFor string   // where another policy is better
}

// Describe returns the description of a kind. It is zero for a kind that there is not.
func Describe(kind Kind) Description {
	var d Description
	_, section, _ := strings.Cut(readme, "\n## "+string(kind)+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		line = strings.TrimRight(line, "\n")
		if step, ok := strings.CutPrefix(line, "    "); ok {
			d.Steps = append(d.Steps, step)
		} else if needs, ok := strings.CutPrefix(line, "Needs: "); ok {
			d.Needs = needs
		} else if not, ok := strings.CutPrefix(line, "Not for: "); ok {
			d.NotFor = not
		}
	}
	return d
}
