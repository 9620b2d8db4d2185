package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/counter"
	"contend/internal/embedded"
	"contend/report"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/threshold"
	"contend/workload/trial"
)

var machines struct {
	sync.Once
	left fstest.MapFS // the files of all folders
}

// threeMachines returns a folder with what the three machines of the run "r1" left. The run
// is made only once.
func threeMachines(t *testing.T) string {
	t.Helper()
	machines.Do(func() { machines.left = inMemory(t, runOfMachines(t, "r1", 3)) })
	if machines.left == nil {
		t.Fatal("the run failed in another test")
	}
	dir := filepath.Join(t.TempDir(), "r1")
	if err := os.CopyFS(dir, machines.left); err != nil {
		t.Fatal(err)
	}
	return dir
}

func inMemory(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)] = &fstest.MapFile{Data: text}
	}
	return files
}

// runOfMachines carries out a run with a limit of its times on several machines, and returns
// the folder that holds theirs.
func runOfMachines(t *testing.T, run string, machines int) string {
	t.Helper()
	limit, err := threshold.Parse("p99 < 3600s")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(context.WithoutCancel(t.Context())) })
	s := scenario.Default()
	s.Name, s.Strategy, s.Target = "together", counter.ConditionalName, listener.Endpoint
	s.Load.Workers, s.Load.Operations, s.Load.Duration = 2*machines+1, 300, 0
	s.Thresholds = []threshold.Threshold{limit}
	dir := filepath.Join(t.TempDir(), run)
	var all errgroup.Group
	for i := range machines {
		all.Go(func() error {
			r := &Run{Folder: filepath.Join(dir, fmt.Sprint("machine-", i)), Scenario: s, About: report.About{ToolVersion: "test", Machine: report.ThisMachine()}}
			if err := os.MkdirAll(r.Folder, 0o777); err != nil {
				return err
			}
			o := trial.Options{Tool: "contend test"}
			o.Machine.Run, o.Machine.Machine, o.Machine.Machines, o.Machine.JoinTimeout = run, i, machines, 20*time.Second
			r.Keep(&o)
			_, err := trial.Run(t.Context(), s, o)
			return errors.Join(err, r.End(err))
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// idleClient is a client whose times are sound, however busy the machine of the test is.
func idleClient() *report.Client {
	return &report.Client{CPU: new(0.1), CPUs: 2, Delay: report.Times{Count: 1000, P99: new(0.1)}}
}

// setClient changes how busy the report of a machine says that its client was.
func setClient(t *testing.T, folder string, client *report.Client) {
	t.Helper()
	r, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	r.Client = client
	if err := SaveFile(filepath.Join(folder, report.ReportFile), encoded(t, r)); err != nil {
		t.Fatal(err)
	}
}

// leaveHistory makes the folder of a machine that left no more than the header of a history.
func leaveHistory(t *testing.T, folder string, header history.Header) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, report.HistoryFile))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := history.NewInOrder(file, header)
	if err == nil {
		err = w.Close(&history.Footer{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copied copies a folder under another name.
func copied(t *testing.T, from, to string) string {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
