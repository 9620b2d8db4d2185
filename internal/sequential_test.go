package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var sequentialList = regexp.MustCompile(`(?m)^sequential := ((?:.*\\\n)*.*)`)

// The packages that "make test" runs without the race detector start no goroutine
// and serve nothing.
func TestSequentialPackagesStartNoGoroutine(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := sequentialList.FindSubmatch(makefile)
	if list == nil {
		t.Fatal("the Makefile has no list of sequential packages")
	}
	for folder := range strings.FieldsSeq(strings.ReplaceAll(string(list[1]), "\\\n", " ")) {
		files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files (%v)", folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, what := range concurrencyIn(t, file) {
				t.Errorf("%s has %s: take %s off the list", file, what, folder)
			}
		}
	}
}

func concurrencyIn(t *testing.T, path string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		if name := strings.Trim(spec.Path.Value, `"`); name == "net/http" || strings.HasSuffix(name, "errgroup") {
			found = append(found, "the import "+name)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "a go statement")
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Go" {
				found = append(found, "a call of Go")
			}
		}
		return true
	})
	return found
}
