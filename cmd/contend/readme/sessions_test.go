package readme

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"contend/internal/longtest"
	"contend/report"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// readmeSession is a command in a README and its expected output.
type readmeSession struct {
	command string
	exit    string // "0" unless the command says "# exit N"
	lines   []string
	narrow  bool // see [readmeSession.differs]
}

var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// readmeSessions parses the console blocks of a README.
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

// comparisons are parts of the commands that make many runs. These sessions are
// executed only in tests of full length.
var comparisons = []string{"--set repeat=3", "--set repeat=6", "contend advise ", "contend capacity "}

// readmes are the paths of all README.md files, relative to the repository.
func readmes(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(repository), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.Name() == "README.md":
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 9 {
		t.Fatalf("only %d READMEs were found: %q", len(paths), paths)
	}
	return paths
}

// repository is the path of the repository from this package's folder.
const repository = "../../.."

func readmeText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeSessions runs every terminal session of every README. The output must be
// the README's, letter by letter. Only where a run was made in real time, measured
// numbers and the line breaks that depend on them may differ, but every word must be
// there.
func TestReadmeSessions(t *testing.T) {
	t.Parallel()
	program := userProgram(t)
	var all []readmeSession
	runs := map[string]func() sessionRun{} // by command: two READMEs may have the same
	for _, path := range readmes(t) {
		sessions := readmeSessions(readmeText(t, path))
		all = append(all, sessions...)
		for _, s := range sessions {
			t.Run(path+": "+s.command, func(t *testing.T) {
				s := s.atThisLength()
				if runs[s.command] == nil {
					runs[s.command] = sync.OnceValue(func() sessionRun { return runSession(t, program, s.command) })
				}
				run := runs[s.command]
				t.Parallel()
				s.check(t, run)
			})
		}
	}
	if len(all) < 11 {
		t.Errorf("only %d sessions were found", len(all))
	}
	for _, part := range comparisons {
		if !slices.ContainsFunc(all, func(s readmeSession) bool { return strings.Contains(s.command, part) }) {
			t.Errorf("no session has %q any more", part)
		}
	}
	for command := range shorter {
		if !slices.ContainsFunc(all, func(s readmeSession) bool { return s.command == command }) {
			t.Errorf("no session is %q any more", command)
		}
	}
}

// check compares a session's run with the README. run makes the run if no session has made
// it yet.
func (s readmeSession) check(t *testing.T, run func() sessionRun) {
	t.Helper()
	if slices.ContainsFunc(comparisons, func(part string) bool { return strings.Contains(s.command, part) }) {
		longtest.Only(t)
	}
	made := run()
	if made.exit != s.exit {
		t.Errorf("exit code %s, want %s", made.exit, s.exit)
	}
	if !made.measured {
		if part, ok := s.differs(made.output); ok {
			t.Errorf("the output is not %q where the README has it, but:\n%s", part, made.output)
		}
		return
	}
	if strings.HasPrefix(s.command, "contend run ") && (len(s.lines) == 0 || s.lines[len(s.lines)-1] != elision) {
		t.Errorf("the output of a run does not end with %s, which stands for warnings: a busy machine causes some", elision)
	}
	if part := missing(s.lines, made.output); part != nil {
		t.Errorf("nothing like %q where the README has it, in:\n%s", strings.Join(part, " "), made.output)
	}
}

// sessionRun is what a command printed. It is measured if a run was made in real time.
type sessionRun struct {
	output, exit string
	measured     bool
}

// runSession runs a command in a folder of its own with a copy of the example files.
func runSession(t *testing.T, program, line string) sessionRun {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "testdata"), os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, words(line)[1:]...)
	command.Dir = folder
	text, err := command.CombinedOutput()
	exit := ""
	var failed *exec.ExitError
	switch {
	case err == nil:
		exit = "0"
	case errors.As(err, &failed):
		exit = strconv.Itoa(failed.ExitCode())
	default:
		t.Fatal(err)
	}
	return sessionRun{string(text), exit, inRealTime(t, folder)}
}

// inRealTime reports whether a run that was saved below a folder was not simulated.
func inRealTime(t *testing.T, folder string) bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "runs", "*", report.ScenarioFile))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.Decode(path, text)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(p.Variants, func(v plan.Variant) bool { return v.Scenario.Target != scenario.TargetSimulated })
	})
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
	rule   = strings.NewReplacer("━", "")
)

// shape is the words of a text, with 0 in place of each number. Line breaks do not
// matter: a number that is longer than the README's moves the rest of its column, and
// changes where sentences break.
func shape(text string) []string {
	return strings.Fields(number.ReplaceAllString(rule.Replace(text), "0"))
}

// elision stands for any text, or none, in the expected output of a session.
const elision = "…"

// differs returns the first part between elisions that the output does not have, letter
// by letter, after the parts before it. Without an elision, the output may have nothing
// else. Spaces at the end of the output do not matter.
func differs(lines []string, output string) (part string, ok bool) {
	rest := strings.TrimSpace(output)
	parts := strings.Split(strings.TrimSpace(strings.Join(lines, "\n")), elision)
	for i, part := range parts {
		at := strings.Index(rest, part)
		if i == len(parts)-1 {
			at = len(rest) - len(part)
		}
		if at < 0 || i == 0 && at > 0 || rest[at:at+len(part)] != part {
			return part, true
		}
		rest = rest[at+len(part):]
	}
	return "", false
}

// missing is the first part between elisions that the output does not have after the
// parts before it; nil if it has all. Without an elision, the output may have nothing
// else: not within a part, not before the first, not after the last.
func missing(lines []string, output string) []string {
	rest := shape(output)
	parts := strings.Split(strings.Join(lines, "\n"), elision)
	for i, part := range parts {
		want := shape(part)
		at := find(want, rest, i == 0, i == len(parts)-1)
		if at < 0 {
			return append([]string{}, want...) // not nil, even if want is empty
		}
		rest = rest[at+len(want):]
	}
	return nil
}

// find is the index at which want first occurs in have, or -1. With begins and ends,
// it has to be at the beginning and at the end.
func find(want, have []string, begins, ends bool) int {
	for at := range len(have) - len(want) + 1 {
		isPlace := (!begins || at == 0) && (!ends || at+len(want) == len(have))
		if isPlace && slices.Equal(have[at:at+len(want)], want) {
			return at
		}
	}
	return -1
}

// TestReadmeCheckCanFail shows that a README that says something else is found.
func TestReadmeCheckCanFail(t *testing.T) {
	const output = "━━━ PASS ━━━\n\npass  all is\n      well\n\nRates\n  throughput  7/s  9 operations in 2 s\n  cost        $1  for a million\n! slow\n"
	for _, c := range []struct{ name, session, missing string }{
		{"as it is", "━━━ PASS ━━━\npass  all is\n      well\nRates\n throughput 7/s  9 operations in 2 s\n  cost $1 for a million\n! slow", ""},
		{"other numbers and line breaks", "━ PASS ━\npass  all\n  is well\nRates\n  throughput  150.2/s  500\n      operations in 3.3 s\n…", ""},
		{"elided lines", "━━━ PASS ━━━\n…\n  cost  $2.97  for a million\n…", ""},
		{"elided words", "━━━ PASS ━━━\n…\nRates\n  throughput  1/s  … s\n  cost  $2.97  for a million\n…", ""},
		{"nothing elided", "━━━ PASS ━━━\n…\npass all is well\n…\nRates\n…", ""},
		{"all elided", "…", ""},
		{"another word", "…\nall is bad\n…", "all is bad"},
		{"another verdict", "━━━ FAIL ━━━\n…", "FAIL"},
		{"another unit", "…\n  throughput 7/s 9 operations in 2 ms\n…", "throughput 0/s 0 operations in 0 ms"},
		{"another sign", "…\n  cost $-1\n…", "cost $-0"},
		{"a row too many", "…\nRates\n  gap 2 ms\n  throughput\n…", "Rates gap 0 ms throughput"},
		{"a row left out", "…\nRates\n  cost $1 for a million\n…", "Rates cost $0 for a million"},
		{"another order", "…\n  cost $1\n…\nRates\n…", "Rates"},
		{"the same twice", "…\nRates\n…\nRates\n…", "Rates"},
		{"part of a word", "…\npass all is we\n…", "pass all is we"},
		{"a begin left out", "pass all is well\n…", "pass all is well"},
		{"an end left out", "…\ncost $1 for a million", "cost $0 for a million"},
		{"both left out", "Rates", "Rates"},
	} {
		if got := strings.Join(missing(strings.Split(c.session, "\n"), output), " "); got != c.missing {
			t.Errorf("%s: got %q, want %q", c.name, got, c.missing)
		}
	}
	if got := missing(nil, output); got == nil {
		t.Error("a session that prints nothing passes for one that prints something")
	}
}

// TestReadmeExactCheckCanFail shows that each difference is found where no number is
// measured.
func TestReadmeExactCheckCanFail(t *testing.T) {
	const output = "━━━ PASS ━━━\n\npass  all is well\n\nRates\n  throughput  7/s  9 operations\n"
	for _, c := range []struct{ name, session, differs string }{
		{"as it is", "━━━ PASS ━━━\n\npass  all is well\n\nRates\n  throughput  7/s  9 operations", ""},
		{"elided lines", "━━━ PASS ━━━\n…\nRates\n…", ""},
		{"an elided begin", "…\n  throughput  7/s  9 operations", ""},
		{"elided words", "…\npass …\n\nRates\n  throughput  7/s …", ""},
		{"all elided", "…", ""},
		{"another number", "…\n  throughput  8/s …", "\n  throughput  8/s "},
		{"other spaces", "…\n  throughput 7/s …", "\n  throughput 7/s "},
		{"another rule", "━━ PASS ━━━\n…", "━━ PASS ━━━\n"},
		{"another order", "…\nRates\n…\npass…", "\npass"},
		{"a begin left out", "pass  all is well\n…", "pass  all is well\n"},
		{"an end left out", "━━━ PASS ━━━\n…\nRates", "\nRates"},
		{"both left out", "Rates", "Rates"},
		{"nothing", "", ""},
	} {
		if got, ok := differs(strings.Split(c.session, "\n"), output); got != c.differs || ok != (c.differs != "" || c.name == "nothing") {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, ok, c.differs)
		}
	}
}

// TestReadmeSessionsAreTakenApart: each command has its output, exit code and
// arguments.
func TestReadmeSessionsAreTakenApart(t *testing.T) {
	sessions := readmeSessions("```console\n$ a b # exit 3\nx\ny\n$ c\n```\n```sh\n$ d\n```\n")
	if len(sessions) != 2 || sessions[0].exit != "3" || !slices.Equal(sessions[0].lines, []string{"x", "y"}) || sessions[1].command != "c" {
		t.Errorf("got %+v", sessions)
	}
	if got := words("a --set 'b={c: 1, d: 2}' e"); !slices.Equal(got, []string{"a", "--set", "b={c: 1, d: 2}", "e"}) {
		t.Errorf("got %q", got)
	}
}
