package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"contend/scenarios"
	"contend/workload/check"
	"contend/workload/trial"
)

// execCheckName is the command whose arguments after the first are another program's.
const execCheckName = "exec-check"

func (p *program) execCheckCommand() *cli.Command {
	return &cli.Command{
		Name:      execCheckName,
		Usage:     "test that your own program speaks the exec protocol, and say what it gets wrong",
		UsageText: "contend exec-check COMMAND [ARGUMENT...]",
		Description: "COMMAND is a program for the strategy exec. It is asked for 16 operations on the embedded server, one after another and\n" +
			"without faults. Both sides of the conversation are printed, followed by everything that the program said or did wrong.\n" +
			"\"contend help exec\" describes the protocol.\n\n" +
			"Exit codes: 0 nothing is wrong, 1 error, 2 usage, 3 something is wrong.\n\n" +
			"   contend exec-check python3 my_counter.py",
		Action: p.execCheck,
	}
}

func (p *program) execCheck(c *cli.Context) (err error) {
	if c.Args().Len() == 0 {
		return usage(errors.New("exec-check: missing COMMAND"), "contend exec-check python3 my_counter.py")
	}
	interrupts := catchInterrupts(c.Context, p.sayInterrupted)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	found, err := trial.CheckProgram(interrupts.ctx, c.Args().Slice(), trial.Options{
		Environment: os.Environ(), Examples: scenarios.Examples(), Stop: interrupts.stop, OnLine: p.printLine,
	})
	if err != nil {
		return fmt.Errorf("exec-check: %w", err)
	}
	for _, problem := range found.Problems {
		fmt.Fprintf(p.stdout, "wrong: %s\n", problem)
	}
	if len(found.Problems) > 0 {
		return verdictError(check.Fail)
	}
	_, err = fmt.Fprintf(p.stdout, "right: the program carried out %d operations, and said of each what it did\n", found.Operations)
	return err
}

// printLine prints a line of the conversation.
func (p *program) printLine(fromProgram bool, line string) {
	arrow := "→"
	if fromProgram {
		arrow = "←"
	}
	fmt.Fprintf(p.stdout, "%s %s\n", arrow, line)
}
