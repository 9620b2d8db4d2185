// Package scenarios holds the scenario files that come with the program.
package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/agext/levenshtein"
)

//go:embed *.yaml
var files embed.FS

//go:embed own-counter
var programs embed.FS

// programsOf is the scenario that comes with programs, and the folder of these.
const programsOf = "own-counter"

// Programs returns the programs that come with a scenario; nil if there are none.
func Programs(name string) fs.FS {
	if name != programsOf {
		return nil
	}
	folder, err := fs.Sub(programs, programsOf)
	if err != nil {
		panic(err) // the name is malformed
	}
	return folder
}

// Examples are all programs that come with a scenario.
func Examples() fs.FS { return Programs(programsOf) }

const extension = ".yaml"

// ErrNotFound: no shipped scenario has that name.
var ErrNotFound = errors.New("no such scenario")

// NotFoundError is the error of [Open]; it matches [ErrNotFound].
type NotFoundError struct {
	Name string
	// Nearest is the shipped name that was probably meant, or "".
	Nearest string
}

// Error names the scenario that was asked for and, if there is one, the nearest.
func (e *NotFoundError) Error() string {
	message := fmt.Sprintf("%v: %q", ErrNotFound, e.Name)
	if e.Nearest != "" {
		message += fmt.Sprintf(": did you mean %q?", e.Nearest)
	}
	return message
}

// Is makes the error match [ErrNotFound].
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// Names lists the shipped scenarios, in alphabetical order.
func Names() []string {
	paths, err := fs.Glob(files, "*"+extension)
	if err != nil {
		panic(err) // the pattern is malformed
	}
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = strings.TrimSuffix(p, extension)
	}
	return names
}

// Open returns the text of the shipped scenario of that name, comments
// included, or a [*NotFoundError].
func Open(name string) ([]byte, error) {
	if path.Base(name) != name {
		return nil, &NotFoundError{Name: name}
	}
	text, err := files.ReadFile(name + extension)
	if err != nil {
		return nil, &NotFoundError{Name: name, Nearest: nearest(name)}
	}
	return text, nil
}

// maxWrong is how many letters of a name may be wrong for it to be suggested.
const maxWrong = 3

// nearest is the shipped name that is closest to the name, or "".
func nearest(name string) string {
	best, bestDistance := "", maxWrong+1
	for _, candidate := range Names() {
		if distance := levenshtein.Distance(name, candidate, nil); distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best
}
