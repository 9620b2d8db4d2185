//go:build unix

package main

import (
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/localtest"
)

// stall PAUSE EXIT ADDRESS program [args...]: serves on the address, runs the program,
// which must exit with the code EXIT, and while its load is on has the server stand
// still for the pause: a stopped process keeps its connections and answers nothing.
// Output goes to the files stdout and stderr.
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
	const before = 100 // writes, which show what is usual
	if loadReaches(localtest.Client(url), before) {
		ts.Check(server.command.Process.Signal(syscall.SIGSTOP))
		time.Sleep(pause) // real: a process that is stopped stands outside of any simulated time
		ts.Check(server.command.Process.Signal(syscall.SIGCONT))
	}
	run.end(ts, true, args[1])
}
