package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// formatFlag chooses one of the formats of a command.
func formatFlag(command string) cli.Flag {
	all := formats(command)
	last := len(all) - 1
	return &cli.StringFlag{
		Name: "format", Value: all[0], DefaultText: all[0],
		Usage: "write `FORMAT` to stdout: " + strings.Join(all[:last], ", ") + " or " + all[last],
	}
}

// formats are the formats that a command can write; the first is the default.
func formats(command string) []string {
	switch command {
	case "report":
		return []string{"text", "json", "html", "markdown", "junit", "csv", "hgrm"}
	case "merge":
		return []string{"text", "json", "markdown", "junit"}
	case "compare":
		return []string{"text", "json", "html", "markdown", "csv"}
	}
	return []string{"text", "json"}
}
