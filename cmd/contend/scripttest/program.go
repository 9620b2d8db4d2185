package scripttest

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"contend/internal/localtest"
	"contend/internal/longtest"
)

// canBeResident is whether this test program can carry out the command lines of contend.
var canBeResident bool

// Main runs the tests of a package with scripts, after which no goroutine may be left, and
// exits. If run is not nil, it carries out a command line of contend; at short length it
// then serves most of those of the scripts, in copies of the test program that are started
// only once.
func Main(m *testing.M, run func(args []string, stdout, stderr io.Writer) int) {
	if os.Getenv(residentVariable) == "1" {
		os.Exit(serve(run))
	}
	canBeResident = run != nil
	// Scripts spend most of their time waiting: for loads, for signals, for slow servers.
	if err := flag.Set("test.parallel", "10"); err != nil { // a flag on the command line wins
		panic(err)
	}
	goleak.VerifyTestMain(localtest.Main(m))
}

// Install puts the folder of [Program] first in the PATH.
func Install(t *testing.T) {
	t.Helper()
	if err := install(); err != nil {
		t.Fatal(err)
	}
}

var install = sync.OnceValue(func() error {
	path, err := built()
	if err != nil {
		return err
	}
	return os.Setenv("PATH", filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
})

// Program is the path of contend. At full length it has the race detector if the tests have
// it. At short length it is contend as users build it, which takes a fifth of the time.
func Program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	if longtest.Asked() && raced {
		return localtest.Program("contend/cmd/contend", "-race")
	}
	return localtest.Program("contend/cmd/contend")
})
