package page

import (
	"slices"
	"strings"
)

// warning is a sentence with the section that shows its subject.
type warning struct {
	Text    string
	Section *section // nil: none
}

// subjects are words that show the subject of a warning, and the sections for it. The
// first one in a warning decides.
var subjects = []struct {
	section string
	words   []string
}{
	{"stalls", []string{"stall", "no operation succeeded"}},
	{"open-loop", []string{"arrival", "dropped", "overload", "that were due"}},
	{"stages", []string{"stage"}},
	{"time", []string{"throughput", "drifted", "the run ended", "rates", "succeeded", "warm-up", "warmup"}},
	{"latency", []string{"percentile", "p50", "p90", "p95", "p99", "latenc", "duration", "wake-up"}},
	{"faults", []string{"fault", "injected", "planted"}},
	{"contention", []string{"conflict", "contend", "starv", "unfair", "worker"}},
	{"accounts", []string{"throttl", "capacity", "sdk", "stale", "unit"}},
	{"counters", []string{"final value", "counter"}},
	{"scenario", []string{"effect", "target", "clock", "client"}},
	{"environment", []string{"scenario", "target", "machine"}}, // of a comparison, like the next one
	{"compared", []string{""}},
}

// Linked gives each warning the section of the page that shows its subject.
func (d *document) Linked() []warning {
	var all []warning
	for _, text := range d.Warnings {
		all = append(all, warning{text, sectionFor(text, d.Sections)})
	}
	return all
}

func sectionFor(text string, sections []section) *section {
	text = strings.ToLower(text)
	for _, s := range subjects {
		if !slices.ContainsFunc(s.words, func(word string) bool { return strings.Contains(text, word) }) {
			continue
		}
		if i := slices.IndexFunc(sections, func(on section) bool { return on.ID == s.section }); i >= 0 {
			return &sections[i]
		}
	}
	return nil
}
