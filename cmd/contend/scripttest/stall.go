//go:build unix

package scripttest

import (
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/localtest"
)

// stall PAUSE EXIT ADDRESS program [args...]: starts a server on the address and runs the
// program, which must exit with the code EXIT. During the load it stops the server's process
// for the pause: the process keeps its connections and answers nothing. Output goes to the
// files stdout and stderr.
func stall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: stall PAUSE EXIT ADDRESS program [args...]")
	}
	pause, err := time.ParseDuration(args[0])
	ts.Check(err)
	url := "http://" + args[2]
	server := start(ts, []string{args[3], "serve", "--listen", args[2], "--latency", "4ms"})
	defer func() {
		_ = server.command.Process.Kill()
		_ = server.command.Wait()
	}()
	await(ts, false, []string{url})
	run := start(ts, args[3:])
	const before = 100 // writes that show the usual latency
	if LoadReaches(localtest.Client(url), before) {
		ts.Check(server.command.Process.Signal(syscall.SIGSTOP))
		time.Sleep(pause) // real: no simulated time stops a process
		ts.Check(server.command.Process.Signal(syscall.SIGCONT))
	}
	run.end(ts, true, args[1])
}
