package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/agext/levenshtein"
	"github.com/urfave/cli/v2"

	"contend/internal/crash"
	"contend/workload/scenario"
	"contend/workload/store"
)

// program is what the commands share: where they write, and what the reader of
// it can show.
type program struct {
	stdout, stderr io.Writer
	// dial opens the connections of clients; nil: as the SDK's transport does.
	dial store.Dialer
}

// run carries out a command line and returns the exit code. Reports go to
// stdout, all else to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	p := &program{stdout: stdout, stderr: stderr}
	return p.exit(crash.Catch(func() error {
		app := p.app()
		ordered, err := flagsFirst(app, args)
		if err != nil {
			return err
		}
		return app.Run(ordered)
	}))
}

func (p *program) app() *cli.App {
	app := &cli.App{
		Name:  "contend",
		Usage: "contention load testing for DynamoDB counters",
		Description: "Puts many workers on a few counters on purpose, and answers: is the count right, how fast and how\n" +
			"costly was it, and what were the retries worth? Begin with:\n\n" +
			"   contend run hot-key      32 workers on one counter; needs no AWS account\n" +
			"   contend scenarios        what else is shipped",
		Version:                   version(),
		Writer:                    p.stdout,
		ErrWriter:                 p.stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,                         // --set a=[1,2] is one value
		ExitErrHandler:            func(*cli.Context, error) {}, // run decides
		OnUsageError:              onUsageError,
		Action:                    p.noCommand,
		Commands: []*cli.Command{
			p.runCommand(), p.checkCommand(), p.reportCommand(), p.compareCommand(), p.scenariosCommand(), p.validateCommand(),
			p.metricsCommand(), p.probeCommand(), p.cleanCommand(),
			p.serveCommand(),
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = onUsageError
		command.HideHelpCommand = true
	}
	return app
}

func (p *program) noCommand(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return cli.ShowAppHelp(c)
	}
	name := c.Args().First()
	err := fmt.Errorf("unknown command %q", name)
	const typos = 2
	for _, command := range c.App.Commands {
		if levenshtein.Distance(name, command.Name, nil) <= typos {
			err = fmt.Errorf("%w: did you mean %q?", err, command.Name)
		}
	}
	return usage(err, `"contend --help" lists the commands`)
}

// version is the module's version, with the commit if the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// openTarget opens a scenario's target; the error is not explained.
func (p *program) openTarget(ctx context.Context, s *scenario.Scenario, allowed store.Consent) (*store.Target, error) {
	return store.Open(ctx, s, store.Options{Consent: allowed, Dial: p.dial})
}
