package report

import "strings"

// The files of a run's folder.
const (
	ReportFile   = "report.json"
	TextFile     = "report.txt"
	PageFile     = "report.html"
	HGRMFile     = "latency.hgrm"
	JUnitFile    = "report.xml"
	ScenarioFile = "scenario.yaml"
	// HistoryFile is written during the run, and PictureFile where a violation can be
	// drawn; [folder.Save] writes neither.
	HistoryFile = "history.jsonl.zst"
	PictureFile = "violation.html"
	// MeasurementsFile is all that one of several machines measured, for merging;
	// HistoriesFile names the histories of a merged run.
	MeasurementsFile = "measurements.json.zst"
	HistoriesFile    = "histories.json"
	// TableFile names the run's table. It is written before the table is created.
	TableFile = "table.json"
	// ProxyFile is the judgement of what passed through a proxy.
	ProxyFile = "proxy.json"
)

// Partial is the suffix of a file that is not complete.
const Partial = ".partial"

// The files of a matrix's folder, beside the folders of its runs.
const (
	MatrixFile     = "matrix.json"
	MatrixTextFile = "matrix.txt"
)

// IsPartial reports whether the name is that of an incomplete file.
func IsPartial(name string) bool { return strings.HasSuffix(name, Partial) }

// IsRunFile reports whether a run writes a file with this name into its folder.
func IsRunFile(name string) bool {
	switch strings.TrimSuffix(name, Partial) {
	case ReportFile, TextFile, PageFile, HGRMFile, JUnitFile, ScenarioFile, HistoryFile, PictureFile, TableFile, MeasurementsFile, HistoriesFile:
		return true
	}
	return false
}

// The files of a comparison, beside the folders of its runs.
const (
	ComparisonFile     = "comparison.json"
	ComparisonTextFile = "comparison.txt"
	ComparisonCSVFile  = "comparison.csv"
)

// The files of a search for the highest load, beside the folders of its trials.
const (
	CapacityFile     = "capacity.json"
	CapacityTextFile = "capacity.txt"
)
