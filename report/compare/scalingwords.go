package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"contend/internal/format"
)

// CurveLabel is the name of a curve for people.
func CurveLabel(name string) string {
	switch name {
	case "amdahl":
		return "Amdahl"
	case "usl":
		return "USL"
	}
	return name
}

func inSentence(name string) string {
	return "the " + strings.Replace(CurveLabel(name), "Amdahl", "curve of Amdahl", 1)
}

// Table has a row for each number of workers: what was measured, and what the curves give.
func (s *Scaling) Table() (header []string, rows [][]string) {
	header = []string{"workers", "measured /s"}
	for _, c := range s.Curves {
		header = append(header, CurveLabel(c.Name))
	}
	header = append(header, "gap ms", "cycle ms")
	for _, p := range s.Points {
		cells := []string{fmt.Sprint(p.Workers), format.Absent}
		if p.Runs > 0 {
			cells[1] = format.Number(p.ThroughputPerS)
		}
		for _, c := range s.Curves {
			cell := format.Absent
			if v, there := p.Fitted[c.Name]; there {
				cell = format.Number(v)
			}
			cells = append(cells, cell)
		}
		rows = append(rows, append(cells, format.Scaled(p.GapMS, 1), format.Scaled(p.CycleMS, 1)))
	}
	return header, rows
}

// Words describe the curve: its parameters with their intervals, how far it is off, and how
// it is rated.
func (c *ScalingCurve) Words() string {
	var parts []string
	for _, p := range c.Parameters {
		parts = append(parts, p.words())
	}
	text := fmt.Sprintf("%s; off by %s", strings.Join(parts, ", "), format.Percent(c.Off))
	if c.AICc == nil {
		text += "; too few runs for AICc"
	} else {
		text += fmt.Sprintf("; AICc %.1f", *c.AICc)
	}
	switch {
	case c.Name != "usl":
	case c.Peak != nil:
		text += fmt.Sprintf("; most throughput at %s workers", format.Number(math.Round(*c.Peak)))
	default:
		text += "; no peak among the measured numbers of workers"
	}
	return text
}

func (p *ScalingParameter) words() string {
	name, unit := map[string]string{"gamma_per_s": "γ", "sigma": "σ", "kappa": "κ"}[p.Name], ""
	if p.Name == "gamma_per_s" {
		unit = "/s"
	}
	if name == "" {
		name = p.Name
	}
	text := name + " " + small(p.Value) + unit
	if p.Name == "e" {
		return fmt.Sprintf("e %g", p.Value)
	}
	if p.Low != nil && p.High != nil {
		text += fmt.Sprintf(" (%s to %s)", small(*p.Low), small(*p.High))
	}
	return text
}

// small also shows numbers that are far below 1, such as κ.
func small(v float64) string {
	if v != 0 && math.Abs(v) < 0.01 {
		return fmt.Sprintf("%.2g", v)
	}
	return format.Number(v)
}

// Sentences say which curve fits best, how the gap changes beside κ, and which points are
// left out.
func (s *Scaling) Sentences() (all []string) {
	if s.Missing != "" {
		all = append(all, s.Missing)
	}
	if s.Best != "" {
		text := inSentence(s.Best) + " fits best"
		if len(s.AsGood) > 0 {
			labels := make([]string, len(s.AsGood))
			for i, name := range s.AsGood {
				labels[i] = inSentence(name)
			}
			text += ", and " + strings.Join(labels, " and ") + " as well"
		}
		all = append(all, text)
	}
	if text := s.gapBesideKappa(); text != "" {
		all = append(all, text)
	}
	return append(all, s.leftOut()...)
}

// leftOut has a sentence for each reason why points are left out.
func (s *Scaling) leftOut() (all []string) {
	counts := map[string][]string{}
	for _, p := range s.Points {
		if p.LeftOut != "" {
			counts[p.LeftOut] = append(counts[p.LeftOut], fmt.Sprint(p.Workers))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, fmt.Sprintf("left out: %s with %s workers", reason, strings.Join(counts[reason], ", ")))
	}
	return all
}

// gapBesideKappa: a gap that grows with the number of workers bends the curve as κ does.
// The sentence is "" without a gap or without the USL.
func (s *Scaling) gapBesideKappa() string {
	var first, last *ScalingPoint
	for i := range s.Points {
		if p := &s.Points[i]; p.GapMS != nil {
			if first == nil {
				first = p
			}
			last = p
		}
	}
	kappa := -1.0
	for _, c := range s.Curves {
		if c.Name == "usl" {
			kappa = c.Parameters[len(c.Parameters)-1].Value
		}
	}
	if first == last || kappa < 0 {
		return ""
	}
	const grown = 1.2
	text := fmt.Sprintf("G was %s ms with %s and %s ms with %d", format.Number(*first.GapMS), format.Count(int64(first.Workers), "worker"), format.Number(*last.GapMS), last.Workers)
	switch {
	case kappa == 0:
		return text + ", and κ is 0"
	case *last.GapMS > grown**first.GapMS:
		return text + fmt.Sprintf(": it grew, which the USL takes for κ = %s", small(kappa))
	}
	return text + fmt.Sprintf(": κ = %s does not come from a gap that grows", small(kappa))
}
