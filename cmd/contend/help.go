package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/internal/manual"
)

func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:        "help",
		Usage:       "explain a command, or a topic",
		UsageText:   "contend help [COMMAND|TOPIC]",
		Description: "The topics:\n\n" + listedTopics(),
		Action:      p.help,
	}
}

func (p *program) help(c *cli.Context) error {
	if c.Args().Len() == 0 {
		printHelp(p.stdout, c.App)
		return nil
	}
	name, err := oneArgument(c, "command or topic")
	if err != nil {
		return err
	}
	if command := c.App.Command(name); command != nil {
		printHelp(p.stdout, command)
		return nil
	}
	for _, t := range topics() {
		if t.name == name {
			return p.explain(t)
		}
	}
	known := append(topicNames(), commandNames(c.App)...)
	return usage(fmt.Errorf("help: unknown command or topic %q%s", name, meant(name, known)), `"contend help" lists the commands and topics`)
}

// explain prints a topic.
func (p *program) explain(t topic) error {
	return manual.Render(p.stdout, t.text(), manual.Options{Width: width(p.stdout), Color: wantsColour(p.stdout), Reference: reference})
}

// reference is where a reader of the help finds the target of a link.
func reference(destination string) string {
	if strings.HasPrefix(destination, "http") {
		return destination
	}
	file, heading, _ := strings.Cut(destination, "#")
	whole := ""
	for _, t := range topics() {
		switch isIts := file != "" && strings.HasSuffix(t.folder+"/README.md", strings.TrimLeft(file, "./")); {
		case t.section != "" && t.anchor() == heading:
			return "contend help " + t.name
		case t.section == "" && isIts:
			whole = "contend help " + t.name
		}
	}
	return whole
}

func listedTopics() string {
	var b strings.Builder
	for _, t := range topics() {
		fmt.Fprintf(&b, "   %-12s %s\n", t.name, t.about)
	}
	return strings.TrimRight(b.String(), "\n")
}

func topicNames() []string {
	var names []string
	for _, t := range topics() {
		names = append(names, t.name)
	}
	return names
}
