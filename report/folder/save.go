package folder

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"contend/report"
	"contend/report/compare"
	"contend/report/junit"
	"contend/report/page"
	"contend/report/text"
)

// textFileWidth is the width of report.txt, in columns.
const textFileWidth = 80

// Save writes a run's files into the folder dir and creates it if necessary:
// [report.ReportFile], [report.TextFile] without colour, [report.PageFile],
// [report.HGRMFile], [report.JUnitFile], and [report.ScenarioFile] with the bytes of scenarioYAML.
//
// If a file cannot be written, even because rendering it panics, the others are still written.
// The error names the missing files and wraps the causes.
func Save(dir string, r *report.Report, scenarioYAML []byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("save %q: %w", dir, withoutPath(err))
	}
	return save(dir, disk(), contents(r, scenarioYAML))
}

// SaveMatrix writes a matrix's files into the folder of its runs, as [Save] does.
func SaveMatrix(dir string, m *report.Matrix) error {
	return save(dir, disk(), []content{
		{report.MatrixFile, m.Encode},
		{report.MatrixTextFile, func(w io.Writer) error { return text.Matrix(w, m, text.Options{Width: MatrixWidth}) }},
	})
}

// SaveFile writes one file atomically: if it fails, the old content stays. The folder must
// exist.
func SaveFile(path string, text []byte) error {
	return save(filepath.Dir(path), disk(), []content{
		{filepath.Base(path), func(w io.Writer) error { _, err := w.Write(text); return err }},
	})
}

// MatrixWidth is the preferred width of a matrix, in columns.
const MatrixWidth = 100

// content is a file to be written.
type content struct {
	name  string
	write func(io.Writer) error
}

func contents(r *report.Report, scenarioYAML []byte) []content {
	// The report comes last: where it is, the others are.
	return []content{
		{report.TextFile, func(w io.Writer) error { return text.Report(w, r, text.Options{Width: textFileWidth}) }},
		{report.PageFile, func(w io.Writer) error { return page.Report(w, r) }},
		{report.HGRMFile, func(w io.Writer) error { return text.HGRM(w, r) }},
		{report.JUnitFile, func(w io.Writer) error { return junit.Write(w, []junit.Suite{junit.SuiteOf("", r)}) }},
		{report.ScenarioFile, func(w io.Writer) error { _, err := w.Write(scenarioYAML); return err }},
		{report.ReportFile, r.Encode},
	}
}

// SaveComparison writes the files of a comparison into a folder, as [Save] does.
func SaveComparison(dir string, c *compare.Comparison) error {
	return save(dir, disk(), []content{
		{report.ComparisonFile, c.Encode},
		{report.ComparisonTextFile, func(w io.Writer) error { return text.Comparison(w, c, text.Options{Width: MatrixWidth}) }},
		{report.ComparisonCSVFile, c.CSV},
		{report.PageFile, func(w io.Writer) error { return page.Comparison(w, c) }},
	})
}
