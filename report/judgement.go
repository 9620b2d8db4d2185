package report

import (
	"fmt"
	"io"

	"contend/internal/plainjson"
	"contend/workload/check"
	"contend/workload/history"
)

// Judgement is what a history alone shows about a run.
type Judgement struct {
	Version    int           `json:"version"`
	History    string        `json:"history"` // the file's path
	Tool       string        `json:"tool,omitempty"`
	Scenario   string        `json:"scenario,omitempty"`
	Strategy   string        `json:"strategy,omitempty"`
	Operations int64         `json:"operations"`
	Cut        bool          `json:"cut"` // the history has no end: the run was killed
	Error      string        `json:"error,omitempty"`
	Verdict    check.Verdict `json:"verdict"`
	Counters   []Counter     `json:"counters"`
	Staleness  *Staleness    `json:"staleness,omitempty"`
	Warnings   []string      `json:"warnings"`
}

// NewJudgement makes a Judgement of the findings about a history.
func NewJudgement(file string, h history.Header, f *check.Findings) *Judgement {
	return &Judgement{
		Version:    Version,
		History:    file,
		Tool:       h.Tool,
		Scenario:   h.Scenario,
		Strategy:   h.Strategy,
		Operations: f.Operations,
		Verdict:    check.Judge(f.Checks...),
		Counters:   counters(f.Ledgers),
		Staleness:  NewStaleness(&f.Staleness),
		Warnings:   []string{},
	}
}

// Encode writes the judgement as JSON.
func (j *Judgement) Encode(w io.Writer) error {
	if err := plainjson.Write(w, j); err != nil {
		return fmt.Errorf("judgement: %w", err)
	}
	return nil
}
