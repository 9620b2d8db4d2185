package exec

import (
	"fmt"
	"os"
	"strings"
	"unicode"
)

// Breach says how a program broke the protocol.
type Breach struct {
	Process string // its name
	Reason  string // as in "its line is no JSON"
	Line    string // the line, shortened; "" if none was wrong
	Told    string // the last line of the program's standard error; "" if there is none
}

// Error names the process, the reason and the line.
func (b *Breach) Error() string {
	text := b.Process + ": " + b.Reason
	if b.Line != "" {
		text += fmt.Sprintf(": %q", b.Line)
	}
	if b.Told != "" {
		text += fmt.Sprintf("; its standard error ends with %q", b.Told)
	}
	return text
}

// mostShown is how many bytes of a program's text are shown.
const mostShown = 200

func shortened(text []byte) string {
	if len(text) > mostShown {
		return strings.ToValidUTF8(string(text[:mostShown]), "") + "…"
	}
	return string(text)
}

// lastLine returns the last line of a file that is not empty.
func lastLine(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return ""
	}
	const most = 4096
	tail := make([]byte, min(info.Size(), most))
	if _, err := file.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return ""
	}
	text := strings.TrimRightFunc(string(tail), unicode.IsSpace)
	return shortened([]byte(text[strings.LastIndexByte(text, '\n')+1:]))
}
