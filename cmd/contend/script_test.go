package main

import (
	"bytes"
	"strconv"
	"testing"

	"contend/cmd/contend/scripttest"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

func TestMain(m *testing.M) { scripttest.Main(m, run) }

// TestScripts runs the scripts that need no server.
func TestScripts(t *testing.T) {
	t.Parallel()
	scripttest.Run(t, "testdata/script", nil)
}

// TestServedScripts runs the scripts that need a server.
func TestServedScripts(t *testing.T) {
	t.Parallel()
	scripttest.Run(t, "testdata/served", nil)
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

// contend carries out a command line.
func contend(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(append([]string{"contend"}, args...), &out, &problems)
	return code, out.String(), problems.String()
}
