package main

import (
	"fmt"
	"io"
	"os"

	"contend/internal/crash"
)

// summaryVariable names the file to which GitHub Actions wants the Markdown of a step.
const summaryVariable = "GITHUB_STEP_SUMMARY"

// summarize appends Markdown to the summary of a step of GitHub Actions, if --summary asks
// for it. Elsewhere it says that there is none.
func (s *session) summarize(write func(io.Writer) error) error {
	if !s.summary {
		return nil
	}
	path := os.Getenv(summaryVariable)
	if path == "" {
		s.say("no summary was written: %s is not set", summaryVariable)
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("--summary: %w", err)
	}
	err = crash.Catch(func() error {
		if err := write(file); err != nil {
			return err
		}
		_, err := io.WriteString(file, "\n")
		return err
	})
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("--summary: %w", err)
	}
	return nil
}
