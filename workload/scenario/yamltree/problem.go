package yamltree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error lists all problems of a scenario: first those in the file, in its order, then
// those in flags.
type Error struct {
	Problems []Problem // at least one
}

// Error puts one problem on a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Problem is one problem of a scenario.
type Problem struct {
	// File is the scenario's file, or the text of the flag that gave the value,
	// such as "--set load.workers=0"; "" if the scenario was not read from
	// text.
	File string
	// Line and Column count from 1, columns in characters; both are 0 if File
	// is not a file.
	Line, Column int
	// Message names the field by its path and says what is wrong with it.
	Message string
}

// String returns the problem in the form of compilers: file:line:col: message.
func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Message
	case p.Line == 0:
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Position is where a piece of a scenario was written.
type Position struct {
	Source       string // the file, or the flag's text
	Flag         int    // 0: the file; n: the n-th override
	Line, Column int    // from 1, within the file or the flag's value
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Flag, q.Flag), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Problems collects problems in any order.
type Problems struct {
	Found []located
}

type located struct {
	at      Position
	message string
}

// Add adds a problem at a position.
func (p *Problems) Add(at Position, format string, args ...any) {
	p.Found = append(p.Found, located{at, fmt.Sprintf(format, args...)})
}

// Err returns an [*Error] with the problems in the order of the text, or nil if there
// are none.
func (p *Problems) Err() error {
	if len(p.Found) == 0 {
		return nil
	}
	slices.SortStableFunc(p.Found, func(a, b located) int { return a.at.compare(b.at) })
	list := make([]Problem, len(p.Found))
	for i, f := range p.Found {
		list[i] = Problem{File: f.at.Source, Message: f.message}
		if f.at.Flag == 0 {
			list[i].Line, list[i].Column = f.at.Line, f.at.Column
		}
	}
	return &Error{Problems: list}
}

// AddNew adds the problems that are not there yet.
func (p *Problems) AddNew(found []located) {
	for _, l := range found {
		if !slices.Contains(p.Found, l) {
			p.Found = append(p.Found, l)
		}
	}
}
