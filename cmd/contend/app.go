package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"contend/internal/crash"
	"contend/internal/suggest"
	"contend/workload/scenario"
	"contend/workload/store"
)

// program is shared by all commands: where they write, and what kind of output that is.
type program struct {
	stdout, stderr io.Writer
	// dial opens the clients' connections; nil: the SDK's own transport does.
	dial store.Dialer
}

// run carries out a command line and returns the exit code. Reports go to stdout,
// everything else to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	p := &program{stdout: stdout, stderr: stderr}
	return p.exit(crash.Catch(func() error {
		app := p.app()
		if last := len(args) - 1; last > 1 && args[last] == completionFlag {
			return p.complete(app, args[1:last])
		}
		ordered, err := flagsFirst(app, args)
		if err != nil {
			return err
		}
		return app.Run(ordered)
	}))
}

func (p *program) app() *cli.App {
	cli.HelpPrinter = func(w io.Writer, _ string, about any) { printHelp(w, about) } // the library offers no other way to set it
	app := &cli.App{
		Name:  "contend",
		Usage: "contention load testing for DynamoDB counters",
		Description: "Lets many workers update a few counters at once, and answers: is the count right, how fast and how\n" +
			"expensive was it, and did the retry policy help? Begin with:\n\n" +
			"   contend run hot-key      32 workers on one counter; needs no AWS account\n" +
			"   contend scenarios        the other shipped scenarios",
		Version:                   version(),
		Writer:                    p.stdout,
		ErrWriter:                 p.stderr,
		Flags:                     []cli.Flag{cli.HelpFlag}, // otherwise the library omits it beside a command "help"
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,                         // --set a=[1,2] is one value
		ExitErrHandler:            func(*cli.Context, error) {}, // run decides
		OnUsageError:              onUsageError,
		Action:                    p.noCommand,
		Commands: []*cli.Command{
			p.runCommand(), p.checkCommand(), p.reportCommand(), p.mergeCommand(), p.compareCommand(), p.capacityCommand(), p.exploreCommand(), p.adviseCommand(), p.runsCommand(),
			p.scenariosCommand(), p.execCheckCommand(), p.initCommand(), p.validateCommand(), p.schemaCommand(), p.metricsCommand(),
			p.manifestCommand(), p.probeCommand(), p.proxyCommand(), p.serveCommand(), p.cleanCommand(), p.helpCommand(), p.completionCommand(),
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = onUsageError
		command.HideHelpCommand = true
		command.Flags = append(command.Flags, cli.HelpFlag) // the library adds it only when a command runs, too late for "contend help"
	}
	return app
}

func (p *program) noCommand(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return cli.ShowAppHelp(c)
	}
	name := c.Args().First()
	return usage(fmt.Errorf("unknown command %q%s", name, meant(name, commandNames(c.App))), `"contend --help" lists the commands`)
}

// meant completes a message about an unknown name with the known name that was probably
// meant, if there is one.
func meant(name string, known []string) string {
	if near := suggest.Nearest(name, known); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
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
