package report

import "github.com/fatih/color"

// style paints parts of the text, or leaves them as they are.
type style struct {
	pass, fail, doubt, bold, dim *color.Color
}

func newStyle(enabled bool) style {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if enabled {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return style{
		pass:  paint(color.FgGreen, color.Bold),
		fail:  paint(color.FgRed, color.Bold),
		doubt: paint(color.FgYellow, color.Bold),
		bold:  paint(color.Bold),
		dim:   paint(color.Faint),
	}
}
