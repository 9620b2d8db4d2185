package plot

import (
	"math"
	"slices"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars are columns from 0 to each point.
type bars struct {
	points []Point
	colour role
}

// Plot draws the columns, a little apart where there is room for that.
func (b bars) Plot(c draw.Canvas, p *gonum.Plot) {
	toX, toY := p.Transforms(&c)
	for _, point := range b.points {
		left, right := toX(point.X-0.5), toX(point.X+0.5)
		apart := min((right-left)*0.12, 3)
		low, high := toY(max(0, p.Y.Min)), toY(point.Y)
		c.FillPolygon(b.colour, []vg.Point{
			{X: left + apart, Y: low}, {X: right - apart, Y: low}, {X: right - apart, Y: high}, {X: left + apart, Y: high},
		})
	}
}

// nameLines is how many lines the names of windows take in turn.
const nameLines = 3

type windows []Window

// Plot shades the windows over the whole height and names them at the top.
func (w windows) Plot(c draw.Canvas, p *gonum.Plot) {
	toX, _ := p.Transforms(&c)
	for i, window := range w {
		from, to := max(window.From, p.X.Min), min(window.To, p.X.Max)
		if from >= to {
			continue
		}
		left, right := toX(from), toX(to)
		c.FillPolygon(shade, []vg.Point{{X: left, Y: c.Min.Y}, {X: right, Y: c.Min.Y}, {X: right, Y: c.Max.Y}, {X: left, Y: c.Max.Y}})
		name := style(faint, text.XLeft, text.YTop)
		lower := vg.Length(i%nameLines) * (letters + 2)
		c.FillText(name, vg.Point{X: fitting(c, name, window.Label, left+4), Y: c.Max.Y - 2 - lower}, window.Label)
	}
}

type marks struct {
	all   []Mark
	lower int // lines of names above theirs
}

// Plot draws a dotted line at each mark.
func (m marks) Plot(c draw.Canvas, p *gonum.Plot) {
	toX, _ := p.Transforms(&c)
	for _, mark := range m.all {
		if mark.X < p.X.Min || mark.X > p.X.Max {
			continue
		}
		x := toX(mark.X)
		c.StrokeLine2(draw.LineStyle{Color: axisLine, Width: 1, Dashes: []vg.Length{2, 3}}, x, c.Min.Y, x, c.Max.Y)
		name := style(faint, text.XLeft, text.YTop)
		c.FillText(name, vg.Point{X: fitting(c, name, mark.Label, x+4), Y: c.Max.Y - 2 - vg.Length(m.lower)*(letters+2)}, mark.Label)
	}
}

// fitting moves a text to the left so that it ends within the chart, even if the
// page's font is wider than the font that it was measured with.
func fitting(c draw.Canvas, s text.Style, label string, x vg.Length) vg.Length {
	const wider = 1.2
	return max(c.Min.X, min(x, c.Max.X-wider*s.Width(label)))
}

// labels are the texts beside points. A label without free space beside its point is
// left out; the table below the chart has it.
type labels struct {
	points []Point
}

func (c *Chart) labels() labels {
	var l labels
	for _, s := range c.Series {
		for _, p := range c.visible(s) {
			if !math.IsNaN(p.Y) && s.Kind != Guide && s.Kind != Bars && (s.Kind == Dots || s.Marked) {
				l.points = append(l.points, p)
			}
		}
	}
	return l
}

// Plot tries the places of each label in their order.
func (l labels) Plot(c draw.Canvas, p *gonum.Plot) {
	toX, toY := p.Transforms(&c)
	var markers, taken []vg.Rectangle
	for _, point := range l.points {
		const marker = 5
		x, y := toX(point.X), toY(point.Y)
		markers = append(markers, vg.Rectangle{Min: vg.Point{X: x - marker, Y: y - marker}, Max: vg.Point{X: x + marker, Y: y + marker}})
	}
	taken = slices.Clone(markers)
	name := style(ink, text.XLeft, text.YBottom)
	for i, point := range l.points {
		if point.Label == "" {
			continue
		}
		w, h := name.Width(point.Label), vg.Length(letters)
		shared := overlaps(markers[i], slices.Concat(markers[:i], markers[i+1:]))
		for _, at := range places(toX(point.X), toY(point.Y), vg.Point{X: w, Y: h}, shared) {
			box := vg.Rectangle{Min: at, Max: vg.Point{X: at.X + w, Y: at.Y + h}}
			if at.X < c.Min.X || box.Max.X > c.Max.X || at.Y < c.Min.Y || box.Max.Y > c.Max.Y || overlaps(box, taken) {
				continue
			}
			c.FillText(name, vg.Point{X: at.X, Y: at.Y - name.FontExtents().Descent + 2}, point.Label)
			taken = append(taken, box)
			break
		}
	}
}

// places are those for a label of a size: on the four sides of its point, and if other
// points share the place, in a column on either side, where their labels stand together.
func places(x, y vg.Length, size vg.Point, shared bool) []vg.Point {
	w, h := size.X, size.Y
	right, left := x+8, x-8-w
	sides := []vg.Point{{X: right, Y: y - h/2}, {X: left, Y: y - h/2}, {X: x - w/2, Y: y + 7}, {X: x - w/2, Y: y - 7 - h}}
	if !shared {
		return sides
	}
	const most = 4 // lines above the point, and below it
	for line := vg.Length(1); line <= most; line++ {
		for _, edge := range []vg.Length{right, left} {
			sides = append(sides, vg.Point{X: edge, Y: y - h/2 + line*h}, vg.Point{X: edge, Y: y - h/2 - line*h})
		}
	}
	return sides
}

func overlaps(box vg.Rectangle, taken []vg.Rectangle) bool {
	for _, t := range taken {
		if box.Min.X < t.Max.X && t.Min.X < box.Max.X && box.Min.Y < t.Max.Y && t.Min.Y < box.Max.Y {
			return true
		}
	}
	return false
}
