package main

import (
	"bytes"
	"os/exec"
	"strconv"
	"testing"

	"contend/cmd/contend/scripttest"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

func TestMain(m *testing.M) { scripttest.Main(m) }

// TestScripts runs the scripts that need no server. Those of the package served need one.
func TestScripts(t *testing.T) {
	t.Parallel()
	scripttest.Run(t, "testdata/script", nil)
}

// TestOnDynamoDBLocal runs what needs AWS's own server: scripts, then the table of
// TestExactlyOnce. They use one server, since starting another takes seconds of
// processor time.
func TestOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	t.Run("scripts", func(t *testing.T) {
		many := func(short, full int) string { return strconv.Itoa(longtest.Count(short, full)) }
		scripttest.Run(t, "testdata/local", map[string]string{
			"LOCAL": localtest.Start(t), "MANY": many(50, 1000), "FEW": many(40, 300), "PROBED": many(3, 25),
		})
	})
	t.Run("exactly once", func(t *testing.T) {
		exactlyOnce(t, localtest.Start(t), func(i, j int) bool { return i%2 == 0 && (i/2+1)%3 == j })
	})
}

// contend carries out a command line: at full length in this process, at short length by
// contend as users build it.
func contend(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	if longtest.Asked() {
		code = run(append([]string{"contend"}, args...), &out, &problems)
		return code, out.String(), problems.String()
	}
	command := exec.CommandContext(t.Context(), scripttest.Program(t), args...)
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), out.String(), problems.String()
}
