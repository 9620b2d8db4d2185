package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"contend/internal/localtest"
	"contend/internal/longtest"
)

// TestMain turns this program into contend when a script calls it.
func TestMain(m *testing.M) {
	// Scripts spend most of their time waiting: for loads, for signals, for slow servers.
	if err := flag.Set("test.parallel", "10"); err != nil { // a flag on the command line wins
		panic(err)
	}
	testscript.Main(localtest.Main(m), map[string]func(){"contend": main})
}

// installProgram decides which contend the scripts start. At full length it is this
// program, which has the race detector if it was built in. At short length it is contend as
// users build it, which takes a fifth of the time.
func installProgram(t *testing.T) {
	t.Helper()
	if longtest.Asked() {
		return
	}
	if err := install(); err != nil {
		t.Fatal(err)
	}
}

// install puts the folder of contend as users build it first in the PATH.
var install = sync.OnceValue(func() error {
	path, err := built()
	if err != nil {
		return err
	}
	return os.Setenv("PATH", filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
})

// userProgram is the path of contend as users build it.
func userProgram(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built builds contend in the folder of testscript.Main, which removes the folder at the
// end.
var built = sync.OnceValues(func() (string, error) {
	own, err := exec.LookPath("contend")
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(own), "user", filepath.Base(own))
	if output, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, output)
	}
	return path, nil
})

// contend carries out a command line: at full length in this process, at short length by
// contend as users build it.
func contend(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	if longtest.Asked() {
		code = run(append([]string{"contend"}, args...), &out, &problems)
		return code, out.String(), problems.String()
	}
	command := exec.CommandContext(t.Context(), userProgram(t), args...)
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), out.String(), problems.String()
}

// condition is true for "long" in tests of full length.
func condition(name string) (bool, error) {
	if name != "long" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return longtest.Asked(), nil
}
