package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"contend/internal/format"
	"contend/workload/plan"
)

func (p *program) validateCommand() *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "list everything that is wrong with a scenario",
		UsageText: "contend validate SCENARIO...",
		Description: "SCENARIO is a file, - for stdin, or a shipped name. Each problem is printed on a line, as file:line:column: problem. The exit\n" +
			"code is 0 if all scenarios are valid, and 2 otherwise. \"contend metrics\" lists what thresholds can limit.",
		Flags:  []cli.Flag{setFlag()},
		Action: p.validate,
	}
}

func (p *program) validate(c *cli.Context) error {
	if c.Args().Len() == 0 {
		_, err := oneScenario(c)
		return err
	}
	overrides, err := setOverrides(c)
	if err != nil {
		return err
	}
	var wrong []error
	for _, name := range c.Args().Slice() {
		plan, err := loadPlan(name, overrides)
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s: valid%s\n", shownAs(name), counted(plan))
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// counted is the number of variants and runs, if there are several, and of the lists that
// an exploration draws from.
func counted(plan *plan.Plan) string {
	text := ""
	if len(plan.Variants) > 1 {
		text = fmt.Sprintf(", %d variants", len(plan.Variants))
	}
	if plan.Repeat > 1 {
		text += fmt.Sprintf(", %d runs each", plan.Repeat)
	}
	if n := len(plan.Drawn); n > 0 {
		text += ", explore draws from " + format.Count(int64(n), "list")
	}
	return text
}
