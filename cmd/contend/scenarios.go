package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"contend/scenarios"
	"contend/workload/plan"
)

func (p *program) scenariosCommand() *cli.Command {
	return &cli.Command{
		Name:      "scenarios",
		Usage:     "list the shipped scenarios, or print one",
		UsageText: "contend scenarios [NAME]",
		Description: "To change a scenario, print it into a file and run the file:\n\n" +
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
