package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/scenarios"
	"contend/workload/plan"
	"contend/workload/scenario"
)

func (p *program) scenariosCommand() *cli.Command {
	return &cli.Command{
		Name:      "scenarios",
		Usage:     "list the shipped scenarios, or print one",
		UsageText: "contend scenarios [NAME]",
		Description: "To change a scenario, print it into a file and run that:\n\n" +
			"   contend scenarios hot-key > mine.yaml\n   contend run mine.yaml",
		Action: p.scenarios,
	}
}

func (p *program) scenarios(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return p.listScenarios()
	}
	name, err := oneArgument(c, "scenario")
	if err != nil {
		return err
	}
	text, err := shipped(name)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

func (p *program) listScenarios() error {
	for _, name := range scenarios.Names() {
		_, text, err := readScenario(name)
		if err != nil {
			return err
		}
		plan, err := plan.Decode(name, text)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(p.stdout, "%-14s %s\n", name, plan.Variants[0].Scenario.Description); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) validateCommand() *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "say everything that is wrong with a scenario",
		UsageText: "contend validate SCENARIO",
		Description: "SCENARIO is a file or a shipped name. Each problem is a line, file:line:column: what is wrong.\nThe exit code is 0 for a valid scenario and 2 for any other.\n" +
			"\"contend metrics\" lists what its thresholds can limit.",
		Flags:  []cli.Flag{setFlag()},
		Action: p.validate,
	}
}

func (p *program) validate(c *cli.Context) error {
	name, err := oneArgument(c, "scenario")
	if err != nil {
		return err
	}
	overrides, err := setOverrides(c)
	if err != nil {
		return err
	}
	plan, err := loadPlan(name, overrides)
	if err != nil {
		return err
	}
	counted := ""
	if len(plan.Variants) > 1 {
		counted = fmt.Sprintf(", %d variants", len(plan.Variants))
	}
	if plan.Repeat > 1 {
		counted += fmt.Sprintf(", %d runs each", plan.Repeat)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: valid%s\n", name, counted)
	return err
}

func setFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "set", Usage: "set any field of the scenario: `PATH=VALUE`, as in retry.base=10ms; repeatable"}
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

// loadPlan loads all that a scenario asks for.
func loadPlan(name string, overrides []scenario.Override) (*plan.Plan, error) {
	file, text, err := readScenario(name)
	if err != nil {
		return nil, err
	}
	plan, err := plan.Decode(file, text, overrides...)
	return plan, withHint(err, scenarioHint(err))
}

// scenarioHint helps with a file that is wrong. A flag that is wrong needs no
// more than the message.
func scenarioHint(err error) string {
	var wrong *scenario.Error
	inFile := func(p scenario.Problem) bool { return p.Line > 0 }
	if errors.As(err, &wrong) && !slices.ContainsFunc(wrong.Problems, inFile) {
		return ""
	}
	return `"contend scenarios hot-key" prints a scenario to begin with`
}

// readScenario finds a scenario: a path if it looks like one, else a shipped
// name, else a file of that name.
func readScenario(name string) (file string, text []byte, err error) {
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
