package compare

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"contend/internal/plainjson"
)

// Encode writes the comparison as indented JSON. The order of the keys is always
// the same.
func (c *Comparison) Encode(w io.Writer) error {
	if err := plainjson.Write(w, c); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	return nil
}

// CSV writes a row for each run: the variant's settings, its number among the variant's
// runs from 1, its folder, verdict and error, whether it was simulated (yes or no), all its numbers in full precision, why it
// is not a sample, and its doubts. A value that the run does not have is empty. A
// control character other than a line break or a tab becomes U+FFFD.
func (c *Comparison) CSV(w io.Writer) error {
	var paths []string
	for _, v := range c.Variants {
		for _, s := range v.Settings {
			if !slices.Contains(paths, s.Path) {
				paths = append(paths, s.Path)
			}
		}
	}
	header := append(slices.Clone(paths), "repeat", "folder", "verdict", "error", "simulated")
	metrics := append(distinctMetrics(), c.limitedPercentiles()...)
	for _, m := range metrics {
		header = append(header, m.Name)
	}
	header = append(header, "left_out", "doubts")
	rows := [][]string{header}
	for _, v := range c.Variants {
		for i, run := range v.Runs {
			row := v.values(paths)
			row = append(row, strconv.Itoa(i+1), run.Folder, run.Verdict, run.Error, run.simulated())
			for _, m := range metrics {
				row = append(row, run.number(m.Name))
			}
			rows = append(rows, append(row, run.LeftOut, strings.Join(run.Doubts, "; ")))
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = withoutControls(row[i])
		}
	}
	if err := csv.NewWriter(w).WriteAll(rows); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	return nil
}

// withoutControls removes characters that could control a terminal. It keeps line
// breaks, which CSV can represent.
func withoutControls(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// values are the variant's settings of the paths; "" for a path that the variant does
// not set.
func (v *Variant) values(paths []string) []string {
	row := make([]string, len(paths))
	for i, path := range paths {
		for _, s := range v.Settings {
			if s.Path == path {
				row[i] = s.Value
			}
		}
	}
	return row
}

// simulated is "" for a run without a report.
func (run Run) simulated() string {
	switch {
	case run.Simulated:
		return "yes"
	case run.digest != nil:
		return "no"
	}
	return ""
}

func (run Run) number(metric string) string {
	v, ok := run.Values[metric]
	if !ok {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
