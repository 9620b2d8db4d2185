package report

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
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
	r := passing()
	if err := Save(folder, r, []byte("name: hot-key\n")); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, folder), []string{HGRMFile, PageFile, ReportFile, TextFile, ScenarioFile}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if got := read(t, filepath.Join(folder, ReportFile)); got != string(encoded(t, r)) {
		t.Error("report.json is not the report")
	}
	if got := read(t, filepath.Join(folder, TextFile)); got != text(t, r, TextOptions{}) {
		t.Error("report.txt is not the text")
	}
	if got := read(t, filepath.Join(folder, ScenarioFile)); got != "name: hot-key\n" {
		t.Errorf("scenario.yaml is %q", got)
	}
}

func TestSaveReplacesWhatIsThere(t *testing.T) {
	folder := t.TempDir()
	for _, scenario := range []string{"a long first one\n", "second\n"} {
		if err := Save(folder, passing(), []byte(scenario)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, filepath.Join(folder, ScenarioFile)); got != scenario {
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

// TestSaveFailsWhole: whatever step fails, the file is not there, or is what it
// was; the others are there and whole.
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
	err := save("run", m.storage(), contents(passing(), nil))
	const want = `save "run": report.txt, report.html, latency.hgrm, scenario.yaml, report.json: no space left on device`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if len(m.files) != 0 {
		t.Errorf("left behind: %q", m.files)
	}
}

// TestSaveOnADeviceThatIsFull writes through the real calls: /dev/full refuses
// every byte.
func TestSaveOnADeviceThatIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	folder := t.TempDir()
	full := disk()
	full.create = func(string) (file, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }
	full.remove = func(string) error { return nil }
	err := save(folder, full, contents(passing(), []byte("name: x\n")))
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
	err := Save(folder, passing(), nil)
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
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	if err := Save(folder, passing(), nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

// TestTheReportIsWrittenLast: where a killed process left a report, it left the
// other files, too.
func TestTheReportIsWrittenLast(t *testing.T) {
	var order []string
	m := &memory{files: map[string][]byte{}, fail: func(step, path string) error {
		if step == "create" {
			order = append(order, filepath.Base(path))
		}
		return nil
	}}
	if err := save("run", m.storage(), contents(passing(), nil)); err != nil {
		t.Fatal(err)
	}
	if last := order[len(order)-1]; !strings.HasPrefix(last, ReportFile) {
		t.Errorf("written in the order %q", order)
	}
}

// TestOnlyAMatrixThatIsNotThereDoesNotExist.
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
	if err := os.Symlink(MatrixFile, filepath.Join(folder, MatrixFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadMatrix(folder); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that cannot be opened: %v", err)
	}
}
