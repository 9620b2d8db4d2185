package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/internal/pattern"
	"contend/internal/suggest"
)

var (
	// undefinedFlag matches the library's message about an unknown flag.
	undefinedFlag = pattern.Lazy(`^flag provided but not defined: -(.*)$`)
	// badValue matches the library's message about a value that it cannot parse.
	badValue = pattern.Lazy(`^(?:could not parse|invalid(?: boolean)? value) ("(?:[^"\\]|\\.)*")(?: as \S+ value)? for (?:flag )?-?(\S+): .*$`)
)

// onUsageError prints what is wrong with a command line in one line. The library would
// print the whole help on stdout.
func onUsageError(c *cli.Context, err error, _ bool) error {
	flags, hint := c.App.Flags, `"contend --help" explains the flags`
	if c.Command != nil && c.Command.Name != c.App.Name {
		flags, hint = c.Command.Flags, explainsFlags(c.Command.Name)
		if c.Command.Name == "run" {
			hint += ", and --set PATH=VALUE sets any field of the scenario"
		}
	}
	return usage(plainer(err, flags), hint)
}

// plainer rewrites an error of the library in the words of the command line.
func plainer(err error, flags []cli.Flag) error {
	if parts := undefinedFlag().FindStringSubmatch(err.Error()); parts != nil {
		message := "unknown flag " + spelled(parts[1])
		if near := suggest.Nearest(parts[1], longNames(flags)); near != "" {
			message += fmt.Sprintf(": did you mean %s?", spelled(near))
		}
		return errors.New(message)
	}
	if parts := badValue().FindStringSubmatch(err.Error()); parts != nil {
		return fmt.Errorf("%s: must be %s, not %s", spelled(strings.TrimSuffix(parts[2], ":")), wanted(flagIn(flags, parts[2])), parts[1])
	}
	return err
}

// spelled is a flag as people type it.
func spelled(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// wanted describes the values of a flag.
func wanted(flag cli.Flag) string {
	switch flag.(type) {
	case *cli.DurationFlag:
		return "a duration such as 250ms, 10s or 1m30s"
	case *cli.IntFlag, *cli.Int64Flag:
		return "a whole number"
	case *cli.Float64Flag:
		return "a number"
	case *cli.BoolFlag:
		return "true or false"
	}
	return "something else"
}

// longNames are the names of all flags, --help included.
func longNames(flags []cli.Flag) []string {
	names := []string{"help"}
	for _, flag := range flags {
		names = append(names, flag.Names()[0])
	}
	return names
}

func explainsFlags(command string) string {
	return fmt.Sprintf("%q explains the flags", "contend "+command+" --help")
}

// chosen is the value of a flag that takes one of a few words.
func chosen(c *cli.Context, flag string, known ...string) (string, error) {
	value := c.String(flag)
	for _, word := range known {
		if word == value {
			return value, nil
		}
	}
	return "", usage(fmt.Errorf("%s: --%s: unknown %s %q%s", c.Command.Name, flag, flag, value, suggest.Hint(value, known)), "")
}

// between is the value of a flag that takes a number between low and high, both
// excluded.
func between(c *cli.Context, flag string, low, high float64) (float64, error) {
	value, err := strconv.ParseFloat(c.String(flag), 64)
	if err != nil || !(value > low && value < high) {
		return 0, usage(fmt.Errorf("%s: --%s: must be a number above %g and below %g, not %q", c.Command.Name, flag, low, high, c.String(flag)), "")
	}
	return value, nil
}

// flagsFirst moves the flags of a command before its arguments, because the library
// takes everything after the first argument as an argument. The error names a flag
// without a value, for which the library would take the next flag. With a flag that asks
// for help nothing else matters: the library would look for help about the first argument.
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
		if command.Name == execCheckName && len(others) > 0 {
			others = append(others, rest[i:]...)
			break
		}
		if arg == "--" {
			others = append(others, rest[i+1:]...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			others = append(others, arg)
			continue
		}
		if slices.Contains(cli.HelpFlag.Names(), strings.TrimLeft(arg, "-")) {
			return []string{args[0], args[1], arg}, nil
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
	flag := flagIn(command.Flags, strings.TrimLeft(arg, "-"))
	_, isBool := flag.(*cli.BoolFlag)
	return flag != nil && !isBool
}

// isFlag reports whether a word is one of the command's flags, with its value
// or without.
func isFlag(command *cli.Command, word string) bool {
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	return strings.HasPrefix(word, "-") && flagIn(command.Flags, name) != nil
}

// flagIn is the flag of that name, or nil.
func flagIn(flags []cli.Flag, name string) cli.Flag {
	for _, flag := range flags {
		for _, known := range flag.Names() {
			if known == name {
				return flag
			}
		}
	}
	return nil
}

// oneArgument returns a command's only argument.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.Args().Len() {
	case 1:
		return c.Args().First(), nil
	case 0:
		return "", usage(fmt.Errorf("%s: missing %s", c.Command.Name, what), fmt.Sprintf("%q explains its arguments", "contend "+c.Command.Name+" --help"))
	}
	return "", usage(fmt.Errorf("%s: one %s, not %d: %s", c.Command.Name, what, c.Args().Len(), strings.Join(c.Args().Slice(), " ")), "")
}
