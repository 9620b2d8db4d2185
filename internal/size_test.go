package internal

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// The bounds of what is read at one time. Tests are not held to them.
const (
	maxFileLines     = 350
	maxFunctionLines = 60
	maxStructFields  = 24 // an embedded struct is one
)

// TestNothingIsTooLarge holds the sizes of files, functions and structs.
func TestNothingIsTooLarge(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != ".."):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		files++
		for _, problem := range tooLarge(t, path, nil) {
			t.Error(problem)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("only %d files were looked at", files)
	}
}

// tooLarge lists what is too large in a file. It reads the file if text is nil.
func tooLarge(t *testing.T, path string, text any) (problems []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	complain := func(at token.Pos, what string, have, most int) {
		if have > most {
			problems = append(problems, fmt.Sprintf("%s: %s: %d, at most %d are allowed", set.Position(at), what, have, most))
		}
	}
	lines := func(n ast.Node) int { return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1 }
	complain(file.FileStart, "lines of the file", set.File(file.FileStart).LineCount(), maxFileLines)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			complain(n.Pos(), "lines of "+n.Name.Name, lines(n), maxFunctionLines)
		case *ast.FuncLit:
			complain(n.Pos(), "lines of a function", lines(n), maxFunctionLines)
		case *ast.StructType:
			complain(n.Pos(), "fields of a struct", fields(n), maxStructFields)
		}
		return true
	})
	return problems
}

// fields counts the fields of a struct as they are written, an embedded one as one.
func fields(s *ast.StructType) int {
	n := 0
	for _, f := range s.Fields.List {
		n += max(len(f.Names), 1)
	}
	return n
}

// TestWhatIsTooLargeIsFound: what is too large is found, and what is exactly as large
// as allowed is not.
func TestWhatIsTooLargeIsFound(t *testing.T) {
	const start = "package p\n"
	function := func(lines int) string { return start + "func f() {" + strings.Repeat("\n", lines-1) + "}\n" }
	structure := func(fields int) string {
		return start + "type s struct { embedded; a, b int; " + strings.Repeat("_ int; ", fields-3) + "}\n"
	}
	for what, c := range map[string]struct {
		text string
		want int
	}{
		"a file":              {start + strings.Repeat("\n", maxFileLines-2), 0},
		"a long file":         {start + strings.Repeat("\n", maxFileLines), 1},
		"a function":          {function(maxFunctionLines), 0},
		"a long function":     {function(maxFunctionLines + 1), 1},
		"a struct":            {structure(maxStructFields), 0},
		"a large struct":      {structure(maxStructFields + 1), 1},
		"one inside a struct": {strings.Replace(structure(maxStructFields+1), "embedded", "in struct { c, d int }", 1), 1},
	} {
		if got := tooLarge(t, "p.go", c.text); len(got) != c.want {
			t.Errorf("%s: got %q, want %d", what, got, c.want)
		}
	}
}
