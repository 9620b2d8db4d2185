package localtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"contend/internal/embedded"
)

// standIns makes this test program the "java" and the "npm" of the test, so that servers
// start at once, and without Java: see [actAsJava].
func standIns(t *testing.T) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, ".cache", dynamoDBLocal.folder), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"java", "npm"} {
		if err := os.Symlink(program, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	t.Setenv("PATH", folder)
	t.Setenv(EndpointVariable, "")
	t.Setenv(LenderVariable, "")
	stopIdle := func() {
		servers.stop()
		servers.keeps = true
	}
	stopIdle()
	t.Cleanup(stopIdle)
}

// actAsJava is an embedded server that is started as DynamoDB Local is. Its path /end ends it.
func actAsJava() {
	port := os.Args[len(os.Args)-1]
	server := http.NewServeMux()
	server.Handle("/", embedded.New(embedded.Config{}))
	server.HandleFunc("/end", func(http.ResponseWriter, *http.Request) { os.Exit(0) })
	fmt.Println(http.ListenAndServe("127.0.0.1:"+port, server))
}

// borrowForever is a borrower that a test kills.
func borrowForever(lender string) {
	endpoint, _, err := borrow(lender)
	fmt.Println(endpoint, err)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// lend starts a lender, and returns its address and what ends it.
func lend(t *testing.T) (address string, end func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var lending sync.WaitGroup
	lending.Go(func() { Lend(ctx, listener) })
	end = func() {
		cancel()
		lending.Wait()
	}
	t.Cleanup(end)
	return listener.Addr().String(), end
}

// borrowed borrows a server, which must answer.
func borrowed(t *testing.T, lender string) (endpoint string, giveBack func() error) {
	t.Helper()
	endpoint, giveBack, err := borrow(lender)
	if err != nil {
		t.Fatal(err)
	}
	if !answers(endpoint) {
		t.Fatalf("%s was lent and does not answer", endpoint)
	}
	return endpoint, giveBack
}

func answers(endpoint string) bool {
	connection, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "http://"))
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}

// TestAKilledBorrowersServerIsStopped: programs of the borrower may still write to it.
func TestAKilledBorrowersServerIsStopped(t *testing.T) {
	standIns(t)
	lender, _ := lend(t)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	borrower := exec.Command(program)
	borrower.Env = append(os.Environ(), borrowVariable+"="+lender)
	if _, err := borrower.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := borrower.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := borrower.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	endpoint, _, _ := strings.Cut(line, " ")
	if err != nil || !answers(endpoint) {
		t.Fatalf("the borrower said %q, %v; want the endpoint of a server", line, err)
	}
	if err := borrower.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = borrower.Wait()
	for deadline := time.Now().Add(30 * time.Second); answers(endpoint); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server of the killed borrower still answers")
		}
	}
	if _, giveBack := borrowed(t, lender); giveBack() != nil {
		t.Error("the next borrower could not give its server back")
	}
}

// TestABrokenServerIsNotLentAgain: the borrower hears of it, and the next one gets another.
func TestABrokenServerIsNotLentAgain(t *testing.T) {
	standIns(t)
	lender, _ := lend(t)
	broken, giveBack := borrowed(t, lender)
	if _, err := http.Get(broken + "/end"); err == nil {
		t.Error("the server has not ended")
	}
	if err := giveBack(); err == nil {
		t.Error("the broken server was taken back")
	}
	if _, giveBack := borrowed(t, lender); giveBack() != nil {
		t.Error("the next borrower could not give its server back")
	}
}

// TestALenderLeavesNothing: when it ends, so do the servers, whether they are lent or idle.
func TestALenderLeavesNothing(t *testing.T) {
	standIns(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	lender, end := lend(t)
	idle, giveBack := borrowed(t, lender)
	lent, giveBackLater := borrowed(t, lender)
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	end()
	if answers(idle) || answers(lent) {
		t.Errorf("idle server answers: %t, lent server answers: %t", answers(idle), answers(lent))
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	if err := giveBackLater(); err == nil {
		t.Error("the lender that has ended took a server back")
	}
	if _, _, err := borrow(lender); err == nil {
		t.Error("the lender that has ended lent a server")
	}
}

// TestALenderSaysWhyItHasNoServer: the lender lends on afterwards.
func TestALenderSaysWhyItHasNoServer(t *testing.T) {
	standIns(t)
	lender, _ := lend(t)
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	if _, _, err := borrow(lender); err == nil || !strings.Contains(err.Error(), "java") {
		t.Errorf("got %v, want that Java is missing", err)
	}
	t.Setenv("PATH", path)
	if _, giveBack := borrowed(t, lender); giveBack() != nil {
		t.Error("the next borrower could not give its server back")
	}
}
