package text

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/hist"
)

// point is what the plotter draws: y in milliseconds over 1/(1−percentile).
type point struct{ x, y float64 }

// plotted reads a distribution as HdrHistogram's plotter does.
func plotted(hgrm string) []point {
	spaces := regexp.MustCompile(` +`)
	var points []point
	for line := range strings.SplitSeq(hgrm, "\n") {
		line = strings.TrimSpace(line)
		words := spaces.Split(line, -1)
		if strings.HasPrefix(line, "#") || len(words) != 4 || words[3] == "inf" {
			continue
		}
		y, errY := strconv.ParseFloat(words[0], 64)
		x, errX := strconv.ParseFloat(words[3], 64)
		if errX == nil && errY == nil {
			points = append(points, point{x, y})
		}
	}
	return points
}

// TestHGRMIsOfTheResponse: in an open loop, the distribution includes the wait for a
// free worker.
func TestHGRMIsOfTheResponse(t *testing.T) {
	r := reporttest.Passing()
	r.Latency.Response = report.TimesOf(sample(rand.New(rand.NewPCG(1, 1)), 900, 400))
	var got, want bytes.Buffer
	if err := errors.Join(HGRM(&got, r), r.Latency.Response.Histogram.WriteHGRM(&want)); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("got\n%s", got.String())
	}
}

// TestHGRMIsWhatThePlotterReads parses as plotFiles.html of HdrHistogram does:
// it takes lines of four words that do not begin with #, the first and the last
// being numbers.
func TestHGRMIsWhatThePlotterReads(t *testing.T) {
	r := reporttest.Passing()
	var b bytes.Buffer
	if err := HGRM(&b, r); err != nil {
		t.Fatal(err)
	}
	points := plotted(b.String())
	if len(points) < 20 {
		t.Fatalf("%d points in\n%s", len(points), b.String())
	}
	for i := 1; i < len(points); i++ {
		if points[i].x <= points[i-1].x || points[i].y < points[i-1].y {
			t.Errorf("point %d goes back: %v after %v", i, points[i], points[i-1])
		}
	}
	last := points[len(points)-1]
	if last.y > *r.Latency.Service.Max || last.y < *r.Latency.Service.P99 {
		t.Errorf("the last point is at %v ms, p99 is %v, the maximum %v", last.y, *r.Latency.Service.P99, *r.Latency.Service.Max)
	}
}

func TestHGRMOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := HGRM(&b, reporttest.NoOperation()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "NaN") || len(plotted(b.String())) != 0 {
		t.Errorf("got\n%s", b.String())
	}
}

// sample draws times in milliseconds around a mean, with a long tail.
func sample(random *rand.Rand, mean float64, n int) *hist.Histogram {
	var h hist.Histogram
	for range n {
		h.Record(time.Duration(mean * math.Exp(random.NormFloat64()*0.9) * float64(time.Millisecond)))
	}
	return &h
}
