package plot

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"contend/internal/pattern"
)

// Colours is the number of colours for series. Series with higher numbers reuse the
// colours with other dashes.
const Colours = 8

// role is the purpose of something drawn. As a colour it stands for a CSS variable,
// with which [embed] replaces it.
type role uint8

const (
	ink role = iota
	faint
	gridLine
	axisLine
	shade
	firstSeries
)

func series(n int) role { return firstSeries + role(n%Colours) }

// RGBA is the stand-in.
func (r role) RGBA() (red, green, blue, alpha uint32) {
	return 0xfefe, 0xc0c0, uint32(r) * 0x101, 0xffff
}

func (r role) variable() string {
	if r >= firstSeries {
		return fmt.Sprintf("var(--series-%d)", r-firstSeries+1)
	}
	return []string{"var(--ink)", "var(--faint)", "var(--grid)", "var(--axis)", "var(--shade)"}[r]
}

// dashes distinguish series without their colour.
func dashes(n int) []vg.Length {
	all := [][]vg.Length{nil, {7, 3}, {2, 3}, {9, 3, 2, 3}}
	return all[(n/Colours+n%Colours%len(all))%len(all)]
}

func shape(n int) draw.GlyphDrawer {
	all := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, diamond{}}
	return all[n%len(all)]
}

// diamond is a filled square on its tip.
type diamond struct{}

// DrawGlyph draws it.
func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	r := s.Radius * 1.2
	var p vg.Path
	p.Move(vg.Point{X: at.X - r, Y: at.Y})
	p.Line(vg.Point{X: at.X, Y: at.Y + r})
	p.Line(vg.Point{X: at.X + r, Y: at.Y})
	p.Line(vg.Point{X: at.X, Y: at.Y - r})
	p.Close()
	c.Fill(p)
}

var (
	prologue = pattern.Lazy(`(?s)^.*?<svg width="[^"]*" height="[^"]*" viewBox="([^"]*)".*?>`)
	// Texts cannot hold these: quotes are escaped in them.
	styled   = pattern.Lazy(`style="[^"]*"`)
	fonts    = pattern.Lazy(`font-family:[^;"]*;font-variant:[^;"]*;font-weight:[^;"]*;font-style:[^;"]*;?`)
	standIns = pattern.Lazy(`#FEC0([0-9A-F]{2})`)
)

// embed adapts a drawing to a page: it takes its size from its container, and its
// colours and font from the page.
func embed(drawn, title string) string {
	drawn = prologue().ReplaceAllString(drawn, `<svg class="plot" role="img" viewBox="$1" aria-label="`+strings.ReplaceAll(html.EscapeString(title), "$", "$$")+`">`)
	return styled().ReplaceAllStringFunc(drawn, func(style string) string {
		return standIns().ReplaceAllStringFunc(fonts().ReplaceAllString(style, ""), func(standIn string) string {
			n, err := strconv.ParseUint(standIn[len("#FEC0"):], 16, 8)
			if err != nil || role(n) >= firstSeries+Colours {
				return standIn
			}
			return role(n).variable()
		})
	})
}

// Key returns the sample of a series for a legend: a piece of its line, with its
// marker if it has one.
func Key(s Series) string {
	var b strings.Builder
	colour := series(s.Colour).variable()
	b.WriteString(`<svg class="key" viewBox="0 0 28 12" aria-hidden="true">`)
	switch s.Kind {
	case Bars:
		fmt.Fprintf(&b, `<rect x="8" y="0" width="12" height="12" rx="2" style="fill:%s"/>`, colour)
	case Guide:
		fmt.Fprintf(&b, `<path d="M0 6H28" style="fill:none;stroke:%s;stroke-width:1.5;stroke-dasharray:5,4"/>`, axisLine.variable())
	case Line, Step:
		var pattern []string
		for _, d := range dashes(s.Colour) {
			pattern = append(pattern, fmt.Sprint(d.Points()))
		}
		fmt.Fprintf(&b, `<path d="M0 6H28" style="fill:none;stroke:%s;stroke-width:2;stroke-dasharray:%s"/>`, colour, strings.Join(append(pattern, ""), " "))
	}
	if s.Kind == Dots || s.Marked {
		shapes := []string{"M10 6A4 4 0 1 1 18 6A4 4 0 1 1 10 6Z", "M10.5 2.5H17.5V9.5H10.5Z", "M14 1L19 9.5H9Z", "M9 6L14 1L19 6L14 11Z"}
		fmt.Fprintf(&b, `<path d="%s" style="fill:%s"/>`, shapes[s.Colour%len(shapes)], colour)
	}
	b.WriteString(`</svg>`)
	return b.String()
}
