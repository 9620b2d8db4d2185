package page

import (
	"bytes"
	"fmt"
	"io"

	"contend/internal/format"
	"contend/report"
)

// Judgement writes the judgement of what passed through a proxy as an HTML page in one
// file. picture is the file beside it that draws the violation; "" for none.
func Judgement(w io.Writer, j *report.Judgement, picture string) error {
	var page bytes.Buffer
	for _, limits := range limitsOfRuns() {
		page.Reset()
		d := documentOfJudgement(j, picture)
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

func documentOfJudgement(j *report.Judgement, picture string) *document {
	p := j.Proxy
	d := &document{
		Kind: "proxy", Name: "proxy", Description: "Calls of an unchanged program, as a proxy saw them.", Warnings: j.Warnings, ToolVersion: j.Tool,
		Facts: []string{"upstream " + p.Upstream, format.Seconds(p.ElapsedS), p.StartedAt.UTC().Format("2006-01-02 15:04 UTC"), format.Count(j.Operations, "operation")},
		Banner: banner{
			Status: j.Verdict.Status, Word: statusWord(j.Verdict.Status), Headline: headline(j.Verdict), Findings: findings(j.Verdict), Picture: picture,
		},
	}
	if j.Error != "" {
		d.Banner.Notes = append(d.Banner.Notes, "Error: "+j.Error)
	}
	const most = 200
	d.add("counters", "Counters", "", tableBlock(countersGrid(j.Counters)))
	d.add("unseen", "Not understood", "Nothing is guessed: a counter with such a write is not judged.", tableBlock(listGrid(p.NotUnderstood())))
	d.add("faults", "Faults", "", tableBlock(pairsGrid("Kinds", p.Faults())), tableBlock(listGrid(p.HitTexts(most))))
	d.add("requests", "Requests", "", tableBlock(pairsGrid("", p.Operations())))
	d.add("capacity", "Capacity", "Of the requests about watched items.", tableBlock(pairsGrid("", p.Capacity())))
	d.add("watch", "Watched", "", tableBlock(listGrid(p.Watch)))
	return d
}

func listGrid(list []string) grid {
	g := grid{Texts: 1}
	for _, text := range list {
		g.Rows = append(g.Rows, rowOf(text))
	}
	return g
}

func pairsGrid(title string, list [][2]string) grid {
	g := grid{Title: title, Texts: 1}
	for _, pair := range list {
		g.Rows = append(g.Rows, rowOf(pair[:]...))
	}
	return g
}
