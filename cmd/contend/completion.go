package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/counter"
	"contend/scenarios"
	"contend/workload/scenario"
)

// completionFlag ends a command line that is to be completed, as in the library
// (urfave/cli, EnableBashCompletion). The word before it is the one under the
// cursor. The library completes commands and flags alone; here the values of flags,
// scenarios and their fields are completed too.
const completionFlag = "--generate-bash-completion"

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script for a shell",
		UsageText: "contend completion bash|zsh",
		Description: "It completes commands, flags, scenarios, and the fields of --set with their values. Put one of these lines into your\n" +
			"shell's startup file:\n\n" +
			"   source <(contend completion bash)      # ~/.bashrc\n" +
			"   source <(contend completion zsh)       # ~/.zshrc, after compinit",
		Action: p.completion,
	}
}

func (p *program) completion(c *cli.Context) error {
	shell, err := oneArgument(c, "shell")
	if err != nil {
		return err
	}
	script, ok := completionScripts()[shell]
	if !ok {
		return usage(fmt.Errorf("completion: unknown shell %q (known: bash, zsh)", shell), "")
	}
	_, err = fmt.Fprint(p.stdout, script)
	return err
}

// completionScripts ask the program what the word under the cursor can become, and
// offer files if it knows nothing. bash splits words at = and :, and replaces only
// what follows them.
func completionScripts() map[string]string {
	return map[string]string{
		"bash": `_contend() {
	local line="${COMP_LINE:0:COMP_POINT}" words word
	read -ra words <<< "$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	word="${words[-1]}"
	local IFS=$'\n'
	COMPREPLY=($("${words[@]}" ` + completionFlag + ` 2>/dev/null))
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
	[[ $word == *[=:]* ]] && COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[=:]}"}"}")
}
complete -o default -F _contend contend
`,
		"zsh": `_contend() {
	local -a offers
	offers=("${(@f)$("${(@)words[1,CURRENT]}" ` + completionFlag + ` 2>/dev/null)}")
	offers=(${offers:#})
	if (( $#offers )); then
		compadd -S '' -- ${(M)offers:#*=}
		compadd -- ${offers:#*=}
	else
		_files
	fi
}
compdef _contend contend
`,
	}
}

// complete prints what the last word of a command line can become, one a line;
// nothing if it may be a file.
func (p *program) complete(app *cli.App, words []string) error {
	for _, offer := range offers(app, words) {
		if strings.HasPrefix(offer, words[len(words)-1]) {
			if _, err := fmt.Fprintln(p.stdout, offer); err != nil {
				return err
			}
		}
	}
	return nil
}

// offers are the words that can stand in the place of the last one.
func offers(app *cli.App, words []string) []string {
	if len(words) < 2 {
		return commandNames(app)
	}
	command := app.Command(words[0])
	if command == nil {
		return nil
	}
	word, before := words[len(words)-1], words[len(words)-2]
	switch {
	case len(words) > 2 && strings.HasPrefix(before, "-") && takesValue(command, before):
		return flagValues(command, strings.TrimLeft(before, "-"), word)
	case strings.HasPrefix(word, "-"):
		return flagSpellings(command)
	}
	return arguments(app, command)
}

func commandNames(app *cli.App) []string {
	var names []string
	for _, command := range app.Commands {
		if !command.Hidden {
			names = append(names, command.Name)
		}
	}
	return names
}

func flagSpellings(command *cli.Command) []string {
	var spellings []string
	for _, name := range longNames(command.Flags) {
		spellings = append(spellings, spelled(name))
	}
	return spellings
}

// arguments are the known words that a command takes.
func arguments(app *cli.App, command *cli.Command) []string {
	switch command.Name {
	case "run", "explore", "advise", "scenarios", "validate":
		return scenarios.Names()
	case "manifest":
		return append(kindNames(), scenarios.Names()...)
	case "help":
		return append(topicNames(), commandNames(app)...)
	case "completion":
		return []string{"bash", "zsh"}
	}
	return nil
}

// flagValues are the known values of a flag.
func flagValues(command *cli.Command, flag, word string) []string {
	switch flag {
	case "set", "baseline":
		return settingsFrom(word)
	case "format":
		return formats(command.Name)
	case "target":
		return append(scenario.Targets(), "http://127.0.0.1:8000")
	case "strategy":
		return counter.StrategyNames()
	}
	return nil
}

// settingsFrom are the paths of a scenario's fields, or once there is one, the values
// that its field takes.
func settingsFrom(word string) []string {
	path, _, hasPath := strings.Cut(word, "=")
	var found []string
	var visit func(fields []scenario.Field)
	visit = func(fields []scenario.Field) {
		for _, f := range fields {
			visit(f.Fields)
			names, isWord := f.Schema["enum"].([]string)
			switch {
			case !hasPath && f.Fields == nil:
				found = append(found, f.Path+"=")
			case hasPath && isWord && f.Path == path:
				for _, name := range names {
					found = append(found, path+"="+name)
				}
			}
		}
	}
	visit(scenario.Fields())
	return found
}
