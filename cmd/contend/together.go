package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"contend/workload/check"
	"contend/workload/plan"
	"contend/workload/trial"
)

// machineFlags are those of a run that several machines make together.
func machineFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "machine", Usage: "run as machine `I/N`: I counts from 0, and N machines share the load of one run. Jobs of Kubernetes, Slurm and Nomad need no --machine (\"contend help machines\")"},
		&cli.StringFlag{Name: "run", Usage: "with --machine: the `ID` of the run, the same on all machines, and different for each run"},
		&cli.DurationFlag{Name: "join-timeout", Value: time.Minute, Usage: "with --machine: wait up to `D` for the other machines"},
		&cli.StringFlag{Name: "results", Usage: "with --machine: write the files to `DIR`/ID/machine-I (default: runs)"},
	}
}

// takePart finds out which part of the plan this process makes, and where its files go. The
// zero value is the whole.
func (s *session) takePart(c *cli.Context, plan *plan.Plan) error {
	found, err := machineOf(c.String("machine"), c.String("run"), os.Getenv)
	if err != nil {
		return withRun(err)
	}
	if found.note != "" {
		s.say("%s", found.note)
	}
	if found.machines == 0 {
		return withoutMachine(c)
	}
	if err := checkPart(c, plan); err != nil {
		return err
	}
	s.part.Run, s.part.Machine, s.part.Machines = found.run, found.machine, found.machines
	s.part.JoinTimeout = c.Duration("join-timeout")
	for i := range plan.Variants {
		if err := trial.CheckMachine(&plan.Variants[i].Scenario, s.part); err != nil {
			return usages("run", trial.Parts(err))
		}
	}
	results := c.String("results")
	if results == "" {
		results = "runs"
	}
	s.partFolder = filepath.Join(results, found.run, "machine-"+strconv.Itoa(found.machine))
	if found.from != "--machine" {
		s.say("machine %d of %d in run %s, by %s", found.machine, found.machines, found.run, found.from)
	}
	return nil
}

// withRun names the command in an error of its flags.
func withRun(err error) error { return fmt.Errorf("run: %w", err) }

// withoutMachine refuses flags that mean nothing for a run on one machine.
func withoutMachine(c *cli.Context) error {
	for _, name := range []string{"join-timeout", "results"} {
		if c.IsSet(name) {
			return usage(fmt.Errorf("run: --%s needs --machine", name), "it is for a run on several machines")
		}
	}
	return nil
}

// verdictError is that of a run. The part of one machine cannot be judged alone, so that it is
// no failure if its verdict is inconclusive.
func (s *session) verdictError(status check.Status) error {
	if s.part.Whole() || status != check.Inconclusive {
		return verdictError(status)
	}
	s.say("this is part %d of %d: \"contend merge %s\" judges the whole, once the folders of all machines are there", s.part.Machine, s.part.Machines, filepath.Dir(s.partFolder))
	return nil
}

// checkPart refuses what several machines cannot do together.
func checkPart(c *cli.Context, plan *plan.Plan) error {
	var all []error
	if !plan.Single() {
		all = append(all, errors.New("a campaign cannot run on several machines: start each of its runs separately"))
	}
	for _, flag := range []struct{ name, why string }{
		{"out", "the files of a machine go to --results DIR"},
		{"compare-simulated", "a part of a run has no simulated run of its own"},
	} {
		if c.IsSet(flag.name) {
			all = append(all, fmt.Errorf("--%s cannot be combined with --machine: %s", flag.name, flag.why))
		}
	}
	if c.Duration("join-timeout") <= 0 {
		all = append(all, errors.New("--join-timeout: must be above 0"))
	}
	return usages("run", all)
}
