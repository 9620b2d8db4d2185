package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"contend/workload/plan"
)

func (p *program) schemaCommand() *cli.Command {
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of scenarios, for editors",
		UsageText: "contend schema > contend.schema.json",
		Description: "Editors that support YAML schemas (VS Code and others, with yaml-language-server) complete and check a scenario that\n" +
			"begins with this line, if the schema is in the same folder:\n\n" +
			"   # yaml-language-server: $schema=contend.schema.json\n\n" +
			"The shipped scenarios have that line. \"contend validate\" finds more mistakes: a schema cannot say that a warm-up must be\n" +
			"shorter than the load.",
		Action: p.schema,
	}
}

func (p *program) schema(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	_, err := p.stdout.Write(plan.Schema())
	return err
}

// noArguments refuses the arguments of a command that takes none.
func noArguments(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return nil
	}
	return usage(fmt.Errorf("%s: takes no arguments, not %q", c.Command.Name, c.Args().First()), explainsFlags(c.Command.Name))
}
