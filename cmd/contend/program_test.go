package main

import (
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
	// Scripts mostly wait: for loads, for signals, for what is slow on purpose.
	if err := flag.Set("test.parallel", "6"); err != nil { // a flag on the command line wins
		panic(err)
	}
	testscript.Main(localtest.Main(m), map[string]func(){"contend": main})
}

// installProgram decides which contend the scripts start: at full length this
// program, so that the race detector watches if it was built in; else contend
// as users build it, which starts faster and needs a fifth of the time.
func installProgram(t *testing.T) {
	t.Helper()
	if longtest.Asked() {
		return
	}
	folder := filepath.Dir(userProgram(t))
	if err := putFirst(folder); err != nil {
		t.Fatal(err)
	}
}

// userProgram is the path of contend as users build it.
func userProgram(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built builds contend beside the program that testscript.Main installed, so
// that it is removed with that one.
var built = sync.OnceValues(func() (string, error) {
	installed, err := exec.LookPath("contend")
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(installed), "user", filepath.Base(installed))
	if output, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, output)
	}
	return path, nil
})

// putFirst puts a folder before all others of the PATH.
func putFirst(folder string) error {
	paths := filepath.SplitList(os.Getenv("PATH"))
	if len(paths) > 0 && paths[0] == folder {
		return nil
	}
	return os.Setenv("PATH", folder+string(filepath.ListSeparator)+os.Getenv("PATH"))
}
