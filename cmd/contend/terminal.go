package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether w is a terminal that a person reads.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// drawsOn reports whether w is a terminal on which lines can be drawn anew.
func drawsOn(w io.Writer) bool { return isTerminal(w) && os.Getenv("TERM") != "dumb" }

// size returns the columns and rows of a terminal, 80 and 24 if it does not say.
func size(w io.Writer) (columns, rows int) {
	if file, ok := w.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 && rows > 0 {
			return columns, rows
		}
	}
	return 80, 24
}

// width is the number of columns of a terminal, 80 for anything else.
func width(w io.Writer) int { return widthOr(w, 80) }

// widthOr is the number of columns of a terminal, and usual for anything else.
func widthOr(w io.Writer, usual int) int {
	const most = 120
	if file, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return min(columns, most)
		}
	}
	return usual
}

// wantsColour follows no-color.org.
func wantsColour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
