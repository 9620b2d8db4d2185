package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"contend/report/folder"
	"contend/report/junit"
)

func (p *program) mergeCommand() *cli.Command {
	return &cli.Command{
		Name:      "merge",
		Usage:     "join the results of several machines into one report with one verdict",
		UsageText: "contend merge DIR... [flags]",
		Description: "DIR is the folder of a machine, or one that holds such folders: the run's, as in runs/ID, or all results of one run.\n" +
			"The folders may be copies with other names; copies of the same machine count once. Counts and histograms are added,\n" +
			"and all histories are judged together, by the clocks of the machines. A machine that left less than all of its files\n" +
			"is named, and the run then does not pass. The merged folder is a run's, for report, compare and runs. Merging again\n" +
			"writes the same files. The exit code is that of a run: see \"contend help exit-codes\".",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the files to `DIR` (default: merged, beside the folders of the machines)"},
			formatFlag("merge"),
		},
		Action: p.merge,
	}
}

func (p *program) merge(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return usage(errors.New("merge: missing DIR: the folder of a run's machines"), "contend run --machine I/N --run ID writes to runs/ID")
	}
	format, err := chosen(c, "format", formats("merge")...)
	if err != nil {
		return err
	}
	merged, err := folder.Merge(c.Args().Slice(), c.String("out"), version())
	switch {
	case errors.As(err, new(*folder.NothingError)):
		return usage(fmt.Errorf("merge: %w", err), "the folder of a machine holds the files that contend run --machine I/N wrote")
	case errors.Is(err, os.ErrExist):
		return withHint(fmt.Errorf("merge: %w", err), "--out names another folder")
	case merged == nil:
		return fmt.Errorf("merge: %w", err)
	}
	r := merged.Report
	fmt.Fprintf(p.stderr, "contend: run %s: files: %s\n", merged.Run, merged.Folder)
	var printed, early error
	if r.Interrupted {
		early = &stoppedEarly{}
	}
	if format == "junit" {
		printed = junit.Write(p.stdout, []junit.Suite{junit.SuiteOf("", r)})
	} else {
		printed = p.renderer(format)(r)
	}
	return errors.Join(verdictError(r.Verdict.Status), thresholdsError(r.Thresholds), early, err, printed)
}
