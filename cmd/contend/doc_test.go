package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestTheMapNamesWhatIsThere: every file that the package comment names exists, and has
// the functions that are named with it.
func TestTheMapNamesWhatIsThere(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	places := regexp.MustCompile(`((?:cmd|counter|report|workload)/[a-z/]*(?:\.go)?)(?:[:,] ([A-Za-z]+)\b)?`).FindAllSubmatch(text, -1)
	functions := 0
	for _, place := range places {
		path, name := filepath.Join("../..", string(place[1])), string(place[2])
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the map names what is not there: %v", err)
			continue
		}
		if filepath.Ext(path) != ".go" || name == "" || name == "and" || name == "where" {
			continue
		}
		functions++
		if !declares(t, path, name) {
			t.Errorf("%s has no function %s", place[1], name)
		}
	}
	const least = 25
	if functions < least {
		t.Errorf("the map names only %d functions", functions)
	}
}

// declares reports whether a file has a function or a method of that name.
func declares(t *testing.T, path, name string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == name {
			return true
		}
	}
	return false
}
