package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// clocked lists the packages that run in simulated time, too. They take the time from
// package clock, and wait by it.
var clocked = []string{
	"counter",
	"workload/fleet", "workload/measure", "workload/pace", "workload/retry", "workload/hist", "workload/fault", "workload/trial", "workload/store", "workload/rendezvous",
	"internal/embedded", "internal/embedded/attribute", "internal/embedded/expression", "internal/embedded/misbehave",
}

// realTime lists what the clocked packages may not use, by the path of its package.
var realTime = map[string][]string{
	"time":    {"Sleep", "After", "NewTimer", "NewTicker", "Tick", "AfterFunc", "Now", "Since", "Until"},
	"context": {"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
}

// realTimeAllowed are the exceptions, by file and name, each with its reason.
var realTimeAllowed = map[string]string{
	"workload/fleet/gate.go time.NewTimer":  gateWaits,
	"workload/fleet/guard.go time.NewTimer": guardWatches,
	"workload/fleet/guard.go time.Now":      guardWatches,
	"workload/fleet/guard.go time.Since":    guardWatches,

	"workload/store/embedded.go context.WithTimeout": overHTTP,
	"workload/store/patience.go context.WithTimeout": overHTTP,
	"workload/store/store.go time.Now":               overHTTP,
}

const (
	gateWaits    = "the gate waits for a connection, and a simulated run has none"
	overHTTP     = "it is of clients over HTTP, which a simulated run does not have"
	guardWatches = "the guard finds out how late the process itself is in real time"
)

// TestClockedPackagesUseTheClock: one forgotten wait in real time would stop a simulated
// run, and one forgotten look at the real time would give wrong numbers.
func TestClockedPackagesUseTheClock(t *testing.T) {
	unused := maps.Clone(realTimeAllowed)
	for _, dir := range clocked {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("package %q: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			name := filepath.ToSlash(strings.TrimPrefix(file, ".."+string(filepath.Separator)))
			for _, use := range usesOfRealTime(t, file, nil) {
				exception := name + " " + use.what
				if _, allowed := realTimeAllowed[exception]; !allowed {
					t.Errorf("%s: uses %s: take it from package clock", use.at, use.what)
				}
				delete(unused, exception)
			}
		}
	}
	for exception := range unused {
		t.Errorf("%s: nobody needs this exception any more", exception)
	}
}

type useOfRealTime struct {
	what string // as in "time.Now"
	at   token.Position
}

// usesOfRealTime finds what a file uses of realTime. The text is the file's own if it is
// nil.
func usesOfRealTime(t *testing.T, path string, text any) (uses []useOfRealTime) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{} // by the name that the file gives them
	for _, imported := range file.Imports {
		from, _ := strconv.Unquote(imported.Path.Value)
		if realTime[from] == nil {
			continue
		}
		name := from
		if imported.Name != nil {
			name = imported.Name.Name
		}
		if name == "." {
			uses = append(uses, useOfRealTime{`. "` + from + `"`, set.Position(imported.Pos())})
		}
		packages[name] = from
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name, isName := selector.X.(*ast.Ident)
		// A name that the file declares is a variable, not the package.
		if from := packages[name.String()]; isName && from != "" && name.Obj == nil && slices.Contains(realTime[from], selector.Sel.Name) {
			uses = append(uses, useOfRealTime{from + "." + selector.Sel.Name, set.Position(selector.Pos())})
		}
		return true
	})
	return uses
}

func TestUsesOfRealTimeAreFound(t *testing.T) {
	for _, c := range []struct {
		why, text string
		want      []string
	}{
		{"a call", `import "time"; var at = time.Now()`, []string{"time.Now"}},
		{"a function as a value", `import "time"; var now = time.Now`, []string{"time.Now"}},
		{"another name for the package", `import t "time"; func f() { t.Sleep(1) }`, []string{"time.Sleep"}},
		{"no name for the package", `import . "time"; func f() { Sleep(1) }`, []string{`. "time"`}},
		{"a deadline", `import "context"; var f = context.WithTimeout`, []string{"context.WithTimeout"}},
		{"types and constants tell no time", `import "time"; var d time.Duration = time.Second`, nil},
		{"another package", `import time "contend/internal/clock"; var c = time.Now`, nil},
		{"a variable", `import "time"; func f(time struct{ Now int }) int { return time.Now }; var d time.Duration`, nil},
	} {
		var got []string
		for _, use := range usesOfRealTime(t, "file.go", "package p; "+c.text) {
			got = append(got, use.what)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}
