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
		Usage:     "merge the results of several machines into one report with one verdict",
		UsageText: "contend merge DIR... [flags]",
		Description: "DIR is the folder of one machine, or a folder that contains those of all machines, such as runs/ID. Folders may be\n" +
			"renamed copies; two copies of one machine's folder count once. Counts and histograms are added up. All histories are\n" +
			"judged together, and the measured clock differences between machines are taken into account. A machine with missing\n" +
			"or incomplete files is named, and the run then does not pass. The merged folder is like that of any run: report, compare\n" +
			"and runs accept it. Merging again writes the same files. The exit codes are those of a run (\"contend help exit-codes\").",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the files to `DIR` (default: a folder merged beside those of the machines)"},
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
