package page

import (
	"cmp"
	"fmt"

	"contend/internal/format"
	"contend/internal/plot"
	"contend/report/compare"
)

// scalingBlocks has a chart and two tables for each group of variants that differ in
// load.workers.
func scalingBlocks(c *compare.Comparison, limits pageLimits) []block {
	var blocks []block
	for i := range c.Scaling[:min(len(c.Scaling), limits.groups)] {
		s := &c.Scaling[i]
		blocks = append(blocks, limits.chart(scalingChart(s), asSentences(s.Sentences()), inComparison), tableBlock(scalingTable(s)))
		if len(s.Curves) > 0 {
			blocks = append(blocks, tableBlock(curvesTable(s)))
		}
	}
	if left := len(c.Scaling) - limits.groups; left > 0 {
		blocks = append(blocks, block{Note: fmt.Sprintf("%s not shown, to keep the page small; comparison.json has them all.", format.Count(int64(left), "more group is", "more groups are"))})
	}
	return blocks
}

// scalingChart has the measured points and the fitted curves. Between its points the law is
// a straight line, because its gap is known only there.
func scalingChart(s *compare.Scaling) plot.Chart {
	chart := plot.Chart{
		Title: "Throughput and fitted curves: " + cmp.Or(s.Group, "load.workers"),
		X:     plot.Axis{Name: "load.workers (log)", Scale: plot.Log},
		Y:     plot.Axis{Name: "throughput (per second)", FromZero: true},
	}
	measured := plot.Series{Name: "measured", Kind: plot.Dots}
	for _, p := range s.Points {
		chart.X.Ticks = append(chart.X.Ticks, float64(p.Workers))
		if p.Runs > 0 {
			measured.Points = append(measured.Points, plot.Point{X: float64(p.Workers), Y: p.ThroughputPerS})
		}
	}
	chart.Series = []plot.Series{measured}
	if len(measured.Points) < 2 {
		return chart
	}
	low, high := measured.Points[0].X, measured.Points[len(measured.Points)-1].X
	for i := range s.Curves {
		c := &s.Curves[i]
		line := plot.Series{Name: compare.CurveLabel(c.Name), Colour: i + 1}
		if _, smooth := c.At(low); smooth {
			line.Points = smoothCurve(c, low, high)
		} else {
			for _, p := range s.Points {
				if y, there := p.Fitted[c.Name]; there {
					line.Points = append(line.Points, plot.Point{X: float64(p.Workers), Y: y})
				}
			}
		}
		chart.Series = append(chart.Series, line)
	}
	return chart
}

func smoothCurve(c *compare.ScalingCurve, low, high float64) (points []plot.Point) {
	const parts = 40
	for i := range parts + 1 {
		x := low + (high-low)*float64(i)/parts
		y, _ := c.At(x)
		points = append(points, plot.Point{X: x, Y: y})
	}
	return points
}

func scalingTable(s *compare.Scaling) grid {
	g := grid{Title: "Scaling", Texts: 0}
	var rows [][]string
	g.Header, rows = s.Table()
	for _, cells := range rows {
		g.Rows = append(g.Rows, rowOf(cells...))
	}
	return g
}

func curvesTable(s *compare.Scaling) grid {
	g := grid{Title: "Fitted curves", Header: []string{"curve", "parameters"}, Texts: 2, Full: true,
		Note: "The law is given the gap and the cycle that were measured in each run; s multiplies the cycle, and is 1 if the law holds. Amdahl and USL: N/X = (1 + σ(N−1) + κN(N−1))/γ, without and with κ. Intervals have 95 % confidence."}
	for i := range s.Curves {
		g.Rows = append(g.Rows, rowOf(compare.CurveLabel(s.Curves[i].Name), s.Curves[i].Words()))
	}
	return g
}
