package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/scenarios"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// shortcuts are the flags that set one field of the scenario.
var shortcuts = [...]struct{ flag, path string }{
	{"target", "target"},
	{"workers", "load.workers"},
	{"duration", "load.duration"},
	{"operations", "load.operations"},
	{"seed", "seed"},
}

// oneScenario is the scenario argument of a command.
func oneScenario(c *cli.Context) (string, error) {
	if c.Args().Len() > 0 {
		return oneArgument(c, "scenario")
	}
	err := fmt.Errorf("%s: missing SCENARIO: a path, - for stdin, or one of %s", c.Command.Name, strings.Join(scenarios.Names(), ", "))
	return "", usage(err, `"contend scenarios" says what they show`)
}

// resolve loads the scenario's plan with all flags applied: shortcuts first, so
// that --set has the last word.
func (p *program) resolve(c *cli.Context, name string) (*plan.Plan, error) {
	overrides, err := flagOverrides(c)
	if err != nil {
		return nil, err
	}
	return loadPlan(name, overrides)
}

// flagOverrides are the values of the flags that set fields of the scenario, in the order in
// which they count.
func flagOverrides(c *cli.Context) ([]scenario.Override, error) {
	var overrides []scenario.Override
	for _, s := range shortcuts {
		if c.IsSet(s.flag) {
			overrides = append(overrides, scenario.Override{Source: "--" + s.flag, Path: s.path, Value: c.String(s.flag)})
		}
	}
	set, err := setOverrides(c)
	if err != nil {
		return nil, err
	}
	return append(overrides, set...), nil
}

func shortcutFlags() []string {
	var names []string
	for _, s := range shortcuts {
		names = append(names, s.flag)
	}
	return names
}

func setFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "set", Usage: "set any field of the scenario with `PATH=VALUE`, as in retry.base=10ms; repeatable"}
}

func setOverrides(c *cli.Context) ([]scenario.Override, error) {
	var overrides []scenario.Override
	for _, assignment := range c.StringSlice("set") {
		o, err := scenario.ParseSet(assignment)
		if err != nil {
			return nil, usage(err, "")
		}
		overrides = append(overrides, o)
	}
	return overrides, nil
}

// loadScenario reads and decodes a scenario, and applies the overrides.
func loadScenario(name string, overrides []scenario.Override) (scenario.Scenario, error) {
	file, text, err := readScenario(name)
	if err != nil {
		return scenario.Scenario{}, err
	}
	s, err := scenario.Decode(file, text, overrides...)
	if err != nil {
		return scenario.Scenario{}, withHint(err, scenarioHint(err))
	}
	return s, nil
}

// loadPlan loads a scenario with its matrix and repeats.
func loadPlan(name string, overrides []scenario.Override) (*plan.Plan, error) {
	file, text, err := readScenario(name)
	if err != nil {
		return nil, err
	}
	plan, err := plan.Decode(file, text, overrides...)
	return plan, withHint(err, scenarioHint(err))
}

// fromStdin is the name of a scenario that is read from standard input.
const fromStdin = "-"

func shownAs(name string) string {
	if name == fromStdin {
		return "stdin"
	}
	return name
}

// readScenario finds a scenario: "-" is standard input; a name that looks like a path
// is a file; otherwise it is a shipped scenario, or else a file with that name.
func readScenario(name string) (file string, text []byte, err error) {
	if name == fromStdin {
		if text, err = io.ReadAll(os.Stdin); err != nil {
			return "", nil, fmt.Errorf("scenario: read standard input: %w", err)
		}
		return shownAs(name), text, nil
	}
	isPath := strings.ContainsRune(name, filepath.Separator) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
	if !isPath {
		if text, err := scenarios.Open(name); err == nil {
			return name + ".yaml", text, nil
		}
	}
	text, err = os.ReadFile(name)
	switch {
	case err == nil:
		return name, text, nil
	case isPath || !errors.Is(err, fs.ErrNotExist):
		return "", nil, usage(fmt.Errorf("scenario: %w", err), `"contend scenarios" lists the shipped ones`)
	}
	_, err = shipped(name)
	return "", nil, err
}

func shipped(name string) ([]byte, error) {
	text, err := scenarios.Open(name)
	if err != nil {
		return nil, usage(err, `"contend scenarios" lists the shipped ones; a path to a file works too`)
	}
	return text, nil
}
