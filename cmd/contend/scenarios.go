package main

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/scenarios"
	"contend/workload/plan"
)

func (p *program) scenariosCommand() *cli.Command {
	return &cli.Command{
		Name:      "scenarios",
		Usage:     "list the shipped scenarios, or print one",
		UsageText: "contend scenarios [NAME]\ncontend scenarios NAME --file FILE",
		Description: "To change a scenario, print it into a file and run the file:\n\n" +
			"   contend scenarios hot-key > mine.yaml\n" +
			"   contend run mine.yaml\n\n" +
			"Some scenarios come with example programs for the strategy exec (\"contend help exec\"):\n\n" +
			"   contend scenarios own-counter --file safe.py > my_counter.py",
		Flags:  []cli.Flag{&cli.StringFlag{Name: "file", Usage: "print the program `FILE` that comes with the scenario"}},
		Action: p.scenarios,
	}
}

func (p *program) scenarios(c *cli.Context) error {
	if c.Args().Len() == 0 && !c.IsSet("file") {
		return p.listScenarios()
	}
	name, err := oneArgument(c, "scenario")
	if err != nil {
		return err
	}
	if c.IsSet("file") {
		return p.printProgram(name, c.String("file"))
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

// printProgram prints a program that comes with a scenario.
func (p *program) printProgram(scenario, file string) error {
	if _, err := shipped(scenario); err != nil {
		return err
	}
	programs := scenarios.Programs(scenario)
	if programs == nil {
		return usage(fmt.Errorf("scenarios: no programs come with %q", scenario), "contend scenarios own-counter --file safe.py")
	}
	text, err := fs.ReadFile(programs, file)
	if err != nil {
		known, err := filesIn(programs)
		if err != nil {
			return err
		}
		return usage(fmt.Errorf("scenarios: no program %q comes with %q (known: %s)", file, scenario, strings.Join(known, ", ")), "")
	}
	_, err = p.stdout.Write(text)
	return err
}

// filesIn lists the files of a folder and of those in it.
func filesIn(folder fs.FS) (paths []string, err error) {
	err = fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}
