package report

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/workload/scenario"
)

// SimulatedMark is the word that marks a simulated run in the first line of every format.
const SimulatedMark = "simulated"

// MixedTimes returns a warning that simulated and real runs are mixed, which names the
// first few of both. It is "" if there are runs of one kind only.
func MixedTimes(simulated, real []string) string {
	if len(simulated) == 0 || len(real) == 0 {
		return ""
	}
	return fmt.Sprintf("simulated and real runs are mixed, and their times cannot be compared as if they were of one kind: simulated: %s; real: %s",
		firstNames(simulated), firstNames(real))
}

// firstNames lists the first few names, each only once.
func firstNames(names []string) string {
	const shown = 4
	var list []string
	for _, name := range names {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	text := strings.Join(list[:min(len(list), shown)], ", ")
	if rest := len(list) - shown; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}

// Lasted says how long a simulated run lasted and how long the simulation took, as in
// "60 s simulated in 0.9 s"; it is "" for other runs.
func (r *Report) Lasted() string {
	if r.RealS == nil {
		return ""
	}
	return fmt.Sprintf("%s simulated in %s", format.Seconds(r.ElapsedS), format.Seconds(*r.RealS))
}

// String returns the kind and the endpoint in one line, and for a simulated target only
// the kind.
func (t Target) String() string {
	if t.Kind == scenario.TargetSimulated {
		return t.Kind
	}
	return strings.TrimSpace(t.Kind + " " + t.Endpoint)
}

// HasServer reports whether the embedded server answered, in real or in simulated time.
func (t Target) HasServer() bool {
	return t.Kind == scenario.TargetEmbedded || t.Kind == scenario.TargetSimulated
}
