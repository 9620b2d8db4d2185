package scripttest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/counter"
	"contend/internal/localtest"
)

// interrupt SIGNALS EXIT URL program [args...]: sends the signals, such as
// INT,INT, once the load has changed a counter on the server, and wants the exit
// code EXIT. Output goes to the files stdout and stderr.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: interrupt SIGNALS EXIT URL program [args...]")
	}
	c := start(ts, args[3:])
	ok := loadBegins(localtest.Client(args[2]))
	for name := range strings.SplitSeq(args[0], ",") {
		if !ok {
			break
		}
		ts.Check(c.command.Process.Signal(named(ts, name)))
		ok = c.stderr.Await("Ctrl-C again")
	}
	c.end(ts, ok, args[1])
}

// upon TEXT SIGNAL EXIT program [args...]: sends the signal once the program has
// printed the text, and wants the exit code EXIT. Output goes to the files stdout
// and stderr.
func upon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: upon TEXT SIGNAL EXIT program [args...]")
	}
	c := start(ts, args[3:])
	ok := c.stderr.Await(args[0])
	ts.Check(c.command.Process.Signal(named(ts, args[1])))
	c.end(ts, ok, args[2])
}

func named(ts *testscript.TestScript, name string) os.Signal {
	signals := map[string]os.Signal{"INT": os.Interrupt, "HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}
	if signals[name] == nil {
		ts.Fatalf("no signal %q", name)
	}
	return signals[name]
}

// child is a program that runs beside the script.
type child struct {
	command *exec.Cmd
	stdout  *bytes.Buffer
	stderr  *Watch
}

func start(ts *testscript.TestScript, args []string) child {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	c := child{exec.Command(path, args[1:]...), new(bytes.Buffer), NewWatch()}
	c.command.Dir = ts.MkAbs(".")
	c.command.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	c.command.Stdout, c.command.Stderr = c.stdout, c.stderr
	defer HeedHangups()()
	ts.Check(c.command.Start())
	return c
}

// HeedHangups makes programs that are started before undo end at a hang-up, even if the
// tests ignore hang-ups themselves, as under nohup.
func HeedHangups() (undo func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	return func() { signal.Stop(hangups) }
}

// end waits for the program, which must exit with that code, and keeps its output. If
// ok is false, it kills the program and fails.
func (c child) end(ts *testscript.TestScript, ok bool, exit string) {
	if !ok {
		_ = c.command.Process.Kill()
		ts.Fatalf("it did not begin, or not stop: %q", c.stderr.String())
	}
	_ = c.command.Wait() // the exit code is checked below
	ts.Check(os.WriteFile(ts.MkAbs("stdout"), c.stdout.Bytes(), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("stderr"), []byte(c.stderr.String()), 0o644))
	if got := strconv.Itoa(c.command.ProcessState.ExitCode()); got != exit {
		ts.Fatalf("exit code %s, want %s: %s", got, exit, c.stderr.String())
	}
}

// begun names counters. If one of them has changed, a load or a probe has begun.
var begun = []string{"counter-0", "conditional"}

// loadBegins waits until a server holds a counter that was changed.
func loadBegins(client *dynamodb.Client) bool { return LoadReaches(client, 1) }

// LoadReaches returns when a counter on the server has been changed that often. It is
// false if that takes minutes.
func LoadReaches(client *dynamodb.Client, changes int64) bool {
	const tries, pause = 6000, 20 * time.Millisecond
	ctx, owned := context.Background(), &ownTable{}
	for try := range tries {
		if out, err := client.ListTables(ctx, nil); err == nil && len(out.TableNames) > 0 {
			key := counter.Key{Table: out.TableNames[0], Name: begun[try%len(begun)]}
			state, _, err := counter.NewAtomicAdd(client).Read(ctx, key, true)
			if err == nil && state.Version > changes || owned.grows(ctx, client, out.TableNames[0]) {
				return true
			}
		}
		<-time.After(pause)
	}
	return false
}
