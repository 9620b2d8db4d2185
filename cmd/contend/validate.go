package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

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
