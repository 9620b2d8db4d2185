package probe

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// The columns of the table.
const (
	verdictColumn = 15
	nameColumn    = 24
	leastText     = 20
)

// Text writes the table for people, in lines of that width.
func (r *Report) Text(w io.Writer, width int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d workers, %d operations each, seed %d\n\n", printable(r.Endpoint), r.Workers, r.Operations, r.Seed)
	for _, row := range r.Rows {
		row.text(&b, width)
	}
	var counts []string
	for _, verdict := range Verdicts() {
		counts = append(counts, fmt.Sprintf("%d %s", r.Count(verdict), verdict))
	}
	fmt.Fprintf(&b, "\n%s\n", strings.Join(counts, ", "))
	_, err := io.WriteString(w, b.String())
	return err
}

// excluded says which rate of faults a right row excludes.
func (r Row) excluded() string {
	if r.Excluded == 0 {
		return ""
	}
	return fmt.Sprintf("; %d requests exclude faults in more than %.2g %% of them", r.Requests, 100*r.Excluded)
}

func (r Row) text(b *strings.Builder, width int) {
	room := max(width-verdictColumn-nameColumn, leastText)
	head := fmt.Sprintf("%-*s%-*s", verdictColumn, r.Verdict, nameColumn, r.Name)
	for _, line := range wrap(r.Finding+r.excluded(), room) {
		fmt.Fprintf(b, "%s%s\n", head, line)
		head = strings.Repeat(" ", verdictColumn+nameColumn)
	}
	for _, evidence := range r.Evidence {
		mark := "- "
		for _, line := range wrap(evidence, room-len(mark)) {
			fmt.Fprintf(b, "%s%s%s\n", head, mark, line)
			mark = "  "
		}
	}
}

// wrap breaks a text at spaces into lines of at most width bytes. It returns at least
// one line. A longer word stays whole.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(printable(text)) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// printable removes from a server's text what could control the terminal, such as
// escape sequences and characters that change the direction of writing.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
