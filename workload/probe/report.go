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

// Verdict is the verdict on the whole table: broken if one row is, otherwise not judged
// if one row could not be judged. Rows that are not supported do not matter, but a
// server that supports nothing is not right.
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
