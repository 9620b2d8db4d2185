package main

import (
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/internal/format"
)

// helpWidth is the number of columns of the help texts.
const helpWidth = 80

// printHelp prints the help of the program or of a command. The library's own template
// would break lines a second time.
func printHelp(w io.Writer, about any) {
	var b strings.Builder
	switch about := about.(type) {
	case *cli.App:
		b.WriteString(about.Name + " – " + about.Usage + "\n\n")
		b.WriteString("Usage:\n\n   contend COMMAND [ARGUMENT...] [flags]\n\n")
		writeParagraphs(&b, about.Description)
		b.WriteString("Commands:\n\n")
		var rows [][2]string
		for _, command := range about.VisibleCommands() {
			rows = append(rows, [2]string{command.Name, command.Usage})
		}
		writeRows(&b, rows)
		topics := strings.Join(topicNames(), ", ")
		b.WriteString("\n" + wrapped("\"contend help COMMAND\" explains a command, and \"contend help TOPIC\" a topic: "+topics+".", 0, 0))
		b.WriteString("\n")
		writeFlags(&b, about.VisibleFlags())
	case *cli.Command:
		b.WriteString(wrapped("contend "+about.Name+" – "+about.Usage, 0, 3) + "\nUsage:\n\n")
		for line := range strings.Lines(about.UsageText) {
			b.WriteString("   " + line)
		}
		b.WriteString("\n\n")
		writeParagraphs(&b, about.Description)
		writeFlags(&b, about.VisibleFlags())
	}
	_, _ = io.WriteString(w, b.String()) // an error cannot be reported anywhere
}

// writeParagraphs wraps each paragraph, but leaves indented lines as they are.
func writeParagraphs(b *strings.Builder, text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var flowing []string
		flush := func() {
			if len(flowing) > 0 {
				b.WriteString(wrapped(strings.Join(flowing, " "), 0, 0))
			}
			flowing = nil
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			if !strings.HasPrefix(line, " ") {
				flowing = append(flowing, line)
				continue
			}
			flush()
			b.WriteString(line + "\n")
		}
		flush()
		b.WriteString("\n")
	}
}

// noDefault is the DefaultText of a number that is not set unless its flag is given. The
// library would show its zero value as a default.
const noDefault = "none"

func writeFlags(b *strings.Builder, flags []cli.Flag) {
	if len(flags) == 0 {
		return
	}
	b.WriteString("Flags:\n\n")
	var rows [][2]string
	for _, flag := range flags {
		names, usage, _ := strings.Cut(flag.String(), "\t")
		names, _, _ = strings.Cut(names, " [ ") // a repeatable flag says so in its text
		usage = strings.TrimSuffix(usage, " (default: "+noDefault+")")
		rows = append(rows, [2]string{names, usage})
	}
	writeRows(b, rows)
}

// writeRows writes a table of names and what they mean.
func writeRows(b *strings.Builder, rows [][2]string) {
	const most = 24 // columns of a name; the meaning of a longer one stands below it
	widest := 0
	for _, row := range rows {
		if n := format.Columns(row[0]); n <= most {
			widest = max(widest, n)
		}
	}
	indent := 3 + widest + 2
	for _, row := range rows {
		name := "   " + row[0]
		b.WriteString(name)
		used := format.Columns(name)
		if used+2 > indent {
			b.WriteString("\n")
			used = 0
		}
		b.WriteString(strings.Repeat(" ", indent-used))
		b.WriteString(wrapped(row[1], indent, indent))
	}
}

// wrapped breaks a text into lines within [helpWidth]. The first line begins at a
// column, and all others are indented.
func wrapped(text string, column, indent int) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		n := format.Columns(word)
		switch {
		case i > 0 && column+1+n > helpWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		case i > 0:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteString("\n")
	return b.String()
}
