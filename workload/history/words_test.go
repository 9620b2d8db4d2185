package history

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"contend/counter"
)

// TestWordsAreSpelledOnce: packages that write or read histories take the words for
// kinds, endings and outcomes from their types.
func TestWordsAreSpelledOnce(t *testing.T) {
	var words []string
	for _, k := range []Kind{Increment, Decrement} { // "read" is a word of sentences, too
		words = append(words, k.String())
	}
	for _, e := range []Ending{Applied, GaveUp, Unknown, Failed} {
		words = append(words, e.String())
	}
	for _, o := range counter.Outcomes() {
		words = append(words, o.String())
	}
	for _, room := range []string{"history", "fleet", "measure", "check", "probe", "trial"} {
		paths, err := filepath.Glob("../" + room + "/*.go")
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", room, len(paths), err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "words.go" {
				continue
			}
			for _, text := range texts(t, path) {
				spelled := func(word string) bool { return text == word || strings.Contains(text, `"`+word+`"`) }
				if slices.ContainsFunc(words, spelled) {
					t.Errorf("%s spells %q", path, text)
				}
			}
		}
	}
}

// texts are the string literals of a file.
func texts(t *testing.T, path string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, text)
		}
		return true
	})
	return found
}
