package readme

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
	link    = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// TestReadmeLinks follows every relative link of every README, to a file and to a
// heading in it.
func TestReadmeLinks(t *testing.T) {
	for _, path := range readmes(t) {
		text := readmeText(t, path)
		for _, wrong := range brokenLinks(filepath.Join(repository, path), text) {
			t.Errorf("%s: %s", path, wrong)
		}
		for _, wrong := range unevenRows(text) {
			t.Errorf("%s: %s", path, wrong)
		}
	}
}

// A newcomer reads no more than the first README. Details belong into the READMEs of the
// rooms. It has a section for each use of the program.
func TestReadmeIsShort(t *testing.T) {
	const most = 230
	if lines := strings.Count(readmeText(t, "README.md"), "\n"); lines > most {
		t.Errorf("%d lines, more than %d", lines, most)
	}
}

// brokenLinks lists the relative links in the text of the README at path that lead
// nowhere.
func brokenLinks(path, text string) (broken []string) {
	for _, found := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		file, anchor, _ := strings.Cut(found[1], "#")
		if strings.Contains(file, ":") {
			continue // another site
		}
		target := text
		if file != "" {
			at := filepath.Join(filepath.Dir(path), filepath.FromSlash(file))
			if _, err := os.Stat(at); err != nil {
				broken = append(broken, fmt.Sprintf("link to %q: no such file", found[1]))
				continue
			}
			content, _ := os.ReadFile(at) // a folder has no headings
			target = string(content)
		}
		if anchor != "" && !slices.Contains(anchors(target), anchor) {
			broken = append(broken, fmt.Sprintf("link to %q: no such heading", found[1]))
		}
	}
	return broken
}

// anchors are the names of a README's headings, as links write them.
func anchors(text string) (names []string) {
	kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		names = append(names, strings.ReplaceAll(kept.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	return names
}

// unevenRows lists the rows of tables that have more or fewer cells than the table's
// header.
func unevenRows(text string) (uneven []string) {
	width := 0
	for line := range strings.Lines(fenced.ReplaceAllString(text, "")) {
		cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		switch {
		case !strings.HasPrefix(line, "|"):
			width = 0
		case width == 0:
			width = cells
		case cells != width:
			uneven = append(uneven, fmt.Sprintf("%d cells under a header of %d: %s", cells-1, width-1, strings.TrimSpace(line)))
		}
	}
	return uneven
}

// TestBrokenReadmesAreFound shows that wrong links and tables are found.
func TestBrokenReadmesAreFound(t *testing.T) {
	text := "# Here it is: `it`\n[a](#here-it-is-it) [b](#there) [c](gone.md) [d](links_test.go#x) [e](https://example.com/#x)\n" +
		"```\n[f](gone.md)\n```\n| a | b |\n| --- | --- |\n| 1 | `2\\|3` |\n| 1 |\n"
	want := []string{`link to "#there": no such heading`, `link to "gone.md": no such file`, `link to "links_test.go#x": no such heading`}
	if got := brokenLinks("README.md", text); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := unevenRows(text); !slices.Equal(got, []string{"1 cells under a header of 2: | 1 |"}) {
		t.Errorf("got %q", got)
	}
}
