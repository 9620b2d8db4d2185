package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The packages that "make test" runs without the race detector start no goroutine
// and serve nothing.
func TestSequentialPackagesStartNoGoroutine(t *testing.T) {
	for _, folder := range makefileList(t, "sequential") {
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

// makefileList returns the words of a list in the Makefile.
func makefileList(t *testing.T, name string) []string {
	t.Helper()
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^` + name + ` := ((?:.*\\\n)*.*)`).FindSubmatch(makefile)
	if list == nil {
		t.Fatalf("the Makefile has no list %q", name)
	}
	return strings.Fields(strings.ReplaceAll(string(list[1]), "\\\n", " "))
}

// The tests that "make test" runs without the race detector exist, start no goroutine
// themselves, and are in no package where they would then not run at all.
func TestUnracedTests(t *testing.T) {
	unraced, run := slices.Concat(makefileList(t, "unraced"), makefileList(t, "alone")), map[string]bool{}
	for _, folder := range slices.Concat(makefileList(t, "unraced-packages"), makefileList(t, "sequential"), makefileList(t, "shown")) {
		run[filepath.Join("..", folder)] = true
	}
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, declaration := range parsed(t, path).Decls {
			test, is := declaration.(*ast.FuncDecl)
			if !is || test.Recv != nil || !slices.Contains(unraced, test.Name.Name) {
				continue
			}
			found[test.Name.Name] = true
			if !run[filepath.Dir(path)] {
				t.Errorf("%s in %s is not run: add the package to unraced-packages", test.Name.Name, path)
			}
			for _, what := range concurrencyOf(test) {
				t.Errorf("%s in %s has %s: take it off the list", test.Name.Name, path, what)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range unraced {
		if !found[name] {
			t.Errorf("there is no test %s: take it off the list", name)
		}
	}
}

func parsed(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func concurrencyIn(t *testing.T, path string) (found []string) {
	t.Helper()
	file := parsed(t, path)
	for _, spec := range file.Imports {
		if name := strings.Trim(spec.Path.Value, `"`); name == "net/http" || strings.HasSuffix(name, "errgroup") {
			found = append(found, "the import "+name)
		}
	}
	return append(found, concurrencyOf(file)...)
}

// concurrencyOf returns what starts goroutines in a file or function.
func concurrencyOf(node ast.Node) (found []string) {
	ast.Inspect(node, func(n ast.Node) bool {
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
