package readme

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
)

// shorter are what is added at short length to the commands of sessions that take long. A
// command that is given designs prints only the README's rows of these. A run in real time
// still takes more than a second, so that its words are the README's.
var shorter = map[string]string{
	"contend run exactly-once --set repeat=1 --quiet": " --set strategy=[atomic-add,item-collection]",
	"contend run hot-key --operations 500 --quiet":    " --operations 320",
}

// atThisLength is the session as it is run at this length.
func (s readmeSession) atThisLength() readmeSession {
	added := shorter[s.command]
	if added == "" || longtest.Asked() {
		return s
	}
	return s.with(added)
}

// with is the session with something added to its command.
func (s readmeSession) with(added string) readmeSession {
	short := readmeSession{command: s.command + added, exit: s.exit, narrow: true}
	for _, line := range s.lines {
		design, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !slices.Contains(counter.StrategyNames(), design) || strings.Contains(added, design) {
			short.lines = append(short.lines, line)
		}
	}
	return short
}

var spaces = regexp.MustCompile(` +`)

// differs is [differs] for the session's lines. Columns of a table that lacks rows may be
// narrower than the README's.
func (s readmeSession) differs(output string) (part string, ok bool) {
	if !s.narrow {
		return differs(s.lines, output)
	}
	return differs(strings.Split(spaces.ReplaceAllString(strings.Join(s.lines, "\n"), " "), "\n"), spaces.ReplaceAllString(output, " "))
}

// TestReadmeSessionsAreShortened: every row that is left has to be there, letter by letter.
func TestReadmeSessionsAreShortened(t *testing.T) {
	const added = " --set strategy=[atomic-add]"
	s := readmeSession{command: "contend run x", exit: "3", lines: strings.Split("  strategy             off\n  conditional           +1\n  conditional-history    0\n  atomic-add            +2\n…", "\n")}.with(added)
	if s.command != "contend run x"+added || s.exit != "3" || len(s.lines) != 3 {
		t.Errorf("got %+v", s)
	}
	for output, same := range map[string]bool{
		"  strategy    off\n  atomic-add   +2\n\nmore": true,
		"  strategy    off\n  atomic-add   +3\n\nmore": false,
		"  strategy    off\n  sharded      +2\n\nmore": false,
		"  strategy    off\n":                          false,
	} {
		if part, differs := s.differs(output); differs == same {
			t.Errorf("%q differs: %v, %q", output, differs, part)
		}
	}
}
