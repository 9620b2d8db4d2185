package main

import (
	"slices"
	"strings"
	"testing"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/fault"
	"contend/workload/retry"
	"contend/workload/threshold"
)

// No line of a command's help is wider than a terminal.
func TestHelpTextsFitATerminal(t *testing.T) {
	p := &program{stdout: &strings.Builder{}, stderr: &strings.Builder{}}
	for _, name := range append(commandNames(p.app()), "") {
		for line := range strings.Lines(helpOf(t, name)) {
			if format.Columns(strings.TrimRight(line, "\n")) > helpWidth {
				t.Errorf("%s: more than %d columns: %s", name, helpWidth, line)
			}
		}
	}
}

func helpOf(t *testing.T, what string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	args := []string{"contend", "help"}
	if what != "" {
		args = append(args, what)
	}
	if code := run(args, &stdout, &stderr); code != exitPass || stderr.Len() > 0 || stdout.Len() == 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, stderr.String())
	}
	return stdout.String()
}

// Every topic exists. Only its code and its tables may be wider than a terminal.
func TestTopics(t *testing.T) {
	for _, name := range []string{"scenario", "policies", "designs", "checks", "exit-codes", "history", "faults", "thresholds"} {
		if !slices.Contains(topicNames(), name) {
			t.Errorf("there is no topic %q", name)
		}
	}
	commands := commandNames((&program{stdout: &strings.Builder{}, stderr: &strings.Builder{}}).app())
	for _, topic := range topics() {
		if slices.Contains(commands, topic.name) {
			t.Errorf("contend help %s shows the command of that name, and never the topic", topic.name)
		}
		text := helpOf(t, topic.name)
		if strings.Count(text, "\n") < 8 {
			t.Errorf("%s says hardly anything: %q", topic.name, text)
		}
		for line := range strings.Lines(text) {
			isCode, isTable := strings.HasPrefix(line, "    "), strings.Contains(line, "  ")
			if !isCode && !isTable && format.Columns(strings.TrimRight(line, "\n")) > 80 {
				t.Errorf("%s: too wide: %s", topic.name, line)
			}
		}
	}
}

// TestTopicsNameEveryWord: the topics explain every policy, design, fault and check that a
// scenario can name.
func TestTopicsNameEveryWord(t *testing.T) {
	explained := func(about, name string) {
		i := slices.IndexFunc(topics(), func(is topic) bool { return is.name == about })
		if !strings.Contains(topics()[i].text(), "\n| `"+name+"` |") {
			t.Errorf("no table of the topic %s has a row for %q", about, name)
		}
	}
	for _, kind := range retry.Kinds() {
		explained("policies", string(kind))
	}
	for _, name := range counter.StrategyNames() {
		explained("designs", name)
	}
	for _, kind := range fault.Kinds() {
		explained("faults", string(kind))
	}
	for _, m := range threshold.Metrics() {
		if m.Kind == threshold.Status && m.Name != "verdict" {
			explained("checks", strings.ReplaceAll(m.Name, "_", "-"))
		}
	}
}

// A link from one README to another is shown as the help topic that it leads to.
func TestReferences(t *testing.T) {
	for _, c := range []struct{ destination, want string }{
		{"../counter/README.md#designs", "contend help designs"},
		{"counter/README.md", "contend help designs"},
		{"#thresholds", "contend help thresholds"},
		{"../workload/retry/README.md", "contend help policies"},
		{"../check/README.md", "contend help checks"},
		{"https://example.com/x", "https://example.com/x"},
		{"countertest", ""},
	} {
		if got := reference(c.destination); got != c.want {
			t.Errorf("%s: got %q, want %q", c.destination, got, c.want)
		}
	}
}

func TestSection(t *testing.T) {
	const document = "# a\n\n## b\n\ntext\n\n```sh\n# no heading\n```\n\n### c\n\n## d\n"
	if got, want := section(document, "b"), "## b\n\ntext\n\n```sh\n# no heading\n```\n\n### c\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := section(document, "no heading"); got != "" {
		t.Errorf("found %q", got)
	}
}
