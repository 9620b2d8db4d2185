package manual

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extensionast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// outline lists the nodes of a document, with the texts of cells and of all other nodes.
func outline(root ast.Node, r renderer) string {
	var b strings.Builder
	depth := 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			depth--
			return ast.WalkContinue, nil
		}
		kind := n.Kind().String()
		if n.Kind() == extensionast.KindTableHeader {
			kind = extensionast.KindTableRow.String() // here it is the first row
		}
		b.WriteString(strings.Repeat(" ", depth) + kind)
		depth++
		switch n := n.(type) {
		case *extensionast.Table:
			for _, alignment := range n.Alignments {
				b.WriteString(" " + alignment.String())
			}
		case *extensionast.TableCell:
			b.WriteString(" " + r.inline(n) + "\n")
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			b.WriteString(" " + string(n.Value(r.source)))
		}
		b.WriteString("\n")
		return ast.WalkContinue, nil
	})
	return b.String()
}

// mustReadAsGoldmark fails if a document is read in another way than by the extension
// of goldmark.
func mustReadAsGoldmark(t *testing.T, document string) {
	t.Helper()
	source, o := []byte(document), Options{Reference: func(destination string) string { return destination }}
	got := outline(newParser().Parse(text.NewReader(source)), renderer{Options: o, source: source, inCell: true})
	goldmarks := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()
	want := outline(goldmarks.Parse(text.NewReader(source)), renderer{Options: o, source: source})
	if got != want {
		t.Errorf("%q: got\n%s\nwant\n%s", document, got, want)
	}
}

func TestTables(t *testing.T) {
	for _, document := range []string{
		"| a | b |\n| - | - |\n| c | d |\n", "a | b\n-|-\nc\n", "a | b\n-|-\nc | d | e\n", "|a|\n|:-:|\n", "a\n:-\nb\n",
		"text\n| a | b |\n| :-- | --: |\n| c | d |\n\nmore\n", "| a | b |\n| - |\n", "| a |\n| - | - |\n", "| a |\n| - - |\n", "| a |\n| : |\n", "| a |\n| :: |\n",
		"| `a\\|b` \\| c | `d` |\n| - | - |\n| `\\\\|` |\\|\n", "- | a |\n  | - |\n  | b |\n", "> | a |\n> | - |\n> | b |\n",
		"| a ||\n| - | - |\n||\n|\n| | |\n", "| [x] |\n| - |\n| *y* |\n\n[x]: z\n", "|\n|-|\n", "||\n||\n", "a\n    | - |\n", "é | b\n- | -\n",
	} {
		mustReadAsGoldmark(t, document)
	}
}

// TestReadmes reads all READMEs of this module.
func TestReadmes(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != "..":
			return filepath.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		document, err := os.ReadFile(path)
		found++
		mustReadAsGoldmark(t, string(document))
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("%d files, %v", found, err)
	}
}

func FuzzTables(f *testing.F) {
	f.Add("text\n| a | `b\\|c` |\n| :-: | --: |\n| c | d | e |\n")
	f.Add("- a | b\n  -|-\n  c\n\n> |d|\n> |-|\n")
	f.Fuzz(mustReadAsGoldmark)
}
