package folder

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"contend/report"
	"contend/workload/history"
	"contend/workload/measure"
)

// part is the folder of one machine of a run.
type part struct {
	path    string
	run     string
	machine int
	of      int      // machines of the run
	sum     [32]byte // of its history and measurements
	report  *report.Report
	result  *measure.Result // nil: the machine was lost before it could be written
}

// history is the path of its history.
func (p *part) history() string { return filepath.Join(p.path, report.HistoryFile) }

// findParts finds the folders of machines in each path: the path itself, the folders in it,
// and those in these.
func findParts(paths []string) ([]*part, error) {
	var all []*part
	seen := map[string]bool{}
	for _, path := range paths {
		found, err := partsIn(path, 2)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, &NothingError{fmt.Errorf("%q holds no folder of a machine: %w", path, fs.ErrNotExist)}
		}
		for _, p := range found {
			if real := realPath(p.path); !seen[real] {
				seen[real] = true
				all = append(all, p)
			}
		}
	}
	return all, nil
}

func partsIn(path string, deeper int) ([]*part, error) {
	p, err := partAt(path)
	if err != nil || p != nil {
		return []*part{p}, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, withoutPath(err))
	}
	var all []*part
	for _, e := range entries {
		if !e.IsDir() || deeper == 0 {
			continue
		}
		found, err := partsIn(filepath.Join(path, e.Name()), deeper-1)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// partAt is nil if the folder is not that of a machine.
func partAt(path string) (*part, error) {
	file, err := os.Open(filepath.Join(path, report.HistoryFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, err // a machine whose files cannot be read is not one that left nothing
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", file.Name(), err)
	}
	h := r.Header()
	if h.Run == "" || h.Sources == 0 {
		return nil, nil
	}
	return &part{path: path, run: h.Run, machine: h.Source, of: h.Sources}, nil
}

// oneRun refuses parts of several runs, and leaves out copies. The parts are then in the
// order of the machines.
func oneRun(all []*part) ([]*part, error) {
	var runs []string
	for _, p := range all {
		if !slices.Contains(runs, p.run) {
			runs = append(runs, p.run)
		}
	}
	if len(runs) > 1 {
		slices.Sort(runs)
		return nil, fmt.Errorf("these are the parts of %d runs: %s: name the folder of only one", len(runs), strings.Join(runs, ", "))
	}
	slices.SortStableFunc(all, func(a, b *part) int { return cmp.Compare(a.machine, b.machine) })
	var different []*part
	for _, p := range all {
		var err error
		if p.sum, err = p.checksum(); err != nil {
			return nil, err
		}
		last := len(different) - 1
		switch {
		case last < 0 || different[last].machine != p.machine:
			different = append(different, p)
		case different[last].sum != p.sum:
			return nil, fmt.Errorf("%q and %q are both of machine %d of run %q, and differ", different[last].path, p.path, p.machine, p.run)
		}
		if p.of != all[0].of {
			return nil, fmt.Errorf("%q is of %d machines and %q of %d, in one run %q", all[0].path, all[0].of, p.path, p.of, p.run)
		}
	}
	return different, nil
}

// checksum is of the files that a merged run is made of.
func (p *part) checksum() (sum [32]byte, err error) {
	all := sha256.New()
	for _, name := range []string{report.HistoryFile, report.MeasurementsFile} {
		file, err := os.Open(filepath.Join(p.path, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return sum, err
		}
		fmt.Fprintln(all, name)
		_, err = io.Copy(all, file)
		if err := errors.Join(err, file.Close()); err != nil {
			return sum, err
		}
	}
	return [32]byte(all.Sum(nil)), nil
}

// load reads the report and the measurements. Both are absent if the machine was lost.
func (p *part) load() error {
	text, err := os.ReadFile(filepath.Join(p.path, report.MeasurementsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	result, err := measure.Decode(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%q: %w", filepath.Join(p.path, report.MeasurementsFile), err)
	}
	if s := result.Source; s.Run != p.run || s.Machine != p.machine || s.Machines != p.of {
		return fmt.Errorf("%q: the history is of machine %d of run %q, the measurements are of machine %d of run %q", p.path, p.machine, p.run, s.Machine, s.Run)
	}
	if p.report, err = Load(p.path); errors.Is(err, fs.ErrNotExist) {
		return nil // it is written last
	}
	p.result = result
	return err
}

// missed reports whether any of the machines saw that one counted as lost.
func (m *Merged) missed(machine int) bool {
	return slices.ContainsFunc(m.parts, func(p *part) bool {
		return p.report != nil && p.report.Part != nil && slices.Contains(p.report.Part.Lost, machine)
	})
}
