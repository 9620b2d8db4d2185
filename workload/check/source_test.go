package check

import (
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTheFirstHistoryThatCannotBeReadIsNamed: not the one that breaks after fewer
// operations.
func TestTheFirstHistoryThatCannotBeReadIsNamed(t *testing.T) {
	all := fleetOf(3)
	turns(all, 0, 0, 2000)
	paths := files(t, all)
	long, err := os.ReadFile(paths[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		text []byte
	}{{paths[2], []byte("{}\n")}, {paths[1], append(long, "no frame"...)}} {
		if err := os.WriteFile(c.path, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ExamineFiles(paths, nil); err == nil || !strings.Contains(err.Error(), c.path) {
			t.Errorf("got %v, want %q", err, c.path)
		}
	}
}
