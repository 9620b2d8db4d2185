package text

import (
	"github.com/fatih/color"

	"contend/workload/check"
)

// painter colours a text.
type painter func(string) string

// paint holds the colours of a text. No meaning depends on colour alone.
type paint struct {
	bold, faint                  painter
	good, bad, doubt             painter
	boldGood, boldBad, boldDoubt painter
}

// newPaint turns each colour on or off explicitly; otherwise the colour library would
// look at the process's own terminal and environment.
func newPaint(on bool) paint {
	with := func(attributes ...color.Attribute) painter {
		c := color.New(attributes...)
		c.DisableColor()
		if on {
			c.EnableColor()
		}
		return func(text string) string {
			if text == "" {
				return ""
			}
			return c.Sprint(text)
		}
	}
	return paint{
		bold:  with(color.Bold),
		faint: with(color.Faint),
		good:  with(color.FgGreen),
		bad:   with(color.FgRed),
		doubt: with(color.FgYellow),

		boldGood:  with(color.FgGreen, color.Bold),
		boldBad:   with(color.FgRed, color.Bold),
		boldDoubt: with(color.FgYellow, color.Bold),
	}
}

func plain(s string) string { return s }

// status is the colour of a finding. An unknown status is never painted as a pass.
func (p paint) status(s check.Status) painter {
	switch s {
	case check.Pass:
		return p.good
	case check.Fail:
		return p.bad
	case check.Skipped:
		return p.faint
	}
	return p.doubt
}

// banner is the colour of a verdict.
func (p paint) banner(s check.Status) painter {
	switch s {
	case check.Pass:
		return p.boldGood
	case check.Fail:
		return p.boldBad
	}
	return p.boldDoubt
}
