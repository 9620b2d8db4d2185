package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// Encode writes report.json.
func (r *Report) Encode(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// Decode reads report.json. It refuses the versions that it does not know, and
// passes over fields that it does not know, which a later tool of the same
// version may have added.
func Decode(from io.Reader) (*Report, error) {
	var r Report
	if err := json.NewDecoder(from).Decode(&r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	switch {
	case r.Version == 0:
		return nil, fmt.Errorf("report: it has no version, so it is none of this program's")
	case r.Version != Version:
		return nil, fmt.Errorf("report: version %d, and this program knows only %d", r.Version, Version)
	}
	return &r, nil
}
