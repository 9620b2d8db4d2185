package page

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	tab "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"contend/internal/longtest"
)

// requireChromium is the variable that makes a missing browser a failure.
const requireChromium = "CONTEND_REQUIRE_CHROMIUM"

func chromium(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(requireChromium) == "1" {
		t.Fatalf("none of %q is here, and %s=1 demands one", names, requireChromium)
	}
	t.Skipf("none of %q is here to look at the pages; %s=1 makes that a failure", names, requireChromium)
	return ""
}

// browser is a browser with one tab, in which pages are looked at one after another: another
// tab would take as long as the look.
type browser struct {
	tab context.Context

	mutex      sync.Mutex
	address    string // of the page
	complaints []string
}

// hear is told all that happens in the tab.
func (b *browser) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if text := complaint(event, b.address); text != "" {
		b.complaints = append(b.complaints, text)
	}
}

// browse starts a browser for a test, and ends it with the test.
func browse(t *testing.T) *browser {
	t.Helper()
	path := chromium(t)
	before := goleak.IgnoreCurrent() // a profiler, for example
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("hide-scrollbars", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	allocator, end := chromedp.NewExecAllocator(ctx, options...)
	var b browser
	opened, closed := chromedp.NewContext(allocator, chromedp.WithListener(b.hear))
	t.Cleanup(func() {
		if err := chromedp.Cancel(opened); err != nil {
			t.Errorf("the browser did not end: %v", err)
		}
		closed()
		end()
		stop()
	})
	if err := chromedp.Do(opened); err != nil {
		t.Fatal(err)
	}
	b.tab = opened
	return &b
}

// view is a page as it is looked at.
type view struct {
	file   string
	width  int64
	height int64
	scheme string // light or dark
	spoil  string // a script that damages the page first
}

func (v view) String() string {
	return fmt.Sprintf("%s %d %s", strings.TrimSuffix(filepath.Base(v.file), ".html"), v.width, v.scheme)
}

// box is a rectangle on the page, in CSS pixels.
type box struct{ X, Y, W, H float64 }

func (b box) pixels() image.Rectangle {
	return image.Rect(int(b.X), int(b.Y), int(math.Ceil(b.X+b.W)), int(math.Ceil(b.Y+b.H)))
}

// seen is what there is of a page.
type seen struct {
	answer
	complaints []string
	picture    *image.RGBA // down to the last chart
}

// answer is the browser's description of a page.
type answer struct {
	ScrollWidth, InnerWidth float64
	Verdict, Banner, Name   box
	Status                  string
	Wanted                  string   // the banner's colour
	Hidden                  []string // drawings without a size
	Charts                  []struct {
		Title   string
		Box     box
		Colours []string
	}
	Wide []string // what is wider than the page
	Cut  []string // what is wider than its own box
}

const inspect = `(() => {
	const box = e => { const r = e.getBoundingClientRect(); return {X: r.x + scrollX, Y: r.y + scrollY, W: r.width, H: r.height} };
	const style = getComputedStyle(document.documentElement);
	const banner = document.querySelector('.banner');
	const shown = [...document.querySelectorAll('svg')].filter(e => e.checkVisibility());
	const charts = shown.filter(e => e.classList.contains('plot'));
	return {
		ScrollWidth: document.documentElement.scrollWidth, InnerWidth: innerWidth,
		Verdict: box(document.querySelector('#verdict .banner')), Banner: box(banner), Name: box(document.querySelector('h1')),
		Status: banner.className, Wanted: style.getPropertyValue('--' + banner.classList[1] + '-fill').trim(),
		Hidden: shown.filter(e => e.getBoundingClientRect().width < 10 || e.getBoundingClientRect().height < 10).map(e => e.outerHTML.slice(0, 80)),
		Cut: [...document.querySelectorAll('.tile dt, .tile dd, .banner, .chip')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent),
		Wide: [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80)),
		Charts: charts.map(e => ({Title: e.getAttribute('aria-label'), Box: box(e),
			Colours: [...new Set(e.outerHTML.match(/--series-\d/g))].map(n => style.getPropertyValue(n).trim())})),
	};
})()`

// look opens a page and takes a picture of all of it.
func (b *browser) look(t *testing.T, v view) *seen {
	t.Helper()
	var s seen
	address := (&url.URL{Scheme: "file", Path: v.file}).String()
	b.mutex.Lock()
	b.address, b.complaints = address, nil
	b.mutex.Unlock()
	shot, err := s.visit(b.tab, v, address)
	if err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	s.picture = image.NewRGBA(picture.Bounds())
	draw.Draw(s.picture, picture.Bounds(), picture, image.Point{}, draw.Src)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	s.complaints = b.complaints
	return &s
}

// visit asks the browser for everything that is visible.
func (s *seen) visit(ctx context.Context, v view, address string) (shot []byte, err error) {
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.width, Height: v.height, DeviceScaleFactor: 1}); err != nil {
		return nil, err
	}
	scheme := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: scheme}); err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address), chromedp.Evaluate[chromedp.Void](v.spoil)); err != nil {
		return nil, err
	}
	if s.answer, err = chromedp.Run(ctx, chromedp.Evaluate[answer](inspect)); err != nil {
		return nil, err
	}
	below := float64(v.height)
	for _, chart := range s.Charts {
		below = max(below, chart.Box.Y+chart.Box.H)
	}
	yes := true
	taken, err := chromedp.Call(ctx, tab.CaptureScreenshot, tab.CaptureScreenshotParams{
		CaptureBeyondViewport: &yes, OptimizeForSpeed: &yes, Clip: &tab.Viewport{Width: float64(v.width), Height: below, Scale: 1},
	})
	return taken.Data, err
}

// complaint returns the problem that an event reports; "" if it reports none.
func complaint(event any, address string) string {
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if event.Request.URL != address {
			return "requested " + event.Request.URL
		}
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError {
			return fmt.Sprintf("console: %v", event.Args)
		}
	case *runtime.EventExceptionThrown:
		return "exception: " + event.ExceptionDetails.Text
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError {
			return "log: " + event.Entry.Text
		}
	}
	return ""
}

// TestPagesInABrowser looks at pages as readers do: each on a phone and on a large
// screen, and each by day and by night. What a width breaks does not depend on the
// colours, nor the other way round: two looks at a page show both. At short length each page
// has one look, and both widths and both colours are seen.
func TestPagesInABrowser(t *testing.T) {
	b := browse(t)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"run": runPage(t, shownRun()), "comparison": policiesPage(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name+".html"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	views := []view{
		{file: "run", width: 390, height: 844, scheme: "dark"},
		{file: "comparison", width: 1440, height: 900, scheme: "light"},
		{file: "run", width: 1440, height: 900, scheme: "light"},
		{file: "comparison", width: 390, height: 844, scheme: "dark"},
	}
	for _, v := range views[:longtest.Count(2, len(views))] {
		v.file = filepath.Join(folder, v.file+".html")
		for _, wrong := range b.look(t, v).wrong(v) {
			t.Errorf("%s: %s", v, wrong)
		}
	}
	t.Run("a blank chart is noticed", func(t *testing.T) {
		v := view{file: filepath.Join(folder, "run.html"), width: 1440, height: 900, scheme: "dark",
			spoil: `document.querySelectorAll('.plot[aria-label^="Conflict rate"] path').forEach(e => e.remove())`}
		if got := b.look(t, v).wrong(v); len(got) != 1 || !strings.Contains(got[0], "Conflict rate over time") {
			t.Errorf("got %q, want one complaint about the chart that was emptied", got)
		}
	})
	t.Run("what sticks out is noticed", func(t *testing.T) {
		v := view{file: filepath.Join(folder, "run.html"), width: 390, height: 844, scheme: "light",
			spoil: `document.querySelector('h1').style.width = '500px'; document.querySelector('header').style.paddingTop = '900px'; console.error('x'); fetch('http://127.0.0.1:1/').catch(() => 0)`}
		if got := b.look(t, v).wrong(v); len(got) < 4 {
			t.Errorf("got %q, want the width, the place of the verdict, the console and the request", got)
		}
	})
}

// wrong lists everything about a page that is not as it should be.
func (s *seen) wrong(v view) []string {
	all := append([]string{}, s.complaints...)
	complain := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if s.ScrollWidth > s.InnerWidth || len(s.Wide) > 0 {
		complain("the page is %v wide on %v: %q", s.ScrollWidth, s.InnerWidth, s.Wide)
	}
	if len(s.Cut) > 0 {
		complain("cut off: %q", s.Cut)
	}
	if bottom := s.Verdict.Y + s.Verdict.H; bottom > float64(v.height) || s.Verdict.H < 20 {
		complain("the verdict ends at %v, below the first screen of %d", bottom, v.height)
	}
	if len(s.Hidden) > 0 {
		complain("drawings without a size: %q", s.Hidden)
	}
	if len(s.Charts) < 5 {
		complain("only %d charts", len(s.Charts))
	}
	paper := luminance(s.picture.RGBAAt(1, 1))
	darkest, lightest := extremes(s.picture, s.Name.pixels())
	if v.scheme == "light" && (paper < 0.9 || darkest > 0.25) || v.scheme == "dark" && (paper > 0.15 || lightest < 0.75) {
		complain("text is from %.2f to %.2f on %.2f", darkest, lightest, paper)
	}
	if half := int(s.Banner.W * s.Banner.H / 2); matching(s.picture, s.Banner.pixels(), hex(s.Wanted), half) < half {
		complain("less than half of the banner (%s) has its colour %s", s.Status, s.Wanted)
	}
	for _, chart := range s.Charts {
		// Curves may hide each other, but not most of them.
		const fewest = 25
		found := 0
		for _, colour := range chart.Colours {
			if matching(s.picture, chart.Box.pixels(), hex(colour), fewest) == fewest {
				found++
			}
		}
		if found == 0 || 2*found < len(chart.Colours) {
			complain("chart %q shows %d of %d colours", chart.Title, found, len(chart.Colours))
		}
	}
	return all
}

func hex(text string) color.RGBA {
	c := color.RGBA{A: 255}
	if n, err := fmt.Sscanf(text, "#%02x%02x%02x", &c.R, &c.G, &c.B); n != 3 || err != nil {
		return color.RGBA{}
	}
	return c
}

// matching counts the pixels that nearly have a colour, and stops at enough.
func matching(picture *image.RGBA, in image.Rectangle, of color.RGBA, enough int) int {
	n := 0
	in = in.Intersect(picture.Bounds())
	for y := in.Min.Y; y < in.Max.Y && of.A != 0; y++ {
		row := picture.Pix[picture.PixOffset(in.Min.X, y):picture.PixOffset(in.Max.X, y)]
		for ; len(row) > 0; row = row[4:] {
			if !near(row[0], of.R) || !near(row[1], of.G) || !near(row[2], of.B) {
				continue
			}
			if n++; n == enough {
				return n
			}
		}
	}
	return n
}

func near(a, b uint8) bool {
	const tolerated = 10
	return max(a, b)-min(a, b) <= tolerated
}

func extremes(picture *image.RGBA, in image.Rectangle) (darkest, lightest float64) {
	darkest = 1
	in = in.Intersect(picture.Bounds())
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			l := luminance(picture.RGBAAt(x, y))
			darkest, lightest = min(darkest, l), max(lightest, l)
		}
	}
	return darkest, lightest
}

// luminance is from 0, black, to 1, white.
func luminance(c color.RGBA) float64 {
	return (0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)) / 255
}
