package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report"
)

// contentionCharts show how many attempts updates took, and which workers succeeded.
func contentionCharts(r *report.Report) []block {
	attempts := plot.Series{Name: "applied updates", Kind: plot.Bars}
	c := plot.Chart{
		Title: "Attempts per success",
		X:     plot.Axis{Name: "attempts of an applied update"},
		Y:     plot.Axis{Name: "applied updates", FromZero: true},
	}
	const mostAlone = 60
	note := ""
	var beyond, longest int64
	for _, b := range r.ConflictRate.AttemptsHistogram {
		if b.Attempts > mostAlone {
			beyond, longest = beyond+b.Operations, max(longest, b.Attempts)
			continue
		}
		attempts.Points = append(attempts.Points, plot.Point{X: float64(b.Attempts), Y: float64(b.Operations)})
	}
	if beyond > 0 {
		note = fmt.Sprintf("Beyond the plot: %s with more than %d attempts, at most %d.", format.Count(beyond, "update"), mostAlone, longest)
	}
	c.Series = []plot.Series{attempts}
	if n := len(attempts.Points); n > 0 {
		if law := geometric(r, int64(attempts.Points[n-1].X)); len(law.Points) > 1 {
			c.Series = append(c.Series, law)
		}
	}
	blocks := []block{chartBlock(c, note)}
	if r.Fairness == nil {
		return append(blocks, block{Note: "No plot of fairness: the report does not have the workers one by one."})
	}
	return append(blocks, workersChart(r.Fairness))
}

// workersChart has a bar for each worker. Of too many workers it shows a line, in the
// order of their successes.
func workersChart(f *report.Fairness) block {
	const mostBars = 300
	workers := plot.Series{Name: "applied updates", Kind: plot.Bars, Colour: 2}
	c := plot.Chart{Title: "Successes per worker", X: plot.Axis{Name: "worker"}, Y: plot.Axis{Name: "applied updates", FromZero: true}}
	if len(f.Workers) <= mostBars {
		for _, w := range f.Workers {
			workers.Points = append(workers.Points, plot.Point{X: float64(w.Number), Y: float64(w.Applied)})
		}
		c.Series = []plot.Series{workers}
		return chartBlock(c, jainNote(f))
	}
	ordered := slices.SortedFunc(slices.Values(f.Workers), func(a, b report.Worker) int { return cmp.Compare(a.Applied, b.Applied) })
	workers.Kind, c.X.Name = plot.Line, "workers, those with the fewest first"
	for i, w := range ordered {
		workers.Points = append(workers.Points, plot.Point{X: float64(i + 1), Y: float64(w.Applied)})
	}
	workers.Points = thinned(workers.Points, maxPoints)
	c.Series = []plot.Series{workers}
	return chartBlock(c, strings.TrimSpace(fmt.Sprintf("A line through all %d workers; report.json has each. %s", len(ordered), jainNote(f))))
}

func jainNote(f *report.Fairness) string {
	if f.Jain == nil {
		return ""
	}
	note := fmt.Sprintf("Jain's index is %s: 1 if all workers have the same number, %s if one has all", format.Number(*f.Jain), format.Number(1/float64(max(len(f.Workers), 1))))
	if f.JainLimit != nil {
		note += fmt.Sprintf(", %s if each success went to a worker drawn at random", format.Number(*f.JainLimit))
	}
	return note + "."
}
