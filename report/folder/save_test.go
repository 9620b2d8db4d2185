package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"contend/report"
	"contend/report/compare"
	"contend/report/page"
	"contend/report/reporttest"
	"contend/report/text"
	"contend/workload/hist"
)

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestSave(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "runs", "one")
	r := reporttest.Passing()
	if err := Save(folder, r, []byte("name: hot-key\n")); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, folder), []string{report.HGRMFile, report.PageFile, report.ReportFile, report.TextFile, report.JUnitFile, report.ScenarioFile}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if got := read(t, filepath.Join(folder, report.ReportFile)); got != string(encoded(t, r)) {
		t.Error("report.json is not the report")
	}
	if got := read(t, filepath.Join(folder, report.TextFile)); got != rendered(t, r, text.Options{}) {
		t.Error("report.txt is not the text")
	}
	if got := read(t, filepath.Join(folder, report.ScenarioFile)); got != "name: hot-key\n" {
		t.Errorf("scenario.yaml is %q", got)
	}
}

func TestSaveReplacesWhatIsThere(t *testing.T) {
	folder := t.TempDir()
	for _, scenario := range []string{"a long first one\n", "second\n"} {
		if err := Save(folder, reporttest.Passing(), []byte(scenario)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, filepath.Join(folder, report.ScenarioFile)); got != scenario {
			t.Errorf("got %q", got)
		}
	}
}

// memory is a storage whose files can be made to fail.
type memory struct {
	files map[string][]byte
	fail  func(step, path string) error
}

func (m *memory) storage() storage {
	return storage{
		create: func(path string) (file, error) {
			if err := m.fail("create", path); err != nil {
				return nil, err
			}
			m.files[path] = nil
			return &memoryFile{m, path}, nil
		},
		rename: func(from, to string) error {
			if err := m.fail("rename", from); err != nil {
				return err
			}
			m.files[to] = m.files[from]
			delete(m.files, from)
			return nil
		},
		remove:         func(path string) error { delete(m.files, path); return nil },
		temporaryAfter: ".partial",
	}
}

type memoryFile struct {
	*memory
	path string
}

func (f *memoryFile) Write(b []byte) (int, error) {
	if err := f.fail("write", f.path); err != nil {
		f.files[f.path] = append(f.files[f.path], b[:len(b)/2]...)
		return len(b) / 2, err
	}
	f.files[f.path] = append(f.files[f.path], b...)
	return len(b), nil
}

func (f *memoryFile) Sync() error  { return f.fail("sync", f.path) }
func (f *memoryFile) Close() error { return f.fail("close", f.path) }

// TestSaveFailsWhole: whichever step fails, the file is either absent or unchanged, and
// all other files are there and complete.
func TestSaveFailsWhole(t *testing.T) {
	files := []content{}
	for _, name := range []string{"a", "b", "c"} {
		files = append(files, content{name, func(w io.Writer) error { _, err := w.Write([]byte("new " + name)); return err }})
	}
	for _, step := range []string{"create", "write", "sync", "close", "rename"} {
		for _, before := range []string{"", "old b"} {
			m := &memory{files: map[string][]byte{}, fail: func(s, path string) error {
				if s == step && strings.HasPrefix(path, "run/b") {
					return &fs.PathError{Op: s, Path: path, Err: syscall.ENOSPC}
				}
				return nil
			}}
			if before != "" {
				m.files["run/b"] = []byte(before)
			}
			err := save("run", m.storage(), files)
			if !errors.Is(err, syscall.ENOSPC) || err.Error() != `save "run": b: no space left on device` {
				t.Errorf("%s: got %v", step, err)
			}
			if string(m.files["run/b"]) != before {
				t.Errorf("%s: b holds %q, want %q", step, m.files["run/b"], before)
			}
			if string(m.files["run/a"]) != "new a" || string(m.files["run/c"]) != "new c" {
				t.Errorf("%s: the others hold %q", step, m.files)
			}
			for path := range m.files {
				if strings.Contains(path, "partial") {
					t.Errorf("%s: %s was left behind", step, path)
				}
			}
		}
	}
}

func TestAFullDiskIsOneError(t *testing.T) {
	m := &memory{files: map[string][]byte{}, fail: func(step, path string) error {
		if step == "write" {
			return &fs.PathError{Op: step, Path: path, Err: syscall.ENOSPC}
		}
		return nil
	}}
	err := save("run", m.storage(), contents(reporttest.Passing(), nil))
	const want = `save "run": report.txt, report.html, latency.hgrm, report.xml, scenario.yaml, report.json: no space left on device`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if len(m.files) != 0 {
		t.Errorf("left behind: %q", m.files)
	}
}

// TestSaveOnADeviceThatIsFull writes with the real system calls: /dev/full refuses
// every byte.
func TestSaveOnADeviceThatIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("only Linux has /dev/full, a file that refuses every byte")
	}
	folder := t.TempDir()
	full := disk()
	full.create = func(string) (file, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }
	full.remove = func(string) error { return nil }
	err := save(folder, full, contents(reporttest.Passing(), []byte("name: x\n")))
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	if got := names(t, folder); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestSaveWhereNothingCanBeWritten(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(blocked, "run")
	err := Save(folder, reporttest.Passing(), nil)
	if want := `save "` + folder + `": not a directory`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestSaveIntoAReadOnlyFolder(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil { // so that others may look into the folder
		t.Fatal(err)
	}
	asNobody(t, func() {
		if _, err := os.ReadDir(folder); err != nil {
			t.Error(err)
		}
		if err := Save(folder, reporttest.Passing(), nil); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("got %v", err)
		}
	})
}

// TestTheReportIsWrittenLast: if a killed process left a report, it left the other
// files, too.
func TestTheReportIsWrittenLast(t *testing.T) {
	var order []string
	m := &memory{files: map[string][]byte{}, fail: func(step, path string) error {
		if step == "create" {
			order = append(order, filepath.Base(path))
		}
		return nil
	}}
	if err := save("run", m.storage(), contents(reporttest.Passing(), nil)); err != nil {
		t.Fatal(err)
	}
	if last := order[len(order)-1]; !strings.HasPrefix(last, report.ReportFile) {
		t.Errorf("written in the order %q", order)
	}
}

// TestOnlyAMatrixThatIsNotThereDoesNotExist: fs.ErrNotExist means a missing matrix, and
// no other problem.
func TestOnlyAMatrixThatIsNotThereDoesNotExist(t *testing.T) {
	folder := t.TempDir()
	if _, err := LoadMatrix(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadMatrix(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a file: %v", err)
	}
	if err := os.Symlink(report.MatrixFile, filepath.Join(folder, report.MatrixFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadMatrix(folder); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that cannot be opened: %v", err)
	}
}

func rendered(t *testing.T, r *report.Report, options text.Options) string {
	t.Helper()
	var b strings.Builder
	if err := text.Report(&b, r, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSaveComparison(t *testing.T) {
	folder := t.TempDir()
	c := compared([]string{"none", "full-jitter"}, []int{1, 8}, 2)
	if err := SaveComparison(folder, c); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, filepath.Join(folder, report.PageFile)), comparisonPage(t, c); got != want {
		t.Errorf("%d bytes were saved, want %d", len(got), len(want))
	}
}

func comparisonPage(t *testing.T, c *compare.Comparison) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Comparison(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unevenly(workers int, applied int64) *report.Fairness {
	f := &report.Fairness{Jain: new(0.93), LongestLosingStreak: 17}
	for i := range workers {
		n := applied/int64(workers) + int64(i*7%13) - 6
		f.Workers = append(f.Workers, report.Worker{Number: i, Applied: n, Attempts: 3 * n, Conflicts: 2 * n, LosingStreak: int64(i % 18)})
		f.Best = max(f.Best, n)
	}
	return f
}

// sample draws times in milliseconds around a mean, with a long tail.
func sample(random *rand.Rand, mean float64, n int) *hist.Histogram {
	var h hist.Histogram
	for range n {
		h.Record(time.Duration(mean * math.Exp(random.NormFloat64()*0.9) * float64(time.Millisecond)))
	}
	return &h
}

// compared is a comparison of retry policies at several numbers of workers, with the
// given number of runs each. A simple model draws the runs: waiting makes room, but
// waiting too long wastes it.
func compared(policies []string, workers []int, runs int) *compare.Comparison {
	random, base := rand.New(rand.NewPCG(7, 9)), *reporttest.Passing()
	base.Scenario, base.Description = "retry-policies", "Retry policies under rising contention for one counter."
	var groups []compare.Candidate
	for _, w := range workers {
		for i, policy := range policies {
			v := compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: policy}, {Path: "load.workers", Value: fmt.Sprint(w)}}}
			for n := range runs {
				r := modelled(random, base, i, w)
				r.RetryPolicy = policy
				v.Runs = append(v.Runs, compare.Run{Folder: fmt.Sprintf("%03d-%s_%d-%d", len(groups)+1, policy, w, n+1), Report: r})
			}
			groups = append(groups, v)
		}
	}
	c := compare.Compare(groups, compare.Options{ToolVersion: "v1.2.3"})
	c.Warnings = append(c.Warnings, "2 of 192 runs were shorter than a second, and their 99.9th percentiles rest on few samples")
	return c
}

// modelled returns a run with the i-th policy.
func modelled(random *rand.Rand, base report.Report, i, workers int) *report.Report {
	const gap, seconds = 8.0, 5.0
	noise := func() float64 { return math.Exp(random.NormFloat64() * 0.04) }
	wait := math.Pow(2, float64(i)) / 8 // of the best one
	load := float64(workers)
	attempts := max(1.002, (1+(load-1)/(1+2*wait*math.Sqrt(load)))*noise())
	throughput := 1000 / gap * load / (load + 3 + wait) / (1 + attempts/60) * noise()
	applied := int64(throughput * seconds)
	r, cost := &base, *base.Capacity
	r.Capacity = &cost
	r.Workers, r.ElapsedS, r.GapMS = workers, seconds, new(gap*noise())
	r.Frontier = &report.Frontier{C: attempts, T: 1000 / (throughput * gap)}
	r.ThroughputPerS, r.AttemptsPerSuccess, r.WritesPerSuccess = new(throughput), new(attempts), new(attempts)
	r.ConflictRate.Overall = new(1 - 1/attempts)
	r.ConflictRate.PerSecond = nil
	for range int(seconds) {
		r.ConflictRate.PerSecond = append(r.ConflictRate.PerSecond, new(min(1, (1-1/attempts)*noise())))
	}
	r.Tally.UpdatesApplied, r.Tally.Applied = applied, applied
	r.Tally.Writes = int64(float64(applied) * attempts)
	r.ConflictRate.AttemptsHistogram = nil
	left := float64(applied)
	for n := int64(1); left >= 1; n++ {
		done := math.Ceil(left / attempts)
		r.ConflictRate.AttemptsHistogram = append(r.ConflictRate.AttemptsHistogram, report.AttemptsBar{Attempts: n, Operations: int64(done)})
		left -= done
	}
	r.Latency.Response = report.TimesOf(sample(random, 1000*load/throughput, 600))
	r.Fairness = unevenly(workers, applied)
	r.Fairness.Jain = new(min(1, 1/(1+0.02*load*float64(8-i)/8)*noise()))
	r.Capacity.PerUpdate = &report.Cost{USDPerMillion: (0.625 + 0.125) * attempts}
	return r
}
