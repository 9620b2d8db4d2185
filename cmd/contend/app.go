package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"contend/internal/crash"
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

// onUsageError keeps the library from printing the whole help on stdout.
func onUsageError(c *cli.Context, err error, _ bool) error {
	if c.Command == nil || c.Command.Name == c.App.Name {
		return usage(err, `"contend --help" explains the flags`)
	}
	return usage(err, explainsFlags(c.Command.Name))
}

func explainsFlags(command string) string {
	return fmt.Sprintf("%q explains the flags", "contend "+command+" --help")
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

// flagsFirst moves the flags of a command before its arguments, because the
// library takes everything after the first argument for an argument. The error
// is a flag without its value, for which the library would take what follows
// the flags.
func flagsFirst(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 {
		return args, nil
	}
	command := app.Command(args[1])
	if command == nil {
		return args, nil
	}
	var flags, others []string
	rest := args[2:]
	for i := 0; i < len(rest); i++ {
		arg := rest[i]
		if arg == "--" {
			others = append(others, rest[i+1:]...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			others = append(others, arg)
			continue
		}
		flags = append(flags, arg)
		if !takesValue(command, arg) {
			continue
		}
		if i++; i == len(rest) || rest[i] == "--" || isFlag(command, rest[i]) {
			return nil, usage(fmt.Errorf("flag needs an argument: %s", arg), explainsFlags(command.Name))
		}
		flags = append(flags, rest[i])
	}
	ordered := append([]string{args[0], args[1]}, flags...)
	if len(others) > 0 {
		ordered = append(append(ordered, "--"), others...)
	}
	return ordered, nil
}

// takesValue reports whether a flag's value is the next word.
func takesValue(command *cli.Command, arg string) bool {
	flag := flagNamed(command, strings.TrimLeft(arg, "-"))
	_, isBool := flag.(*cli.BoolFlag)
	return flag != nil && !isBool
}

// isFlag reports whether a word is one of the command's flags, with its value
// or without.
func isFlag(command *cli.Command, word string) bool {
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	return strings.HasPrefix(word, "-") && flagNamed(command, name) != nil
}

// flagNamed is the command's flag of that name, or nil.
func flagNamed(command *cli.Command, name string) cli.Flag {
	for _, flag := range command.Flags {
		if slices.Contains(flag.Names(), name) {
			return flag
		}
	}
	return nil
}

// version is the module's version, with the commit if the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// isTerminal reports whether w is a terminal that a person reads.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// width is the number of columns of a terminal, 80 for anything else.
func width(w io.Writer) int { return widthOr(w, 80) }

// widthOr is the number of columns of a terminal, and usual for anything else.
func widthOr(w io.Writer, usual int) int {
	const most = 120
	if file, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return min(columns, most)
		}
	}
	return usual
}

// wantsColour follows no-color.org.
func wantsColour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// oneArgument returns a command's only argument.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.Args().Len() {
	case 1:
		return c.Args().First(), nil
	case 0:
		return "", usage(fmt.Errorf("%s: which %s?", c.Command.Name, what), fmt.Sprintf("%q shows how it is called", "contend "+c.Command.Name+" --help"))
	}
	return "", usage(fmt.Errorf("%s: one %s, not %d: %s", c.Command.Name, what, c.Args().Len(), strings.Join(c.Args().Slice(), " ")), "")
}
