package manual

import (
	"strings"
	"testing"
)

func rendered(t *testing.T, document string, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Render(&b, document, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender(t *testing.T) {
	const document = "# Head\n\nSome `code` and **more** of a\n[link](../x/README.md#part) to break.\n\n" +
		"- one\n- two, which is long enough for a second line\n\n1. first\n\n   second paragraph\n\n```sh\nvery long code that is not broken, whatever the width of the page\n```\n\n" +
		"| name | count | what it is for |\n| --- | --: | --- |\n| a-long-name | 1 | many words that take a second line |\n| b | 20 | `x` |\n"
	const want = `Head

Some code and more of a link (there) to
break.

- one
- two, which is long enough for a second
  line

1. first

   second paragraph

    very long code that is not broken, whatever the width of the page

name         count  what it is for
───────────  ─────  ────────────────────
a-long-name      1  many words that take
                    a second line
b               20  x
`
	if got := rendered(t, document, Options{Width: 40, Reference: func(string) string { return "there" }}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestColours(t *testing.T) {
	got := rendered(t, "# Head\n\n`two words`\n", Options{Color: true})
	if want := "\x1b[1mHead\x1b[0m\n\n\x1b[36mtwo\x1b[0m \x1b[36mwords\x1b[0m\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Colours take no room, and HTML and what follows it do no harm.
func TestColoursTakeNoRoom(t *testing.T) {
	const document = "a `b` c `d` e <b>f</b> g\n\n| `x` | y |\n| --- | --- |\n| `long-word` | z |\n"
	plain, coloured := rendered(t, document, Options{Width: 12}), rendered(t, document, Options{Width: 12, Color: true})
	if got := colours().ReplaceAllString(coloured, ""); got != plain {
		t.Errorf("coloured\n%s\nplain\n%s", got, plain)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("# a\n\n| b |\n| - |\n| c |\n", 10)
	f.Add("- a\n\n  b\n\n> c\n\n1. d\n", 3)
	f.Fuzz(func(t *testing.T, document string, width int) {
		var b strings.Builder
		if err := Render(&b, document, Options{Width: max(width%200, 1)}); err != nil {
			t.Error(err)
		}
	})
}
