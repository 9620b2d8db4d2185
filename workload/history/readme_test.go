package history

import (
	"os"
	"regexp"
	"testing"
)

// TestReadmeHasEveryMember: the README is the format's contract, so it names each
// member that the reader knows.
func TestReadmeHasEveryMember(t *testing.T) {
	source, err := os.ReadFile("shape.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`case "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(names) < 40 {
		t.Fatalf("only %d members were found", len(names))
	}
	for _, name := range names {
		if !regexp.MustCompile("`[^`]*\\b" + name[1] + "\\b[^`]*`").Match(readme) {
			t.Errorf("the README does not have the member %q", name[1])
		}
	}
}
