package report

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/format"
	"contend/workload/check"
	"contend/workload/proxy/record"
	"contend/workload/scenario"
)

// Proxied is what a recording proxy saw, besides the history.
type Proxied struct {
	Upstream  string    `json:"upstream"`
	Watch     []string  `json:"watch"`
	StartedAt time.Time `json:"started_at"`
	ElapsedS  float64   `json:"elapsed_s"`
	Seed      uint64    `json:"seed"`
	Dry       bool      `json:"dry,omitempty"` // faults were chosen and not injected
	record.Summary
}

// NewProxied makes the judgement of what passed through a proxy. file is the path of its
// history.
func NewProxied(file string, e *check.Examination, p *Proxied) *Judgement {
	j := NewJudgement(file, e)
	j.Proxy = p
	j.Warnings = append(j.Warnings, p.warnings()...)
	claimed := e.Footer != nil && len(e.Footer.Claims) > 0
	if f := finding(j.Verdict, "exactly-once"); f.Status == check.Inconclusive && !claimed && len(j.Counters) > 0 {
		j.Warnings = append(j.Warnings, "What the program itself counted is not known: --expect N or --acknowledged FILE says it.")
	}
	return j
}

func finding(v check.Verdict, name string) check.Result {
	for _, c := range v.Checks {
		if c.Name == name {
			return c
		}
	}
	return check.Result{}
}

func (p *Proxied) warnings() []string {
	var all []string
	add := func(n int64, format string) {
		if n > 0 {
			all = append(all, fmt.Sprintf(format, n))
		}
	}
	add(p.Nameless, "%d writes had no amz-sdk-invocation-id: whether they were tried again cannot be told, and each counts as a call of its own.")
	add(p.Blind, "%d writes set a value whatever it was before. If two overlap, one is lost without a trace: only --expect or --acknowledged shows it.")
	add(p.Replays, "%d requests had a token that the store had already applied, and changed nothing.")
	add(p.Untracked, "%d requests were about more watched items than are recorded, and are not judged.")
	if p.Dry {
		all = append(all, "No fault was injected, because of --dry.")
	}
	return all
}

// Operations lists the operations that passed, with how often; the most frequent first.
func (p *Proxied) Operations() [][2]string { return ranked(p.Requests, "none of DynamoDB") }

// Faults lists the kinds of injected faults, with how often.
func (p *Proxied) Faults() [][2]string { return ranked(p.Injected, "") }

// Capacity describes what the requests about watched items consumed, and what a million of
// them cost at the usual price.
func (p *Proxied) Capacity() [][2]string {
	c := p.Consumed
	switch {
	case c == nil:
		return nil
	case c.Reported == 0:
		return [][2]string{{"units", "not known: the store reported none"}}
	}
	rows := [][2]string{{"write units", format.Units(c.WriteUnits)}, {"read units", format.Units(c.ReadUnits)}}
	price := scenario.Default().Price
	usd := price.OnDemand(c.WriteUnits, c.ReadUnits) / float64(c.Reported) * 1e6
	rows = append(rows, [2]string{"cost", fmt.Sprintf(
		"$%s per million requests, at $%v per million write units and $%v per million read units", format.Number(usd), price.Write, price.Read)})
	var without []string
	if c.Refused > 0 {
		without = append(without, format.Count(c.Refused, "refused or unanswered request"))
	}
	if c.Unreported > 0 {
		without = append(without, format.Count(c.Unreported, "request")+" without a report")
	}
	if len(without) > 0 {
		rows = append(rows, [2]string{"not counted", strings.Join(without, ", ")})
	}
	return rows
}

// NotUnderstood lists what was not understood, in words.
func (p *Proxied) NotUnderstood() []string {
	var all []string
	for _, u := range p.Unseen {
		what := "a read of"
		if u.Write {
			what = "a write of"
		}
		text := fmt.Sprintf("%s %s: %s", what, u.Counter, u.Reason)
		if u.Times > 1 {
			text += fmt.Sprintf(" (%d times)", u.Times)
		}
		all = append(all, text)
	}
	if p.Omitted > 0 {
		all = append(all, "and "+format.Count(p.Omitted, "other request"))
	}
	return all
}

// HitTexts lists the first faults with the requests that met them, in words.
func (p *Proxied) HitTexts(most int) []string {
	var all []string
	for i, h := range p.Hits {
		if i == most {
			return append(all, "and more, in "+ProxyFile)
		}
		text := fmt.Sprintf("request %d: %s of %s", h.Request, h.Kind, h.Operation)
		if h.Item != "" {
			text += " " + h.Item
		}
		if h.Attempt > 0 {
			text += fmt.Sprintf(", attempt %d of call %s", h.Attempt, h.Call)
		}
		all = append(all, text)
	}
	return all
}
