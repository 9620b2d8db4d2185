package folder

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"contend/internal/crash"
	"contend/report"
)

func TestAPanicOfOneFileDoesNotCostTheOthers(t *testing.T) {
	folder := t.TempDir()
	write := func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err }
	err := save(folder, disk(), []content{
		{report.ReportFile, write},
		{report.PageFile, func(w io.Writer) error { _ = write(w); panic("planted") }},
		{report.TextFile, write},
	})
	var caught *crash.Error
	if !errors.As(err, &caught) {
		t.Errorf("got %v, want the panic", err)
	}
	if got, want := names(t, folder), []string{report.ReportFile, report.TextFile}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if got := read(t, filepath.Join(folder, report.TextFile)); got != "whole" {
		t.Errorf("the file after it is %q", got)
	}
}
