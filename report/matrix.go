package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"contend/internal/plainjson"
	"contend/workload/check"
)

// Matrix is matrix.json: the runs of all variants of one scenario.
type Matrix struct {
	Version     int       `json:"version"`
	ToolVersion string    `json:"tool_version"`
	Scenario    string    `json:"scenario"`
	Description string    `json:"description,omitempty"`
	Target      Target    `json:"target"`
	StartedAt   time.Time `json:"started_at"`
	ElapsedS    float64   `json:"elapsed_s"`
	// Interrupted is true if not all variants were run, or not to their end.
	Interrupted bool `json:"interrupted"`
	Planned     int  `json:"planned"` // runs
	// Repeat is how often each variant was to be run; 0 in files of old versions,
	// which ran them once.
	Repeat   int       `json:"repeat,omitempty"`
	Variants []Variant `json:"variants"`
}

// Variant is one run of a variant, in short. A number that could not be measured
// is absent.
type Variant struct {
	Settings []Setting `json:"settings"`         // what it differs in from the others
	Repeat   int       `json:"repeat,omitempty"` // which of the variant's runs, from 1
	Folder   string    `json:"folder"`           // of its files, within the matrix's
	Strategy string    `json:"strategy,omitempty"`
	// Verdict is empty if the variant could not be run; Error says why, or what
	// ended it.
	Verdict check.Status `json:"verdict,omitempty"`
	Error   string       `json:"error,omitempty"`

	// Acknowledged is the sum of the deltas reported successful, Changed is what
	// the counters changed by, both over all counters.
	Acknowledged int64  `json:"acknowledged"`
	Changed      *int64 `json:"changed,omitempty"`
	OffBy        *int64 `json:"off_by,omitempty"` // Changed − Acknowledged
	Unknown      int64  `json:"unknown"`          // operations
	// Faults counts the requests that an injected fault hit.
	Faults int64 `json:"faults"`
	// Lost counts the writes that the store carried out without the worker being
	// told, because of an injected fault.
	Lost int64 `json:"lost"`
	// Explained is true if the injected faults, write by write, make exactly the
	// final values necessary; absent where a write is without an answer for
	// another reason.
	Explained *bool `json:"explained,omitempty"`

	AttemptsPerSuccess *float64 `json:"attempts_per_success,omitempty"`
	PerUpdate          *Cost    `json:"per_update,omitempty"`
	P99MS              *float64 `json:"p99_ms,omitempty"` // of the service of applied operations
	ResponseP99MS      *float64 `json:"response_p99_ms,omitempty"`
	ThroughputPerS     *float64 `json:"throughput_per_s,omitempty"`
	// Thresholds are the scenario's, and what came of them in this variant.
	Thresholds []Threshold `json:"thresholds,omitempty"`
}

// Setting is a field of the scenario and its value in one variant.
type Setting struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// NewVariant is a run in short; r is nil if it could not be run.
func NewVariant(settings []Setting, folder string, r *Report) Variant {
	v := Variant{Settings: settings, Folder: folder}
	if r == nil {
		return v
	}
	v.Verdict, v.Error, v.Strategy = r.Verdict.Status, r.Error, r.Strategy
	v.Unknown, v.Thresholds = r.Tally.Unknown, r.Thresholds
	v.AttemptsPerSuccess, v.ThroughputPerS = r.AttemptsPerSuccess, r.ThroughputPerS
	v.P99MS, v.ResponseP99MS = r.Latency.Service.P99, r.Latency.Response.P99
	if r.Capacity != nil {
		v.PerUpdate = r.Capacity.PerUpdate
	}
	for _, f := range r.Faults {
		v.Faults += f.Requests
		v.Lost += f.Accepted
	}
	v.sum(r.Counters)
	return v
}

func (v *Variant) sum(counters []Counter) {
	var changed, untraced int64
	allKnown, explained := true, true
	for _, c := range counters {
		v.Acknowledged += c.Acknowledged
		untraced += c.Untraced
		if c.Final == nil {
			allKnown = false
			continue
		}
		changed += *c.Final - c.Initial
		explained = explained && *c.Final == c.Traced
	}
	if !allKnown {
		return
	}
	v.Changed, v.OffBy = new(changed), new(changed-v.Acknowledged)
	if untraced == 0 {
		v.Explained = new(explained)
	}
}

// Status is the verdict of the whole: that of the worst variant.
func (m *Matrix) Status() check.Status {
	worst := check.Pass
	for _, v := range m.Variants {
		switch {
		case v.Verdict == check.Fail:
			return check.Fail
		case v.Verdict != check.Pass:
			worst = check.Inconclusive
		}
	}
	return worst
}

// Thresholds are those of all variants.
func (m *Matrix) Thresholds() []Threshold {
	var all []Threshold
	for _, v := range m.Variants {
		all = append(all, v.Thresholds...)
	}
	return all
}

// Encode writes the matrix as indented JSON.
func (m *Matrix) Encode(w io.Writer) error {
	if err := plainjson.Write(w, m); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}

// MatrixText writes a table with a line for each variant. Variants that differ in
// several fields are grouped by all but the first; by all of them if the values
// of the first are too long for a column.
func MatrixText(w io.Writer, m *Matrix, options TextOptions) error {
	p := newPage(options)
	if m.Description != "" {
		for _, line := range wrap(m.Description, p.width) {
			p.line(p.paint.faint(line))
		}
	}
	p.variants(m.Variants)
	p.line("")
	p.paragraph("", plain, m.legend())
	if text := m.explained(); text != "" {
		p.paragraph("", plain, text)
	}
	if m.Interrupted {
		p.paragraph("", p.paint.doubt, fmt.Sprintf("Interrupted: of %s %d were begun.", plural(int64(m.Planned), m.unit()), len(m.Variants)))
	}
	for _, v := range m.Variants {
		if v.Error != "" {
			p.paragraph(margin+"! ", p.paint.bad, v.name()+": "+v.Error)
		}
	}
	p.unkeptOf(m)
	return p.writeTo(w)
}

// unkeptOf names the thresholds that were not met, variant by variant.
func (p *page) unkeptOf(m *Matrix) {
	all := m.Thresholds()
	if len(all) == 0 {
		return
	}
	p.section("Thresholds")
	if WorstThreshold(all) == Met {
		p.line(margin + p.paint.good("all met"))
	}
	for _, v := range m.Variants {
		for _, t := range v.Thresholds {
			if t.Status == Met {
				continue
			}
			p.paragraph(thresholdHead(t), p.paint.threshold(t.Status), v.name()+": "+t.sentence())
		}
	}
}

// The columns of the table that go first where there is no room, as
// [table.fit] counts them.
var narrow = []int{9, 6}

func (p *page) variants(all []Variant) {
	name, label, group := "strategy", Variant.strategy, Variant.name
	if path, same := samePath(all); same && longest(all) <= widestLabel {
		name, label, group = path, Variant.first, Variant.group
	}
	all = inGroups(all, group)
	t := table{header: []string{name, "verdict", "acked", "final", "off", "unkn", "lost", "tries", "WU", "RU", "p99 ms"}}
	for _, v := range all {
		t.rows = append(t.rows, append([]string{label(v)}, v.row()...))
	}
	header, rows := t.fit(p.width, narrow...)
	last := ""
	for i, row := range rows {
		if len(rows) == len(all) { // else every cell has a line of its own
			if group := group(all[i]); i == 0 || group != last {
				p.line("")
				for _, line := range wrap(p.heading(group), p.width) {
					p.line(p.paint.bold(line))
				}
				p.line(p.paint.faint(header))
				last = group
			}
			row = p.variantPaint(all[i])(row)
		}
		p.line(row)
	}
}

// samePath is the field of the first setting, if that is the same for all. The
// blocks of a matrix may begin with different ones, which have no common column.
func samePath(all []Variant) (path string, same bool) {
	for _, v := range all {
		if len(v.Settings) == 0 || path != "" && v.Settings[0].Path != path {
			return "", false
		}
		path = v.Settings[0].Path
	}
	return path, path != ""
}

// inGroups puts variants of the same group one after another, the groups in the
// order of their first.
func inGroups(all []Variant, group func(Variant) string) []Variant {
	first := map[string]int{}
	for i, v := range all {
		if _, ok := first[group(v)]; !ok {
			first[group(v)] = i
		}
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b Variant) int { return first[group(a)] - first[group(b)] })
}

func (p *page) heading(group string) string {
	if group == "" {
		return "Variants"
	}
	return group
}

func (p *page) variantPaint(v Variant) painter {
	switch v.Verdict {
	case check.Pass:
		return plain
	case check.Inconclusive:
		return p.paint.doubt
	}
	return p.paint.bad
}

// widestLabel is the widest value that has a column.
const widestLabel = 24

func longest(all []Variant) int {
	most := 0
	for _, v := range all {
		most = max(most, columns(v.first()))
	}
	return most
}

func (v Variant) strategy() string {
	if v.Strategy == "" {
		return absent
	}
	return printable(v.Strategy)
}

func (v Variant) first() string {
	if len(v.Settings) == 0 {
		return absent
	}
	return printable(v.Settings[0].Value)
}

// group is what a variant shares with its neighbours.
func (v Variant) group() string {
	var parts []string
	for _, s := range v.Settings[min(1, len(v.Settings)):] {
		parts = append(parts, s.Path+": "+s.Value)
	}
	return strings.Join(parts, ", ")
}

func (v Variant) name() string {
	if len(v.Settings) == 0 {
		return absent
	}
	return strings.TrimSuffix(v.Settings[0].Path+": "+v.Settings[0].Value+", "+v.group(), ", ")
}

func (v Variant) row() []string {
	cost := func(of func(*Cost) float64) string {
		if v.PerUpdate == nil {
			return absent
		}
		return figures(of(v.PerUpdate))
	}
	whole := func(n *int64, format string) string {
		if n == nil {
			return absent
		}
		return fmt.Sprintf(format, *n)
	}
	decimal := func(n *float64) string {
		if n == nil {
			return absent
		}
		return figures(*n)
	}
	return []string{
		verdictWord(v.Verdict), fmt.Sprint(v.Acknowledged), whole(v.Changed, "%d"), v.offBy(),
		fmt.Sprint(v.Unknown), fmt.Sprint(v.Lost), decimal(v.AttemptsPerSuccess),
		cost(func(c *Cost) float64 { return c.WriteUnits }), cost(func(c *Cost) float64 { return c.ReadUnits }), decimal(v.p99()),
	}
}

// p99 is of the response, in which the time counts that operations of an open loop
// wait for a worker. Files of before it was kept have the service.
func (v Variant) p99() *float64 {
	if v.ResponseP99MS == nil {
		return v.P99MS
	}
	return v.ResponseP99MS
}

func (v Variant) offBy() string {
	switch {
	case v.OffBy == nil:
		return absent
	case *v.OffBy == 0:
		return "0"
	}
	return fmt.Sprintf("%+d", *v.OffBy)
}

func verdictWord(s check.Status) string {
	switch s {
	case check.Fail:
		return "FAIL"
	case check.Inconclusive:
		return "inconcl."
	case "":
		return "not run"
	}
	return string(s)
}

// unit is what a line of the table is.
func (m *Matrix) unit() string {
	if m.Repeat > 1 {
		return "run"
	}
	return "variant"
}

func (m *Matrix) legend() string {
	return "acked: the sum that callers were told; final: what the counters changed by; off: final − acked; unkn: operations that ended unknown; " +
		"lost: writes that were applied without the caller being told; tries, WU and RU (write and read units): for each applied update."
}

// explained says whether the injected faults account for every final value; ""
// if there were none.
func (m *Matrix) explained() string {
	var hit int64
	var ran, explained, untold int
	var wrong []string
	for _, v := range m.Variants {
		hit += v.Faults
		if v.Verdict == "" {
			continue
		}
		ran++
		switch {
		case v.Explained == nil:
			untold++
		case *v.Explained:
			explained++
		default:
			wrong = append(wrong, v.name())
		}
	}
	if hit == 0 {
		return ""
	}
	text := fmt.Sprintf("Write by write, the injected faults account for the final value of %d of %s", explained, plural(int64(ran), "variant"))
	if len(wrong) > 0 {
		text += "; not for " + strings.Join(wrong, "; ")
	}
	if untold > 0 {
		text += fmt.Sprintf("; in %d a write was without an answer for another reason", untold)
	}
	return text + "."
}
