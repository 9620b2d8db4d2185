package readme

import (
	"flag"
	"sync"
	"testing"

	"contend/internal/localtest"
)

var update = flag.Bool("update", false, "write the measured figures into the tables of the READMEs")

// userProgram is the path of contend as users build it.
func userProgram(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) { return localtest.Program("contend/cmd/contend") })
