package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/workload/check"
)

//go:embed page.html.tmpl
var pageTemplate string

// Report writes the report as an HTML page in one file, which needs no network and no
// script: the verdict and its evidence first, then plots, then the settings that are
// needed to repeat the run. It has at most two megabytes: of very many workers, windows
// or texts it shows a part, and says so.
func Report(w io.Writer, r *report.Report) error {
	var page bytes.Buffer
	for _, limits := range limitsOfRuns() {
		page.Reset()
		d := documentOf(r)
		d.shorten(limits)
		if err := d.write(&page); err != nil {
			return err
		}
		if page.Len() <= maxPage {
			break
		}
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

// Comparison writes the comparison as an HTML page in one file. It links to the pages
// of its runs in the folders beside it. Runs without a Report appear in its tables
// only. It has at most two megabytes: of many variants it shows a part, and says so.
func Comparison(w io.Writer, c *compare.Comparison) error {
	var page bytes.Buffer
	for _, limits := range limitsOfPages() {
		page.Reset()
		if err := documentOfComparison(c, limits).write(&page); err != nil {
			return err
		}
		if page.Len() <= maxPage {
			break
		}
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

// document is a page in the order in which it is read.
type document struct {
	Kind        string // run or comparison
	Mark        string // after the verdict and in the title; "" for real time
	Name        string
	Description string
	Facts       []string // shown in one line below the name
	Banner      banner
	Tiles       []tile
	Sections    []section
	Warnings    []string
	ToolVersion string
	longestText int // in bytes; 0: no limit
}

// Numbers is the file beside the page that holds every number.
func (d *document) Numbers() string {
	switch d.Kind {
	case "capacity":
		return report.CapacityFile
	case "comparison":
		return report.ComparisonFile
	}
	return report.ReportFile
}

// banner is the verdict and its reasons.
type banner struct {
	Status   check.Status
	Word     string
	Headline string
	Findings []finding
	Picture  string   // the file beside the page that draws the violation; "" for none
	Notes    []string // other reasons why the run is not what it was meant to be
}

// Tone is the CSS class that colours a status.
func (b banner) Tone() string { return tone(b.Status) }

func tone(s check.Status) string {
	switch s {
	case check.Pass:
		return "good"
	case check.Fail:
		return "bad"
	case check.Inconclusive:
		return "doubt"
	}
	return "none"
}

// finding is a line of the verdict.
type finding struct {
	Status   check.Status
	Name     string
	Reason   string
	Chip     string   // shown instead of the status
	Evidence []string // shown at once
	More     []string // shown on demand
}

// Said is the finding in one word.
func (f finding) Said() string {
	if f.Chip != "" {
		return f.Chip
	}
	return string(f.Status)
}

// Tone is the CSS class that colours the finding.
func (f finding) Tone() string { return tone(f.Status) }

// tile is one of the key numbers at the top.
type tile struct{ Name, Value, Unit, Note string }

// section is a part of the page with an entry in the list of contents.
type section struct {
	ID, Title, Lead string
	Blocks          []block
}

// Three reports whether the section has exactly three charts. They stand side by side
// where there is room.
func (s section) Three() bool {
	return len(s.Blocks) == 3 && !slices.ContainsFunc(s.Blocks, func(b block) bool { return b.Chart == nil })
}

// block is one element of a section. Exactly one of its parts is set.
type block struct {
	Chart *figure
	Table *grid
	Bars  *barList
	Note  string
	// Folded is the title of a part that is hidden until it is opened; Inner is what it
	// hides.
	Folded string
	Inner  []block
}

// grid is a table. Its first columns are texts, the others numbers.
type grid struct {
	Title  string
	Header []string
	Texts  int // number of columns with texts
	Rows   [][]gridCell
	Note   string
	Full   bool // as wide as the page
}

// IsText reports whether a column holds texts.
func (g grid) IsText(column int) bool { return column < g.Texts }

// gridCell is a cell of a table.
type gridCell struct {
	Text string
	Link string // a file beside the page
	Tone string // good, bad, doubt, faint or nothing
	Sub  string // smaller, below the text
	Mark string // smaller, below Sub, in the cell's tone
}

func rowOf(texts ...string) []gridCell {
	row := make([]gridCell, len(texts))
	for i, text := range texts {
		row[i] = gridCell{Text: text}
	}
	return row
}

// barList is numbers with names, each with a bar.
type barList struct {
	Title, Unit, Note string
	Bars              []namedBar
}

type namedBar struct {
	Name, Value string
	Percent     float64 // of the full width
	Colour      int     // from 1
}

func (d *document) write(w io.Writer) error {
	parsed, err := template.New("page").Funcs(template.FuncMap{"text": d.text, "count": func(n int, noun string) string { return format.Count(int64(n), noun) }}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("html: %w", err)
	}
	var whole bytes.Buffer
	if err := parsed.Execute(&whole, d); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	if _, err := whole.WriteTo(w); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

// findings are the results of the checks, the worst first.
func findings(v check.Verdict) []finding {
	const atOnce = 3
	var list []finding
	for _, status := range []check.Status{check.Fail, check.Inconclusive, check.Pass, check.Skipped} {
		for _, c := range v.Checks {
			if c.Status != status {
				continue
			}
			shown := min(len(c.Evidence), atOnce)
			list = append(list, finding{Status: c.Status, Name: c.Name, Reason: c.Reason, Evidence: c.Evidence[:shown], More: c.Evidence[shown:]})
		}
	}
	return list
}

// statusWord is a status as a heading.
func statusWord(s check.Status) string {
	if s == "" {
		return "NOT RUN"
	}
	return strings.ToUpper(format.Shorten(string(s), 14))
}
