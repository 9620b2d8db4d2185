package scenario

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeHasEveryField: the README of the scenarios lists all fields.
func TestReadmeHasEveryField(t *testing.T) {
	text, err := os.ReadFile("../../scenarios/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	block, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("there is no YAML in the README")
	}
	comments := regexp.MustCompile(`#.*`)
	block = comments.ReplaceAllString(block, "")
	var visit func(path string, all []field)
	visit = func(path string, all []field) {
		for _, f := range all {
			if !regexp.MustCompile(`(?m)(^|[ {,])` + f.name + `:`).MatchString(block) {
				t.Errorf("the README does not have the field %s%s", path, f.name)
			}
			visit(path+f.name+".", f.fields)
		}
	}
	visit("", scenarioFields())
	if !strings.Contains(block, MatrixField+":") || !strings.Contains(block, RepeatField+":") {
		t.Error("the README does not have the fields of a campaign")
	}
}
