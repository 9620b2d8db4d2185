package exec

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"contend/workload/history"
)

func config(t *testing.T, behaviour string) Config {
	t.Helper()
	return Config{
		Name: "process 0", Command: []string{os.Args[0]}, Environment: append(os.Environ(), programVariable+"="+behaviour),
		Stderr: filepath.Join(t.TempDir(), "stderr.txt"), StartTimeout: 10 * time.Second,
		Hello: Hello{Table: "t", Counters: []string{"counter-0"}, Attribute: "value"},
	}
}

func start(t *testing.T, behaviour string) *Process {
	t.Helper()
	p, err := Start(t.Context(), config(t, behaviour))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
		if err := syscall.Kill(p.command.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("the process is left: %v", err)
		}
	})
	return p
}

func increment(id int64) Request {
	const within = 10_000
	return Request{ID: id, Do: "increment", Counter: "counter-0", By: 1, WithinMS: within}
}

func TestAProgramCarriesOutOperations(t *testing.T) {
	p := start(t, "well-behaved")
	for id := int64(1); id <= 3; id++ {
		a, sent, err := p.Ask(t.Context(), increment(id))
		if err != nil || !sent || a.End != history.Applied || a.Value == nil || *a.Value != 40+id {
			t.Fatalf("operation %d: %+v, %v, %v", id, a, sent, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

// TestBreaches: whatever a program does wrong is a breach that says so, and the operation
// in progress gets no answer.
func TestBreaches(t *testing.T) {
	for behaviour, want := range map[string]string{
		"prints":            `its line is no JSON: "DEBUG: incremented"`,
		"list":              `its line is no JSON object: "[1]"`,
		"unknown id":        `it answered operation 77, which nobody asked for, in place of 2: "{`,
		"again":             `it answered operation 1 again, in place of 2`,
		"no id":             "it answered without an id",
		"wrong end":         `end must be "applied", "gave up", "failed" or "unknown", not "ok"`,
		"wrong type":        "its line has a member of another type",
		"exits":             `it has closed its standard output, or ended; its standard error ends with "panic: out of memory"`,
		"closes its output": "it has closed its standard output, or ended",
		"floods":            "its line is no JSON",
		"one long line":     "its line is longer than 65536 bytes",
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			p := start(t, behaviour)
			if _, _, err := p.Ask(t.Context(), increment(1)); err != nil {
				t.Fatal(err)
			}
			_, sent, err := p.Ask(t.Context(), increment(2))
			var breach *Breach
			if !errors.As(err, &breach) || !sent || !strings.HasPrefix(err.Error(), "process 0: "+want) {
				t.Errorf("got %v (sent: %v), want %q", err, sent, want)
			}
		})
	}
}

func TestARead(t *testing.T) {
	p := start(t, "no value")
	r := increment(2)
	r.Do, r.By = "read", 0
	if _, _, err := p.Ask(t.Context(), r); err == nil || !strings.Contains(err.Error(), "it answered a read without a value") {
		t.Error(err)
	}
}

// TestTwoAnswers: the second is found before the next request is sent, or in place of its
// answer.
func TestTwoAnswers(t *testing.T) {
	p := start(t, "twice")
	if _, _, err := p.Ask(t.Context(), increment(2)); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.Ask(t.Context(), increment(3))
	if err == nil || !strings.Contains(err.Error(), "operation 2 twice") && !strings.Contains(err.Error(), "operation 2 again") {
		t.Error(err)
	}
}

func TestSilence(t *testing.T) {
	p := start(t, "hangs")
	r := increment(2)
	r.WithinMS = 1 - Grace.Milliseconds() + 50
	if _, sent, err := p.Ask(t.Context(), r); err == nil || !sent || !strings.Contains(err.Error(), "it did not answer within") {
		t.Error(err)
	}
}

func TestStartsThatFail(t *testing.T) {
	for behaviour, want := range map[string]string{
		"concurrent":     `it offers "concurrent": 4, but only 1 is possible`,
		"refuses":        "it is not ready: there is no such table",
		"greets in text": `its line is no JSON: "Hello!"`,
		"dies at once":   `ended; its standard error ends with "ImportError: no module named boto3"`,
	} {
		if _, err := Start(t.Context(), config(t, behaviour)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", behaviour, err, want)
		}
	}
	slow := config(t, "never ready")
	slow.StartTimeout = 50 * time.Millisecond
	if _, err := Start(t.Context(), slow); err == nil || !strings.Contains(err.Error(), "it was not ready within 50ms") {
		t.Error(err)
	}
	missing := config(t, "")
	missing.Command = []string{"contend-no-such-program"}
	if _, err := Start(t.Context(), missing); err == nil || !strings.Contains(err.Error(), `start "contend-no-such-program"`) {
		t.Error(err)
	}
}

func TestAnEndedContextEndsTheWait(t *testing.T) {
	p := start(t, "hangs")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, sent, err := p.Ask(ctx, increment(2)); !sent || !errors.Is(err, context.Canceled) {
		t.Error(sent, err)
	}
}

// TestChildrenEnd: a program that leaves a child behind, which holds its output open.
func TestChildrenEnd(t *testing.T) {
	p := start(t, "forks")
	if _, _, err := p.Ask(t.Context(), increment(2)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(p.config.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || syscall.Kill(child, 0) != nil {
		t.Fatalf("there is no child: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for began := time.Now(); runs(child); time.Sleep(time.Millisecond) { // the system takes a moment to end it
		if time.Since(began) > 10*time.Second {
			t.Fatal("the child is left")
		}
	}
}

// runs reports whether a process runs. One that has ended may be listed until whoever took
// it over has noticed.
func runs(pid int) bool {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	fields := strings.Fields(string(status[strings.LastIndexByte(string(status), ')')+1:]))
	return fields[0] != "Z" && fields[0] != "X"
}

// TestAProgramThatStays is killed after its bye.
func TestAProgramThatStays(t *testing.T) {
	p := start(t, "stays")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"id":7,"end":"applied","value":42}`))
	f.Add([]byte(`{"id":9223372036854775807,"end":"gave up","attempts":-1}`))
	f.Add([]byte(`{"ready":true,"concurrent":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if a, wrong := readAnswer(text); (wrong == "") == (a.End == history.Running) {
			t.Errorf("%+v, %q", a, wrong)
		}
		readReady(text)
	})
}
