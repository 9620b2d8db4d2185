package probe

import (
	"fmt"
	"io"

	"contend/internal/plainjson"
)

// Report is the whole table.
type Report struct {
	Endpoint   string `json:"endpoint"`
	Workers    int    `json:"workers"`
	Operations int    `json:"operations"` // of each worker, in each row
	Seed       uint64 `json:"seed"`
	Rows       []Row  `json:"rows"`
}

// Count is the number of rows with that verdict.
func (r *Report) Count(verdict Verdict) int {
	n := 0
	for _, row := range r.Rows {
		if row.Verdict == verdict {
			n++
		}
	}
	return n
}

// Verdict is that of the whole table: one broken row breaks it, else one that
// could not be judged leaves it open. A server that supports nothing is not
// right either. What is not supported says nothing else of the rest.
func (r *Report) Verdict() Verdict {
	switch {
	case r.Count(Broken) > 0:
		return Broken
	case r.Count(NotJudged) > 0 || r.Count(Right) == 0:
		return NotJudged
	}
	return Right
}

// Encode writes the table as JSON.
func (r *Report) Encode(w io.Writer) error {
	if err := plainjson.Write(w, r); err != nil {
		return fmt.Errorf("probe report: %w", err)
	}
	return nil
}
