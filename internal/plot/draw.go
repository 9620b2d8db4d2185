package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"math"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	letters = 12 // the height of all text
	// above is room for the name of the vertical axis: beside it, turned by a right
	// angle, it would be hard to read and cost width.
	above = 22
	// below is room for the name of the horizontal axis, which gonum would put out
	// of the middle of a logarithmic one.
	below = 17
)

// SVG draws the chart in a box of width by height CSS pixels, which scales with
// its container. The result is an element for a page, without a prologue.
func (c *Chart) SVG(width, height int) (string, error) {
	x, y := c.spans()
	if x.empty() || y.empty() {
		return "", ErrNoPoints
	}
	p := gonum.New()
	p.BackgroundColor = nil
	c.axes(p, x, y)
	if err := c.add(p); err != nil {
		return "", fmt.Errorf("plot %q: %w", c.Title, err)
	}
	canvas := vgsvg.NewWith(vgsvg.UseWH(vg.Length(width), vg.Length(height)))
	whole := draw.New(canvas)
	whole.FillText(style(faint, text.XLeft, text.YTop), vg.Point{X: whole.Min.X, Y: whole.Max.Y - 1}, c.Y.Name)
	inner := draw.Crop(whole, 0, 0, below, -above)
	p.Draw(inner)
	data := p.DataCanvas(inner)
	whole.FillText(style(faint, text.XCenter, text.YBottom), vg.Point{X: data.Center().X, Y: whole.Min.Y + 3}, c.X.Name)
	var drawn bytes.Buffer
	if _, err := canvas.WriteTo(&drawn); err != nil {
		return "", fmt.Errorf("plot %q: %w", c.Title, err)
	}
	return embed(drawn.String(), c.Title), nil
}

func style(of color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{
		Color: of, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: letters},
		XAlign: x, YAlign: y, Handler: gonum.DefaultTextHandler,
	}
}

// axes: the vertical one has no line and no tick marks, because the grid shows
// where its values are.
func (c *Chart) axes(p *gonum.Plot, x, y span) {
	for _, a := range []struct {
		to    *gonum.Axis
		from  Axis
		shows span
	}{{&p.X, c.X, x}, {&p.Y, c.Y, y}} {
		a.shows = a.from.reach(a.shows)
		low, high, ticks := a.from.ticks(a.shows)
		if a.to == &p.X && a.from.Scale == Linear && len(a.from.Ticks) == 0 {
			low, high = max(low, a.shows.low), min(high, a.shows.high) // time ends where the run does
			if isNarrow(span{low, high}) {
				room := max(0.5, math.Abs(low)*0.1)
				low, high = low-room, high+room
			}
		}
		if a.to == &p.Y {
			high = c.headroom(low, high)
		}
		a.to.Min, a.to.Max, a.to.Scale = low, high, a.from.Scale
		a.to.Tick.Marker = gonum.ConstantTicks(ticks)
		a.to.Tick.Length, a.to.Padding, a.to.LineStyle.Width = 0, 6, 0
	}
	p.X.Tick.Label = style(faint, text.XCenter, text.YTop)
	p.Y.Tick.Label = style(faint, text.XRight, text.YCenter)
	p.X.Padding, p.X.LineStyle.Width, p.X.LineStyle.Color = 0, 1, axisLine
	p.X.Tick.Length, p.X.Tick.LineStyle = 5, p.X.LineStyle
}

// headroom returns where the vertical axis has to end so that the names of windows
// and marks are above the lines.
func (c *Chart) headroom(low, high float64) float64 {
	lines := min(len(c.Windows), nameLines)
	if len(c.Marks) > 0 {
		lines++
	}
	part := 0.07 * float64(lines)
	if c.Y.Scale == Log {
		return high * math.Pow(high/low, part)
	}
	return high + (high-low)*part
}

func (c *Chart) add(p *gonum.Plot) error {
	p.Add(windows(c.Windows))
	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal = draw.LineStyle{Color: gridLine, Width: 1}
	p.Add(grid, marks{c.Marks, min(len(c.Windows), nameLines)})
	for _, s := range c.Series {
		if err := c.addSeries(p, s); err != nil {
			return err
		}
	}
	p.Add(c.labels())
	return nil
}

func (c *Chart) addSeries(p *gonum.Plot, s Series) error {
	// Adding a plotter widens the axes, which are set already.
	x, y := p.X, p.Y
	defer func() { p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.Min, x.Max, y.Min, y.Max }()
	points := c.visible(s)
	if s.Kind == Bars {
		p.Add(bars{points, series(s.Colour)})
		return nil
	}
	if s.Kind != Dots {
		if err := addLines(p, s, points); err != nil {
			return err
		}
	}
	if s.Kind == Dots || s.Marked {
		return addMarkers(p, s, points)
	}
	return nil
}

func addLines(p *gonum.Plot, s Series, points []Point) error {
	for _, run := range unbroken(points) {
		line, err := plotter.NewLine(run)
		if err != nil {
			return err
		}
		line.LineStyle = draw.LineStyle{Color: series(s.Colour), Width: 2, Dashes: dashes(s.Colour)}
		switch s.Kind {
		case Step:
			line.StepStyle = plotter.PostStep
		case Guide:
			line.LineStyle = draw.LineStyle{Color: axisLine, Width: 1.5, Dashes: []vg.Length{5, 4}}
		}
		p.Add(line)
	}
	return nil
}

func addMarkers(p *gonum.Plot, s Series, points []Point) error {
	var at plotter.XYs
	var bounded intervals
	for _, point := range points {
		if math.IsNaN(point.Y) {
			continue
		}
		at = append(at, plotter.XY{X: point.X, Y: point.Y})
		if point.hasInterval() {
			bounded = append(bounded, point)
		}
	}
	if len(at) == 0 {
		return nil
	}
	if len(bounded) > 0 {
		bar, err := plotter.NewYErrorBars(bounded)
		if err != nil {
			return err
		}
		bar.LineStyle = draw.LineStyle{Color: series(s.Colour), Width: 1.25}
		p.Add(bar)
	}
	dots, err := plotter.NewScatter(at)
	if err != nil {
		return err
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: series(s.Colour), Radius: 4, Shape: shape(s.Colour)}
	p.Add(dots)
	return nil
}

// intervals are points with their ends, as gonum asks for them.
type intervals []Point

func (v intervals) Len() int                { return len(v) }
func (v intervals) XY(i int) (x, y float64) { return v[i].X, v[i].Y }
func (v intervals) YError(i int) (low, high float64) {
	return v[i].Y - v[i].Low, v[i].High - v[i].Y
}

// unbroken returns the parts of a line between its interruptions.
func unbroken(points []Point) []plotter.XYs {
	var runs []plotter.XYs
	var run plotter.XYs
	for _, p := range points {
		if !math.IsNaN(p.Y) {
			run = append(run, plotter.XY{X: p.X, Y: p.Y})
			continue
		}
		if len(run) > 0 {
			runs, run = append(runs, run), nil
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}
