package report

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"contend/internal/crash"
)

func TestAPanicOfOneFileDoesNotCostTheOthers(t *testing.T) {
	folder := t.TempDir()
	write := func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err }
	err := save(folder, disk(), []content{
		{ReportFile, write},
		{PageFile, func(w io.Writer) error { _ = write(w); panic("planted") }},
		{TextFile, write},
	})
	var caught *crash.Error
	if !errors.As(err, &caught) {
		t.Errorf("got %v, want the panic", err)
	}
	if got, want := names(t, folder), []string{ReportFile, TextFile}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if got := read(t, filepath.Join(folder, TextFile)); got != "whole" {
		t.Errorf("the file after it is %q", got)
	}
}
