package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// session is a command of the README and what it is said to print.
type readmeSession struct {
	command string
	exit    string // "0" unless the command says "# exit N"
	lines   []string
}

var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// readmeSessions takes the README's console blocks apart.
func readmeSessions(text string) []readmeSession {
	var sessions []readmeSession
	for _, block := range console.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimRight(line, "\n")
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				command, exit, found := strings.Cut(command, " # exit ")
				if !found {
					exit = "0"
				}
				sessions = append(sessions, readmeSession{command: command, exit: exit})
				continue
			}
			last := &sessions[len(sessions)-1]
			last.lines = append(last.lines, line)
		}
	}
	return sessions
}

// TestReadmeSessions runs every terminal session of the README. Measured numbers
// and what moves with them may differ; every line must be there.
func TestReadmeSessions(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	sessions := readmeSessions(string(text))
	if len(sessions) < 4 {
		t.Fatalf("only %d sessions were found", len(sessions))
	}
	program := filepath.Join(t.TempDir(), "contend")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	for _, s := range sessions {
		t.Run(s.command, func(t *testing.T) {
			t.Parallel()
			output, exit := runSession(t, program, s.command)
			if exit != s.exit {
				t.Errorf("exit code %s, want %s", exit, s.exit)
			}
			for _, line := range missing(s.lines, output) {
				t.Errorf("no line like %q in:\n%s", line, output)
			}
		})
	}
}

// runSession runs a command in a folder of its own, beside the README's example
// files.
func runSession(t *testing.T, program, line string) (output, exit string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "testdata"), os.DirFS("testdata/readme")); err != nil {
		t.Fatal(err)
	}
	// Braces and spaces are quoted in the README only where a shell needs it.
	command := exec.CommandContext(t.Context(), program, words(line)[1:]...)
	command.Dir = folder
	text, err := command.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return string(text), "0"
	case errors.As(err, &failed):
		return string(text), string(rune('0' + failed.ExitCode()))
	}
	t.Fatal(err)
	return "", ""
}

// words splits a command at spaces outside of single quotes.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all[len(all)-1] += part
			continue
		}
		fields := strings.Fields(part)
		if i > 0 && len(part) > 0 && part[0] != ' ' {
			all[len(all)-1] += fields[0]
			fields = fields[1:]
		}
		all = append(all, fields...)
		if strings.HasSuffix(part, " ") && i < strings.Count(line, "'") {
			all = append(all, "")
		}
	}
	return all
}

var (
	number = regexp.MustCompile(`[0-9][0-9.]*`)
	spaces = regexp.MustCompile(`\s+`)
)

// shape is a line without what is measured.
func shape(line string) string {
	return strings.TrimSpace(spaces.ReplaceAllString(number.ReplaceAllString(strings.ReplaceAll(line, "━", ""), "0"), " "))
}

// missing are the lines that the output has nothing like; "…" stands for
// anything.
func missing(lines []string, output string) []string {
	var have []string
	for line := range strings.Lines(output) {
		have = append(have, shape(line))
	}
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return line == "…" || slices.Contains(have, shape(line))
	})
}

// TestReadmeCheckCanFail shows that a README that says something else is found.
func TestReadmeCheckCanFail(t *testing.T) {
	lines := []string{"  throughput  150/s  500 operations", "…", "all is well"}
	if got := missing(lines, "  throughput   7/s  9 operations\nsomething else\n"); !slices.Equal(got, []string{"all is well"}) {
		t.Errorf("got %q", got)
	}
	sessions := readmeSessions("```console\n$ a b # exit 3\nx\ny\n$ c\n```\n```sh\n$ d\n```\n")
	if len(sessions) != 2 || sessions[0].exit != "3" || len(sessions[0].lines) != 2 || sessions[1].command != "c" {
		t.Errorf("got %+v", sessions)
	}
	if got := words("a --set 'b={c: 1, d: 2}' e"); !slices.Equal(got, []string{"a", "--set", "b={c: 1, d: 2}", "e"}) {
		t.Errorf("got %q", got)
	}
	if bytes.Contains([]byte(shape("a 12.5 b")), []byte("12")) {
		t.Error("numbers are compared")
	}
}
