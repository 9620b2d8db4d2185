package trialtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/scenario"
	"contend/workload/trialtest"
)

// TestAModuleOfItsOwn: a program outside of this module tests its own counter. The
// one that counts twice under lost replies fails, and names the check; the one that
// does not passes.
func TestAModuleOfItsOwn(t *testing.T) {
	folder := visits(t)
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-ldflags=-s -w", "-o", "visits.test", ".")
	build.Dir = folder
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for name, want := range map[string]struct {
		passes bool
		says   string
	}{
		"TestNaive": {false, "exactly-once: \"counter-0\""},
		"TestSafe":  {true, "PASS"},
	} {
		command := exec.CommandContext(t.Context(), filepath.Join(folder, "visits.test"), "-test.v", "-test.run", "^"+name+"$")
		command.Dir = folder
		said, err := command.CombinedOutput()
		if passes := err == nil; passes != want.passes || !strings.Contains(string(said), want.says) {
			t.Errorf("%s: %v, want %q in\n%s", name, err, want.says, said)
		}
	}
}

// visits makes the module in testdata one beside this one.
func visits(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("testdata/visits")); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	// What contend needs, the module needs too; nothing is to be asked for.
	text := strings.Replace(string(ours), "module contend", "module visits", 1) +
		"\nrequire contend v0.0.0\n\nreplace contend => " + root + "\n"
	for name, content := range map[string]string{"go.mod": text, "go.sum": string(sums)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// recorded is a test that only records the calls to it.
type recorded struct {
	testing.TB
	errors []string
}

func (r *recorded) Helper()                           {}
func (r *recorded) Logf(string, ...any)               {}
func (r *recorded) Log(...any)                        {}
func (r *recorded) Errorf(format string, args ...any) { r.errors = append(r.errors, format) }

// TestATestThatShowsNothingFails: a run in which nothing was counted fails.
func TestATestThatShowsNothingFails(t *testing.T) {
	s := scenario.Default()
	s.Load = scenario.Load{Workers: 2, Operations: 20}
	s.Target = "http://127.0.0.1:1"
	r := &recorded{TB: t}
	if o := trialtest.Run(r, s, nil); o != nil || len(r.errors) != 1 {
		t.Errorf("%v, %q", o, r.errors)
	}
	s.Target = scenario.TargetEmbedded
	r = &recorded{TB: t}
	o := trialtest.Run(r, s, func(client counter.DynamoDB) counter.Strategy { return counter.NewAtomicAdd(client) })
	if o == nil || len(r.errors) != 0 || o.Result.Tally.Applied != 20 {
		t.Errorf("%v, %q", o, r.errors)
	}
}
