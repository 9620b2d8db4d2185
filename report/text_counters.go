package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// counters shows each counter's account; if there are many, the worst and the
// first.
func (p *page) counters(all []Counter) {
	const most = 8
	if len(all) == 0 {
		return
	}
	shown := slices.Clone(all)
	if len(all) > most {
		slices.SortStableFunc(shown, func(a, b Counter) int { return cmp.Compare(b.concern(), a.concern()) })
	}
	shown = shown[:min(len(shown), most)]
	if !p.counterTable(shown) {
		p.counterList(shown)
	}
	if len(all) > most {
		p.paragraph(margin, plain, restOf(all, most))
	}
}

// concern orders counters by how much the reader should look at them.
func (c Counter) concern() int {
	switch {
	case c.Final == nil:
		return 3
	case *c.Final < c.Lowest || *c.Final > c.Highest:
		return 4
	case c.excess().Sign() != 0:
		return 2
	case c.Lowest != c.Highest:
		return 1
	}
	return 0
}

// restOf tells how many counters are not shown, and that the worst of them are.
func restOf(all []Counter, shown int) string {
	exact := 0
	for _, c := range all {
		if c.Final != nil && c.excess().Sign() == 0 {
			exact++
		}
	}
	rest := plural(int64(len(all)-shown), "more counter")
	if exact == len(all) {
		return fmt.Sprintf("and %s, all as acknowledged", rest)
	}
	return fmt.Sprintf("and %s; of all %d, %d ended as acknowledged", rest, len(all), exact)
}

// counterTable reports whether the counters fit into a table.
func (p *page) counterTable(shown []Counter) bool {
	t := table{header: []string{"Counters", "initial", "acknowledged", "expected", "off by", "final"}}
	var banded, off bool
	for _, c := range shown {
		banded = banded || c.Lowest != c.Highest
		off = off || c.Final != nil && c.excess().Sign() != 0
		t.rows = append(t.rows, []string{
			printable(c.Key), fmt.Sprint(c.Initial), fmt.Sprintf("%+d", c.Acknowledged), c.expected(), c.difference(), c.final(),
		})
	}
	if !off {
		t = t.without(4)
	}
	if !banded {
		t = t.without(3)
	}
	header, rows, fits := t.render(p.width)
	if !fits {
		return false
	}
	p.line("")
	title, rest := t.header[0], strings.TrimPrefix(header, margin+t.header[0])
	p.line(p.paint.bold(title) + p.paint.faint(margin+rest))
	for i, row := range rows {
		p.line(p.counterPaint(shown[i])(row))
	}
	return true
}

// counterList gives each number of a counter a line of its own.
func (p *page) counterList(shown []Counter) {
	p.section("Counters")
	for _, c := range shown {
		for _, line := range wrap(c.Key, p.width-len(margin)) {
			p.line(margin + line)
		}
		rows := [][2]string{{"initial", fmt.Sprint(c.Initial)}, {"acknowledged", fmt.Sprintf("%+d", c.Acknowledged)}}
		if c.Lowest != c.Highest {
			rows = append(rows, [2]string{"at least", fmt.Sprint(c.Lowest)}, [2]string{"at most", fmt.Sprint(c.Highest)})
		}
		rows = append(rows, [2]string{"final", c.final()})
		if c.Final != nil && c.excess().Sign() != 0 {
			rows = append(rows, [2]string{"off by", c.difference()})
		}
		for _, row := range rows {
			const label, longest = len("acknowledged"), len("-9223372036854775808") + 1
			p.line(p.counterPaint(c)(margin + margin + padRight(row[0], label) + gap + padLeft(row[1], longest)))
		}
	}
}

func (p *page) counterPaint(c Counter) painter {
	switch c.concern() {
	case 0, 1:
		return plain
	case 2, 3:
		return p.paint.doubt
	}
	return p.paint.bad
}

func (c Counter) final() string {
	if c.Final == nil {
		return "unreadable"
	}
	return fmt.Sprint(*c.Final)
}

func (c Counter) expected() string {
	if c.Lowest == c.Highest {
		return fmt.Sprint(c.Lowest)
	}
	return fmt.Sprintf("%d to %d", c.Lowest, c.Highest)
}

// difference is how far the final value is from what was acknowledged.
func (c Counter) difference() string {
	if c.Final == nil {
		return absent
	}
	if c.excess().Sign() == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", c.excess())
}
