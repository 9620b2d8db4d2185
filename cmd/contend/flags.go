package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

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
