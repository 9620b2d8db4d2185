package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

func drawn(t *testing.T, c Chart) string {
	t.Helper()
	svg, err := c.SVG(400, 260)
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

func chartOf(kind Kind, points ...Point) Chart {
	return Chart{
		Title: "conflicts", X: Axis{Name: "time (s)"}, Y: Axis{Name: "operations per second", FromZero: true},
		Series: []Series{{Name: "a", Kind: kind, Points: points, Marked: true}},
	}
}

// TestSVGIsWellFormed: an XML parser can read a chart with any texts, and each text
// stays one text.
func TestSVGIsWellFormed(t *testing.T) {
	for _, hostile := range []string{"plain", `<script>alert("1")</script>`, `a & "b" 'c' $1 ${x}`, "style=\"fill:#FEC006\"", "计数器 zähler"} {
		for _, kind := range []Kind{Line, Step, Dots, Bars} {
			c := chartOf(kind, Point{X: 0, Y: 1, Label: hostile}, Point{X: 1, Y: 3, Low: 2, High: 4}, Point{X: 2, Y: 2})
			c.Title, c.Y.Name = hostile, hostile
			c.Windows, c.Marks = []Window{{0.5, math.Inf(1), hostile}}, []Mark{{1, hostile}}
			texts, label := contents(t, drawn(t, c))
			if !strings.Contains(texts, hostile) || label != hostile {
				t.Errorf("%q is told as %q, labelled %q", hostile, texts, label)
			}
		}
	}
}

func contents(t *testing.T, svg string) (texts, label string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, label
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.CharData:
			texts += string(token)
		case xml.StartElement:
			if token.Name.Local == "script" {
				t.Error("a script came in")
			}
			for _, a := range token.Attr {
				if a.Name.Local == "aria-label" {
					label = a.Value
				}
			}
		}
	}
}

// TestColoursAreThePagesOwn: a chart fixes no colour and no font, fetches nothing, and
// is as large as its container.
func TestColoursAreThePagesOwn(t *testing.T) {
	for colour := range Colours + 3 {
		c := chartOf(Line, Point{X: 0, Y: 1, Label: "one"}, Point{X: 1, Y: 3, Low: 2, High: 4})
		c.Series[0].Colour = colour
		c.Windows, c.Marks = []Window{{0, 0.5, "fault"}}, []Mark{{0.5, "stage"}}
		svg := drawn(t, c)
		for _, banned := range []string{"#FE", "http", "font-family", `width="400`, "rgb("} {
			if strings.Contains(svg, banned) {
				t.Errorf("%q is in\n%s", banned, svg)
			}
		}
		for _, wanted := range []string{"var(--grid)", "var(--faint)", "var(--ink)", "var(--shade)", series(colour).variable(), `viewBox="0 0 400 260"`} {
			if !strings.Contains(svg, wanted) {
				t.Errorf("no %q in\n%s", wanted, svg)
			}
		}
		if key := Key(c.Series[0]); !strings.Contains(key, series(colour).variable()) {
			t.Errorf("the key of colour %d is %s", colour, key)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	for _, points := range [][]Point{nil, {{X: 1, Y: math.NaN()}}, {{X: math.Inf(1), Y: 1}}} {
		c := chartOf(Line, points...)
		if svg, err := c.SVG(400, 260); !errors.Is(err, ErrNoPoints) {
			t.Errorf("%v: got %q, %v", points, svg, err)
		}
	}
	c := chartOf(Line, Point{X: 1, Y: -1}, Point{X: 1, Y: 0})
	c.Y.Scale = Log
	if _, err := c.SVG(400, 260); !errors.Is(err, ErrNoPoints) {
		t.Errorf("a log scale without positive numbers: %v", err)
	}
}

func TestOneValueIsDrawn(t *testing.T) {
	for _, scale := range []Scale{Linear, Log} {
		for _, v := range []float64{1e-9, 0.3, 1, 17, 1e6, 1e300} {
			c := chartOf(Line, Point{X: v, Y: v})
			c.X.Scale, c.Y.Scale, c.Y.FromZero = scale, scale, false
			if svg := drawn(t, c); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Errorf("%v at %v: %s", scale, v, svg)
			}
		}
	}
}

func TestLineIsInterrupted(t *testing.T) {
	c := chartOf(Line, Point{X: 0, Y: 1}, Point{X: 1, Y: 2}, Point{X: 2, Y: math.NaN()}, Point{X: 3, Y: 2}, Point{X: 4, Y: 1})
	c.Series[0].Marked = false
	if got := strings.Count(drawn(t, c), "stroke:var(--series-1)"); got != 2 {
		t.Errorf("got %d lines, want 2", got)
	}
}

// TestAxisReachesAsFarAsItSays: charts of one time stand above each other, also
// where the points of one end early.
func TestAxisReachesAsFarAsItSays(t *testing.T) {
	c := chartOf(Step, Point{X: 0, Y: 1}, Point{X: 3, Y: 2})
	c.X = Axis{FromZero: true, Least: 8}
	if picture := drawn(t, c); !strings.Contains(picture, ">8</text>") {
		t.Error("8 has no tick")
	}
}

func TestTicks(t *testing.T) {
	for _, row := range []struct {
		axis      Axis
		low, high float64
		want      string
	}{
		{Axis{FromZero: true}, 3, 97, "0 20 40 60 80 100"},
		{Axis{FromZero: true, Least: 1}, 0, 0, "0 0.2 0.4 0.6 0.8 1"},
		{Axis{}, 0, 12345, "0 5000 10k 15k"},
		{Axis{}, 0.001, 0.002, "0.001 0.0012 0.0014 0.0016 0.0018 0.002"},
		{Axis{Scale: Log}, 3, 40, "2 5 10 20 50"},
		{Axis{Scale: Log}, 1, 100000, "1 10 100 1000 10k 100k"},
		{Axis{Scale: Log, Ticks: []float64{1, 8, 64}}, 1, 64, "1 8 64"},
		{Axis{Scale: Percentile}, 0, 99.95, "50 % 90 % 99 % 99.9 %"},
	} {
		_, _, ticks := row.axis.ticks(row.axis.reach(span{row.low, row.high}))
		var told []string
		for _, tick := range ticks {
			told = append(told, tick.Label)
		}
		if got := strings.Join(told, " "); got != row.want {
			t.Errorf("%+v over [%v, %v]: got %q, want %q", row.axis, row.low, row.high, got, row.want)
		}
	}
}

// TestPercentilesAreEquallyFar: each further nine is the same distance further along
// the axis.
func TestPercentilesAreEquallyFar(t *testing.T) {
	for i, p := range []float64{0, 90, 99, 99.9} {
		if got, want := Percentile.Normalize(0, 99.9, p), float64(i)/3; math.Abs(got-want) > 1e-9 {
			t.Errorf("%v %% is at %v, want %v", p, got, want)
		}
	}
}

// TestStructure: the parts of a chart, in the order in which they are drawn: texts as
// they are, everything else by its colour.
func TestStructure(t *testing.T) {
	c := chartOf(Line, Point{X: 0, Y: 1, Label: "one"}, Point{X: 1, Y: 3, Low: 2, High: 4})
	c.Windows, c.Marks = []Window{{0, 0.5, "fault"}}, []Mark{{0.5, "stage 2"}}
	const want = `"operations per second" "0" "0.2" "0.4" "0.6" "0.8" "1" axis axis axis axis axis axis axis ` +
		`"0" "1" "2" "3" "4" shade "fault" grid grid grid grid grid axis "stage 2" series-1 series-1 series-1 series-1 series-1 series-1 "one" "time (s)"`
	if got := structure(t, drawn(t, c)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestPointsInOnePlaceHaveTheirLabels: more labels than a point has sides are shown in a
// column beside the points.
func TestPointsInOnePlaceHaveTheirLabels(t *testing.T) {
	points := []Point{{X: 0, Y: 0}, {X: 10, Y: 10}}
	for n := range 8 {
		points = append(points, Point{X: 5, Y: 5 + float64(n)/100, Label: fmt.Sprint("policy ", n)})
	}
	svg := drawn(t, chartOf(Dots, points...))
	for _, p := range points[2:] {
		if !strings.Contains(svg, ">"+p.Label+"<") {
			t.Errorf("the label %q is not drawn", p.Label)
		}
	}
}

func structure(t *testing.T, svg string) string {
	t.Helper()
	var parts []string
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return strings.Join(parts, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				parts = append(parts, strconv.Quote(text))
			}
		case xml.StartElement:
			for _, a := range token.Attr {
				if _, variable, found := strings.Cut(a.Value, "var(--"); found && token.Name.Local == "path" {
					parts = append(parts, strings.SplitN(variable, ")", 2)[0])
				}
			}
		}
	}
}

// TestAnAxisOfAnyNumbersHasFewTicks: also where the numbers lie closer together
// than floating point can count, or are almost nothing.
func TestAnAxisOfAnyNumbersHasFewTicks(t *testing.T) {
	for _, points := range [][]Point{
		{{X: 1e17, Y: 1e17}, {X: 1e17 + 16, Y: 1e17 + 16}},
		{{X: -1e17, Y: 1e300}, {X: 1e17, Y: 1e300 * (1 + 3e-16)}},
		{{X: math.MaxFloat64, Y: 1}, {X: math.Nextafter(math.MaxFloat64, 0), Y: 2}},
		{{X: -math.MaxFloat64, Y: 1}, {X: math.MaxFloat64, Y: 2}},
		{{X: 5e-324, Y: 5e-324}, {X: 1, Y: 1}},
		{{X: 5e-324, Y: 1e-322}},
		{{X: math.MaxFloat64, Y: math.MaxFloat64}},
	} {
		for _, scale := range []Scale{Linear, Log} {
			c := chartOf(Line, points...)
			c.X.Scale, c.Y.Scale, c.Y.FromZero = scale, scale, false
			svg, err := c.SVG(400, 260)
			if err != nil && !errors.Is(err, ErrNoPoints) {
				t.Errorf("%v at %v: %v", scale, points, err)
			}
			if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Errorf("%v at %v: %s", scale, points, svg)
			}
			if n := strings.Count(svg, "<text"); n > 40 {
				t.Errorf("%v at %v: %d texts", scale, points, n)
			}
		}
	}
}
