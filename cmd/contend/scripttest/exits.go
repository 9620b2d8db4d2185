package scripttest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/longtest"
)

// exiting runs the command "exits" of the scripts of a folder.
type exiting struct {
	folder    string
	residents *residents // nil: each command line starts the program
}

// namesKey is the key of the names of the variables that each script has.
type namesKey struct{}

// exits N program [args...]: runs the program, which must exit with code N. At short
// length a resident contend carries out the command line, if it can.
func (e exiting) exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N program [args...]")
	}
	if strings.HasPrefix(args[len(args)-1], "&") {
		ts.Fatalf("exits waits until the program ends: exec runs it beside the script")
	}
	if got := e.code(ts, args[1:]); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func (e exiting) code(ts *testscript.TestScript, args []string) int {
	if e.residents == nil || args[0] != "contend" || needsItsOwnProcess(ts, args) {
		return exitCode(ts, ts.Exec(args[0], args[1:]...))
	}
	line := commandLine{Folder: ts.MkAbs("."), Environment: e.environment(ts), Arguments: args}
	ended, err := e.residents.carryOut(line)
	ts.Check(err)
	_, _ = ts.Stdout().Write(ended.Stdout) // a string builder has no error
	_, _ = ts.Stderr().Write(ended.Stderr)
	return ended.Code
}

func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

// needsItsOwnProcess reports whether a command line reads standard input, or variables
// that a process reads once.
func needsItsOwnProcess(ts *testscript.TestScript, args []string) bool {
	once := []string{"GOMAXPROCS", "HTTP_PROXY", "http_proxy"}
	return slices.Contains(args, "-") || slices.ContainsFunc(once, func(name string) bool { return ts.Getenv(name) != "" })
}

func names(variables []string) []string {
	var names []string
	for _, variable := range variables {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	return names
}

var setting = regexp.MustCompile(`(?m)^(?:\[\w+\] )?env (.+)$`)

// environment returns the variables of a script: those that each has, and those that this
// one sets.
func (e exiting) environment(ts *testscript.TestScript) []string {
	set := slices.Clone(ts.Value(namesKey{}).([]string))
	text, err := os.ReadFile(filepath.Join(e.folder, ts.Name()+".txt"))
	ts.Check(err)
	for _, line := range setting.FindAllStringSubmatch(string(text), -1) {
		set = append(set, names(strings.Fields(line[1]))...)
	}
	variables := []string{"PWD=" + ts.MkAbs(".")}
	for _, name := range set {
		if value := ts.Getenv(name); value != "" {
			variables = append(variables, name+"="+value)
		}
	}
	return variables
}

// newResidents returns the resident programs of a test, which end with it. It is nil at
// full length, and in test programs that cannot be resident.
func newResidents(t *testing.T) *residents {
	if longtest.Asked() || !canBeResident {
		return nil
	}
	r := new(residents)
	t.Cleanup(func() {
		if err := r.end(); err != nil {
			t.Errorf("resident contend: %v", err)
		}
	})
	return r
}
