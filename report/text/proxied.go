package text

import (
	"contend/report"
)

// proxied shows what passed through a proxy.
func (p *textLayout) proxied(r *report.Proxied) {
	if r == nil {
		return
	}
	p.pairs("Requests", r.Operations())
	p.pairs("Capacity of the requests about watched items", r.Capacity())
	if !r.Dry {
		p.pairs("Faults", r.Faults())
	} else if len(r.Hits) > 0 {
		const most = 20
		p.section("Would have been hit")
		for _, text := range r.HitTexts(most) {
			p.paragraph(margin, plain, text)
		}
	}
	if list := r.NotUnderstood(); len(list) > 0 {
		p.section("Not understood")
		for _, text := range list {
			p.paragraph(margin+"· ", plain, text)
		}
	}
}

// pairs shows names with numbers.
func (p *textLayout) pairs(title string, list [][2]string) {
	if len(list) == 0 {
		return
	}
	p.section(title)
	t := table{}
	for _, pair := range list {
		t.rows = append(t.rows, pair[:])
	}
	if _, rows, fits := t.render(p.width); fits {
		p.lines(rows)
		return
	}
	for _, pair := range list {
		p.paragraph(margin, plain, pair[0]+" "+pair[1])
	}
}
