package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/counter"
	"contend/internal/localtest"
)

var update = flag.Bool("update", false, "write the expected output in the scripts again")

// TestMain turns this program into contend when a script calls it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"contend": main})
}

func TestScripts(t *testing.T) { runScripts(t, "testdata/script", nil) }

// TestScriptsOnDynamoDBLocal runs the scripts that need AWS's own server.
func TestScriptsOnDynamoDBLocal(t *testing.T) {
	runScripts(t, "testdata/local", map[string]string{"LOCAL": localtest.Start(t)})
}

func runScripts(t *testing.T, folder string, variables map[string]string) {
	denying := httptest.NewServer(http.HandlerFunc(deny))
	t.Cleanup(denying.Close)
	hanging := listenOnly(t)
	testscript.Run(t, testscript.Params{
		Dir:           folder,
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DENYING", denying.URL)
			env.Setenv("HANGING", hanging)
			env.Setenv("PORT", freePort(t))
			env.Setenv("SLOWPORT", freePort(t))
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
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
		},
	})
}

// deny is a store that lets nobody do anything.
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

// interrupt COUNT EXIT URL program [args...]: sends COUNT interrupts once the
// load has changed a counter on the server, and wants the exit code EXIT. Output
// goes to the files stdout and stderr.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: interrupt COUNT EXIT URL program [args...]")
	}
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	path, err := exec.LookPath(args[3])
	ts.Check(err)
	command := exec.Command(path, args[4:]...)
	command.Dir = ts.MkAbs(".")
	command.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	output, progress := new(bytes.Buffer), newWatch()
	command.Stdout, command.Stderr = output, progress
	ts.Check(command.Start())
	ok := loadBegins(localtest.Client(args[2]))
	for i := 0; ok && i < count; i++ {
		ts.Check(command.Process.Signal(os.Interrupt))
		ok = progress.await("Ctrl-C again")
	}
	if !ok {
		_ = command.Process.Kill()
		ts.Fatalf("the load did not begin, or not stop: %q", progress.String())
	}
	_ = command.Wait() // the code is looked at below
	ts.Check(os.WriteFile(ts.MkAbs("stdout"), output.Bytes(), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("stderr"), []byte(progress.String()), 0o644))
	if got := strconv.Itoa(command.ProcessState.ExitCode()); got != args[1] {
		ts.Fatalf("exit code %s, want %s: %s", got, args[1], progress.String())
	}
}

// begun are the counters that tell that a run's load, or a probe, has begun.
var begun = []string{"counter-0", "conditional"}

// loadBegins waits until a server holds a counter that was changed.
func loadBegins(client *dynamodb.Client) bool {
	const tries, pause = 1000, 20 * time.Millisecond
	ctx := context.Background()
	for try := range tries {
		if out, err := client.ListTables(ctx, nil); err == nil && len(out.TableNames) == 1 {
			key := counter.Key{Table: out.TableNames[0], Name: begun[try%len(begun)]}
			state, _, err := counter.NewAtomicAdd(client).Read(ctx, key, true)
			if err == nil && state.Version > 1 {
				return true
			}
		}
		<-time.After(pause)
	}
	return false
}

// watch collects output and tells when a text has come.
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

// await waits for a text, at most for the patience of a slow machine.
func (w *watch) await(text string) bool {
	const patience = 30 * time.Second
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
	const tries, pause = 300, 50 * time.Millisecond
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

// tables URL: prints the names of the tables of a server to the file tables.
func tables(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	out, err := client.ListTables(context.Background(), nil)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs("."), "tables"), []byte(fmt.Sprintln(out.TableNames)), 0o644))
}
