package scripttest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/localtest"
	"contend/workload/history"
)

// killed URL HISTORY program [args...]: kills the program (SIGKILL) once the load has
// changed a counter on the server and the history has an operation. HISTORY is - for a
// program that writes no history.
func killed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: killed URL HISTORY program [args...]")
	}
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	command := exec.Command(path, args[3:]...)
	command.Dir = ts.MkAbs(".")
	command.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	ts.Check(command.Start())
	ok := loadBegins(localtest.Client(args[0])) && (args[1] == "-" || operationsAppear(ts.MkAbs(args[1])))
	ts.Check(command.Process.Kill())
	_ = command.Wait() // its error says that it was killed
	if !ok {
		ts.Fatalf("no operation was written down")
	}
}

// operationsAppear waits until a history has an operation. It reports false if that takes
// too long.
func operationsAppear(path string) bool {
	const tries, pause = 300, 50 * time.Millisecond
	for range tries {
		if _, n, err := readThrough(path); err == nil && n > 0 {
			return true
		}
		<-time.After(pause)
	}
	return false
}

// readThrough counts a history's operations.
func readThrough(path string) (*history.Reader, int, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		return nil, 0, err
	}
	var op history.Op
	for n := 0; ; n++ {
		if err := r.Next(&op); errors.Is(err, io.EOF) {
			return r, n, nil
		} else if err != nil {
			return nil, n, err
		}
	}
}

// showHistory FILE: prints the operations of a history.
func showHistory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: history FILE")
	}
	r, n, err := readThrough(ts.MkAbs(args[0]))
	ts.Check(err)
	h, out := r.Header(), ts.Stdout()
	fmt.Fprintf(out, "tool %s\ncounters %d, workers %d, ordered %t\noperations %d\n", h.Tool, len(h.Counters), h.Workers, h.Ordered, n)
	f := r.Footer()
	if f == nil {
		fmt.Fprintln(out, "no footer")
		return
	}
	fmt.Fprintf(out, "footer of %d operations: counter %d ended at %d\n", f.Operations, f.Finals[0].Counter, f.Finals[0].Final.Value)
}

// same FILE FILE: wants two histories to have the same lines after their headers, which
// name tables.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same FILE FILE")
	}
	var texts [2]string
	for i, path := range args {
		file, err := os.Open(ts.MkAbs(path))
		ts.Check(err)
		defer file.Close()
		text, err := zstd.NewReader(file)
		ts.Check(err)
		defer text.Close()
		whole, err := io.ReadAll(text)
		ts.Check(err)
		_, texts[i], _ = strings.Cut(string(whole), "\n")
	}
	if texts[0] == "" || texts[0] != texts[1] {
		ts.Fatalf("%s:\n%s\n%s:\n%s", args[0], texts[0], args[1], texts[1])
	}
}
