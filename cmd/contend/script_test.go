package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/counter"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

var update = flag.Bool("update", false, "write the expected output in the scripts again")

func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "testdata/script", nil)
}

// TestOnDynamoDBLocal runs what needs AWS's own server: scripts, then the table of
// TestExactlyOnce. They use one server, since starting another takes seconds of
// processor time.
func TestOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	t.Run("scripts", func(t *testing.T) {
		many := func(short, full int) string { return strconv.Itoa(longtest.Count(short, full)) }
		runScripts(t, "testdata/local", map[string]string{
			"LOCAL": localtest.Start(t), "MANY": many(50, 1000), "FEW": many(40, 300), "PROBED": many(3, 25),
		})
	})
	t.Run("exactly once", func(t *testing.T) {
		exactlyOnce(t, localtest.Start(t), func(i, j int) bool { return i%2 == 0 && (i/2+1)%3 == j })
	})
}

func runScripts(t *testing.T, folder string, variables map[string]string) {
	installProgram(t)
	denying := httptest.NewServer(http.HandlerFunc(deny))
	t.Cleanup(denying.Close)
	hanging := listenOnly(t)
	testscript.Run(t, testscript.Params{
		Dir:           folder,
		UpdateScripts: *update,
		Condition:     condition,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DENYING", denying.URL)
			env.Setenv("DENYINGHOST", strings.TrimPrefix(denying.URL, "http://"))
			env.Setenv("HANGING", hanging)
			env.Setenv("PORT", freePort(t))
			env.Setenv("SLOWPORT", freePort(t))
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			if !longtest.Asked() {
				env.Setenv("GOGC", "400") // short programs take a seventh less time if they collect less garbage
			}
			for name, value := range variables {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"interrupt": interrupt,
			"await":     await,
			"tables":    tables,
			"killed":    killed,
			"history":   showHistory,
			"same":      same,
			"proxy":     spoilingProxy,
			"holds":     holds,
			"loads":     loads,
			"upon":      upon,
			"stall":     stall,
			"item":      item,
			"seeded":    seeded,
			"stored":    stored,
			"replaced":  replaced,
			"placed":    placed,
		},
	})
}

// deny is a store that denies every request.
func deny(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User: arn:aws:iam::1:user/me is not authorized"}`)
}

// listenOnly accepts connections and never answers.
func listenOnly(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String()
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// exits N program [args...]: runs the program, which must exit with code N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N program [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

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
		ok = c.stderr.await("Ctrl-C again")
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
	ok := c.stderr.await(args[0])
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
	stderr  *watch
}

func start(ts *testscript.TestScript, args []string) child {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	c := child{exec.Command(path, args[1:]...), new(bytes.Buffer), newWatch()}
	c.command.Dir = ts.MkAbs(".")
	c.command.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	c.command.Stdout, c.command.Stderr = c.stdout, c.stderr
	defer heedHangups()()
	ts.Check(c.command.Start())
	return c
}

// heedHangups makes programs that are started before undo end at a hang-up, even if the
// tests ignore hang-ups themselves, as under nohup.
func heedHangups() (undo func()) {
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
func loadBegins(client *dynamodb.Client) bool { return loadReaches(client, 1) }

// loadReaches returns when a counter on the server has been changed that often. It is
// false if that takes minutes.
func loadReaches(client *dynamodb.Client, changes int64) bool {
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

// watch collects output and can wait for a text in it.
type watch struct {
	mu   sync.Mutex
	text strings.Builder
	more *sync.Cond
}

func newWatch() *watch {
	w := &watch{}
	w.more = sync.NewCond(&w.mu)
	return w
}

func (w *watch) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.more.Broadcast()
	return w.text.Write(text)
}

func (w *watch) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits for a text. It reports false if that takes longer than a slow machine may
// need.
func (w *watch) await(text string) bool {
	const patience = 2 * time.Minute
	deadline := time.Now().Add(patience)
	timer := time.AfterFunc(patience, w.more.Broadcast)
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !strings.Contains(w.text.String(), text) {
		if time.Now().After(deadline) {
			return false
		}
		w.more.Wait()
	}
	return true
}

// await URL: waits until something listens there.
func await(ts *testscript.TestScript, neg bool, args []string) {
	const tries, pause = 2400, 50 * time.Millisecond
	for range tries {
		response, err := http.Get(args[0])
		if err == nil {
			ts.Check(response.Body.Close())
			return
		}
		<-time.After(pause)
	}
	ts.Fatalf("nothing listens on %s", args[0])
}

// loads URL: waits until a load has changed a counter on a server.
func loads(ts *testscript.TestScript, neg bool, args []string) {
	if !loadBegins(localtest.Client(args[0])) {
		ts.Fatalf("no load begins on %s", args[0])
	}
}

// holds N URL: waits until a server holds N tables.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	const tries, pause = 2400, 50 * time.Millisecond
	client := localtest.Client(args[1])
	for range tries {
		out, err := client.ListTables(context.Background(), nil)
		ts.Check(err)
		if strconv.Itoa(len(out.TableNames)) == args[0] {
			return
		}
		<-time.After(pause)
	}
	ts.Fatalf("there are never %s tables", args[0])
}

// tables URL: prints the names of the tables of a server to the file tables.
func tables(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	out, err := client.ListTables(context.Background(), nil)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs("."), "tables"), []byte(fmt.Sprintln(out.TableNames)), 0o644))
}

// item URL TABLE NAME: prints a counter's item to the file item, one attribute a line.
func item(ts *testscript.TestScript, neg bool, args []string) {
	out, err := localtest.Client(args[0]).GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: &args[1], Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: args[2]}},
	})
	ts.Check(err)
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(out.Item)) {
		switch value := out.Item[name].(type) {
		case *types.AttributeValueMemberN:
			fmt.Fprintln(&text, name, value.Value)
		case *types.AttributeValueMemberS:
			fmt.Fprintln(&text, name, value.Value)
		default:
			ts.Fatalf("attribute %q is a %T", name, value)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("item"), []byte(text.String()), 0o644))
}

// replaced URL TABLE: deletes a table and makes another of its name, as another
// program may.
func replaced(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	_, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &args[1]})
	ts.Check(err)
	_, err = counter.CreateTable(context.Background(), client, args[1], counter.Traits{})
	ts.Check(err)
}

// placed FILE OLD NEW: replaces a text in a file.
func placed(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}
