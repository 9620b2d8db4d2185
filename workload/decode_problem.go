package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// textError lists everything that is wrong with a scenario: first what stands in
// the file, in its order, then what was given by flags.
type textError struct {
	Problems []textProblem // at least one
}

// Error puts one problem on a line.
func (e *textError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// textProblem is one thing that is wrong with a scenario.
type textProblem struct {
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

// String is the problem as compilers print it: file:line:col: message.
func (p textProblem) String() string {
	switch {
	case p.File == "":
		return p.Message
	case p.Line == 0:
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// position is where a piece of a scenario was written.
type position struct {
	source       string // the file, or the flag's text
	flag         int    // 0: the file; n: the n-th override
	line, column int    // from 1, within the file or the flag's value
}

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.flag, q.flag), cmp.Compare(p.line, q.line), cmp.Compare(p.column, q.column))
}

// problems collects what is wrong in any order.
type problems struct {
	found []located
}

type located struct {
	at      position
	message string
}

func (p *problems) add(at position, format string, args ...any) {
	p.found = append(p.found, located{at, fmt.Sprintf(format, args...)})
}

// err is a [*textError] with the problems in the order of the text, or nil
// if there are none.
func (p *problems) err() error {
	if len(p.found) == 0 {
		return nil
	}
	slices.SortStableFunc(p.found, func(a, b located) int { return a.at.compare(b.at) })
	list := make([]textProblem, len(p.found))
	for i, f := range p.found {
		list[i] = textProblem{File: f.at.source, Message: f.message}
		if f.at.flag == 0 {
			list[i].Line, list[i].Column = f.at.line, f.at.column
		}
	}
	return &textError{Problems: list}
}
