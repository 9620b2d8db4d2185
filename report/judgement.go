package report

import (
	"fmt"
	"io"

	"contend/internal/plainjson"
	"contend/workload/check"
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
	Proxy      *Proxied      `json:"proxy,omitempty"` // of a history that a proxy has just recorded
}

// NewJudgement makes a Judgement of what a history showed. One without an end is
// cut; one that says that an error ended the run does not pass.
func NewJudgement(file string, e *check.Examination) *Judgement {
	j := &Judgement{
		Version:    Version,
		History:    file,
		Tool:       e.Header.Tool,
		Scenario:   e.Header.Scenario,
		Strategy:   e.Header.Strategy,
		Operations: e.Findings.Operations,
		Verdict:    check.Judge(e.Findings.Checks...),
		Counters:   counters(e.Findings.Ledgers),
		Staleness:  NewStaleness(&e.Findings.Staleness),
		Warnings:   []string{},
	}
	switch {
	case e.Footer == nil:
		j.Cut = true
	case e.Footer.Error != "":
		j.Error = e.Footer.Error
		j.Verdict = j.Verdict.CutShort()
	}
	return j
}

// Encode writes the judgement as JSON.
func (j *Judgement) Encode(w io.Writer) error {
	if err := plainjson.Write(w, j); err != nil {
		return fmt.Errorf("judgement: %w", err)
	}
	return nil
}
