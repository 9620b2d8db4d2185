package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/report"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/measure"
)

func mustMerge(t *testing.T, out string, paths ...string) *Merged {
	t.Helper()
	m, err := Merge(paths, out, "test")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// filesOf are the files in a folder, with their contents.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// TestMachinesBecomeOneRun: what three machines left is one run with one verdict, wherever
// it was copied to, and again each time.
func TestMachinesBecomeOneRun(t *testing.T) {
	dir := threeMachines(t)
	for i := range 3 {
		setClient(t, filepath.Join(dir, fmt.Sprint("machine-", i)), idleClient())
	}
	m := mustMerge(t, "", dir)
	r := m.Report
	if m.Folder != filepath.Join(dir, "merged") || r.Verdict.Status != check.Pass || r.Tally.Applied != 300 || r.Workers != 7 || len(r.Fairness.Workers) != 7 {
		t.Errorf("%s: %+v, %+v, %d workers", m.Folder, r.Verdict, r.Tally, r.Workers)
	}
	if len(r.Thresholds) != 1 || r.Thresholds[0].Status != report.Met {
		t.Errorf("thresholds: %+v", r.Thresholds)
	}
	var attempts, times int64
	for i, machine := range r.Machines {
		if machine.Machine != i || machine.State != report.MachineEnded || machine.Control.Requests == 0 || machine.ClockWithinMS == nil || machine.CPUs == 0 {
			t.Errorf("machine %d: %+v", i, machine)
		}
		attempts += *machine.Attempts
		one, err := Load(filepath.Join(dir, fmt.Sprint("machine-", i)))
		if err != nil {
			t.Fatal(err)
		}
		times += one.Latency.Service.Count
		if one.Part == nil || one.Verdict.Status != check.Inconclusive || one.Thresholds != nil || one.Workers != []int{3, 2, 2}[i] || one.Prediction != nil {
			t.Errorf("the part of machine %d: %+v, %s, %+v, %d workers", i, one.Part, one.Verdict.Status, one.Thresholds, one.Workers)
		}
		if !slices.ContainsFunc(one.Warnings, func(w string) bool { return strings.Contains(w, "contend merge") }) {
			t.Errorf("the part of machine %d does not say that its thresholds are not judged: %q", i, one.Warnings)
		}
	}
	if attempts != r.Tally.Attempts || times != r.Latency.Service.Count {
		t.Errorf("%d attempts and %d times of all machines, %d and %d of the run", attempts, times, r.Tally.Attempts, r.Latency.Service.Count)
	}
	if opened, err := Open(m.Folder); err != nil || opened.Runs[0].Scenario == nil {
		t.Errorf("opened: %v, %v", opened, err)
	}
	first := filesOf(t, m.Folder)
	if len(first) != 7 || !strings.Contains(first[report.HistoriesFile], `"../machine-2/history.jsonl.zst"`) {
		t.Errorf("files: %d: %s", len(first), first[report.HistoriesFile])
	}
	mustMerge(t, "", dir)
	elsewhere := filepath.Join(t.TempDir(), "copies")
	for i, name := range []string{"b", "c", "a"} {
		copied(t, filepath.Join(dir, fmt.Sprint("machine-", i)), filepath.Join(elsewhere, name))
	}
	mustMerge(t, filepath.Join(elsewhere, "out"), elsewhere, dir)
	for what, again := range map[string]map[string]string{"again": filesOf(t, m.Folder), "copied": filesOf(t, filepath.Join(elsewhere, "out"))} {
		for name, text := range first {
			if again[name] != text && (what == "again" || name != report.HistoriesFile) {
				t.Errorf("%s: %s differs", what, name)
			}
		}
	}
}

// TestAMachineThatWasHeldUpDecidesNoTimes: the thresholds of the merged run's times are
// inconclusive, and its verdict stays.
func TestAMachineThatWasHeldUpDecidesNoTimes(t *testing.T) {
	dir := threeMachines(t)
	for i, late := range []float64{0.1, 50, 0.1} {
		client := idleClient()
		client.Delay.P99 = &late
		setClient(t, filepath.Join(dir, fmt.Sprint("machine-", i)), client)
	}
	r := mustMerge(t, "", dir).Report
	if len(r.Thresholds) != 1 || r.Thresholds[0].Status != report.Undecided || !strings.HasPrefix(r.Thresholds[0].Reason, "machine 1: the client was held up") {
		t.Errorf("thresholds: %+v", r.Thresholds)
	}
	if r.Verdict.Status != check.Pass || r.Machines[0].Doubt != "" || r.Machines[1].Doubt == "" || r.Machines[2].Doubt != "" {
		t.Errorf("verdict %s, machines %+v", r.Verdict.Status, r.Machines)
	}
}

// TestAMachineThatLeftLessIsNamed: its run never passes.
func TestAMachineThatLeftLessIsNamed(t *testing.T) {
	dir := threeMachines(t)
	last := filepath.Join(dir, "machine-2")
	for i, c := range []struct {
		want  string
		state report.MachineState
		spoil func() error
	}{
		{"machine 2 was lost: its folder has a history, but no measurements.json.zst", report.MachineLost, func() error {
			return errors.Join(os.Remove(filepath.Join(last, report.MeasurementsFile)), os.Remove(filepath.Join(last, report.ReportFile)))
		}},
		{"machine 2 is missing: its folder is not there", report.MachineMissing, func() error { return os.RemoveAll(last) }},
	} {
		if err := c.spoil(); err != nil {
			t.Fatal(err)
		}
		r := mustMerge(t, "", dir).Report
		named := func(all []string) bool {
			return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, c.want) })
		}
		var reasons []string
		for _, found := range r.Verdict.Checks {
			reasons = append(reasons, found.Reason)
		}
		known := []int64{300, 200}[i]
		if account := r.Counters[0]; account.Acknowledged != known || account.Final == nil || *account.Final != 300 {
			t.Errorf("%s: the account is %+v, want %d acknowledged", c.state, account, known)
		}
		if r.Verdict.Status == check.Pass || !named(reasons) || !named(r.Warnings) || len(r.Machines) != 3 || r.Machines[2].State != c.state {
			t.Errorf("%s: %s %q, warnings %q, %+v", c.state, r.Verdict.Status, reasons, r.Warnings, r.Machines)
		}
		if text := filesOf(t, filepath.Join(dir, "merged"))[report.TextFile]; !strings.Contains(text, string(c.state)) {
			t.Errorf("report.txt does not show that it is %s:\n%s", c.state, text)
		}
	}
	for i := range 2 {
		if err := os.Remove(filepath.Join(dir, fmt.Sprint("machine-", i), report.MeasurementsFile)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Merge([]string{dir}, "", "test"); err == nil || !strings.Contains(err.Error(), "no machine left its measurements") {
		t.Errorf("got %v", err)
	}
}

// TestMergeRefuses: parts of several runs are refused, and so is a folder that holds anything
// but this run.
func TestMergeRefuses(t *testing.T) {
	dir := threeMachines(t)
	results := filepath.Dir(dir)
	other := copied(t, filepath.Join(dir, "machine-1"), filepath.Join(results, "r1", "other"))
	change := func(path, name string, edit func([]byte) []byte) {
		t.Helper()
		path = filepath.Join(path, name)
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, edit(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := func(want, out string, paths ...string) error {
		t.Helper()
		_, err := Merge(paths, out, "test")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		return err
	}
	change(other, report.MeasurementsFile, func(text []byte) []byte {
		r, err := measure.Decode(bytes.NewReader(text))
		var b bytes.Buffer
		if err == nil {
			r.Warnings = append(r.Warnings, "another one")
			err = r.Encode(&b)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
	refused("are both of machine 1 of run \"r1\", and differ", "", dir)
	change(other, report.MeasurementsFile, func([]byte) []byte { return []byte("nothing") })
	refused("measurements: ", "", filepath.Join(dir, "machine-0"), other)
	if err := os.RemoveAll(other); err != nil {
		t.Fatal(err)
	}
	if err := refused("holds no folder of a machine", "", t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is no NothingError: %v", err)
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := refused("is not empty, and holds no merged run", full, dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("it is no ErrExist: %v", err)
	}
	merged := mustMerge(t, "", dir).Folder
	change(merged, report.HistoriesFile, func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(`"r1"`), []byte(`"r2"`)) })
	refused(`holds the merged run "r2", not "r1"`, "", dir)
	second, another := filepath.Join(results, "second"), filepath.Join(results, "third")
	leaveHistory(t, second, history.Header{Run: "r1", Sources: 3}) // the same ID was used twice
	refused("are both of machine 0 of run \"r1\", and differ", "", dir, second)
	leaveHistory(t, another, history.Header{Run: "r3", Sources: 2})
	refused("these are the parts of 2 runs: r1, r3: name the folder of only one", "", dir, another)
}

// TestAFolderThatCannotBeReadIsNoMissingMachine: it is named, because its machine may have
// left everything.
func TestAFolderThatCannotBeReadIsNoMissingMachine(t *testing.T) {
	dir := threeMachines(t)
	file := filepath.Join(dir, "machine-1", report.HistoryFile)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(report.HistoryFile, file); err != nil { // to itself, so that it cannot be opened
		t.Fatal(err)
	}
	if m, err := Merge([]string{dir}, "", "test"); m != nil || err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, %v", m, err)
	}
}
