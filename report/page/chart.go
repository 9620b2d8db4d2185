package page

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"

	"contend/internal/format"
	"contend/internal/plot"
)

// figure is a chart with its numbers. It is drawn once for wide and once for narrow
// screens, because text that shrinks with its picture becomes unreadable.
type figure struct {
	Title, Note  string
	Wide, Narrow template.HTML // drawn by package plot, which escapes all texts
	Legend       []legendEntry
	Table        grid
}

type legendEntry struct {
	Key  template.HTML
	Name string
}

// The sizes of charts, in CSS pixels.
const (
	wideWidth, wideHeight     = 600, 320
	narrowWidth, narrowHeight = 340, 280
)

// chartBlock draws a chart. If it cannot be drawn, a sentence takes its place.
func chartBlock(c plot.Chart, note string) block {
	for i := range c.Series {
		c.Series[i].Name = format.Printable(c.Series[i].Name)
		for j := range c.Series[i].Points {
			c.Series[i].Points[j].Label = format.Printable(c.Series[i].Points[j].Label)
		}
	}
	wide, err := c.SVG(wideWidth, wideHeight)
	if errors.Is(err, plot.ErrNoPoints) {
		return block{Note: fmt.Sprintf("No plot of %s: it was not measured.", c.Title)}
	}
	if err != nil {
		return block{Note: fmt.Sprintf("No plot of %s: %v.", c.Title, err)}
	}
	narrow, err := c.SVG(narrowWidth, narrowHeight)
	if err != nil {
		return block{Note: fmt.Sprintf("No plot of %s: %v.", c.Title, err)}
	}
	return block{Chart: &figure{
		Title: c.Title, Note: note, Wide: template.HTML(wide), Narrow: template.HTML(narrow),
		Legend: legend(c.Series), Table: numbersOf(c),
	}}
}

// legend is empty if there is only one series.
func legend(series []plot.Series) []legendEntry {
	if len(series) < 2 {
		return nil
	}
	var entries []legendEntry
	for _, s := range series {
		entries = append(entries, legendEntry{template.HTML(plot.Key(s)), s.Name})
	}
	return entries
}

// maxNumbers bounds the rows of the table behind a chart; report.json has all.
const maxNumbers = 400

// numbersOf is the chart as a table: a row for each x, a column for each series.
func numbersOf(c plot.Chart) grid {
	g := grid{Header: []string{c.X.Name}, Texts: 1}
	values := map[float64][]gridCell{}
	column := 0
	for _, s := range c.Series {
		if s.Kind == plot.Guide {
			continue
		}
		g.Header = append(g.Header, s.Name)
		column++
		for _, p := range s.Points {
			if math.IsNaN(p.Y) || c.X.Scale == plot.Percentile && !slices.Contains(plot.PercentileTicks(), p.X) {
				continue
			}
			row := values[p.X]
			for len(row) < column {
				row = append(row, gridCell{Text: format.Absent})
			}
			row[column-1] = pointCell(p)
			values[p.X] = row
		}
	}
	places := make([]float64, 0, len(values))
	for x := range values {
		places = append(places, x)
	}
	slices.Sort(places)
	if len(places) > maxNumbers {
		g.Note = fmt.Sprintf("The first %d of %d rows; report.json has all.", maxNumbers, len(places))
		places = places[:maxNumbers]
	}
	for _, x := range places {
		row := values[x]
		for len(row) < column {
			row = append(row, gridCell{Text: format.Absent})
		}
		g.Rows = append(g.Rows, append([]gridCell{{Text: strconv.FormatFloat(x, 'g', 8, 64)}}, row...))
	}
	return g
}

func pointCell(p plot.Point) gridCell {
	c := gridCell{Text: format.Number(p.Y)}
	if p.Low < p.High {
		c.Sub = format.Number(p.Low) + " to " + format.Number(p.High)
	}
	return c
}
