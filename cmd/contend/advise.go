package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report/advise"
	"contend/report/text"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func (p *program) adviseCommand() *cli.Command {
	return &cli.Command{
		Name:      "advise",
		Usage:     "say which retry policy and which design suit a scenario",
		UsageText: "contend advise SCENARIO [flags]",
		Description: "SCENARIO is a shipped name, a path to a file, or - for stdin. Short runs compare the scenario as it is, other policies for\n" +
			"its design, and other designs, in simulated time and with all checks. No request is sent to any server, whatever the\n" +
			"target. It takes seconds, and the same scenario always gets the same advice.\n\n" +
			"Candidates that count exactly come first, then those that also meet the thresholds. Of these, the ones within a tenth of\n" +
			"the highest throughput remain (in an open loop, the ones that keep up), and the cheapest of them wins. A change is advised\n" +
			"only if it is clearly better. The advice also says what each design costs a month, on demand and provisioned, and in an\n" +
			"open loop how many shards sustain the rate. \"contend help advice\" says more.\n\n" +
			"Exit codes: 0 the advised design passes, 1 error, 2 usage or bad scenario, 3 it does not count exactly, 4 inconclusive or\n" +
			"stopped early, 5 it misses a threshold.\n\n" +
			"   contend advise hot-key\n" +
			"   contend advise mine.yaml --latency 8ms --write-limit 500\n" +
			"   contend advise hot-key --set load.rate=3000/s --reads 50/s",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "latency", Usage: "assume a mean latency of `D` for each request (default: embedded.latency; 5ms for other targets)"},
			&cli.StringFlag{Name: "write-limit", Usage: "assume that an item sustains `N` write units a second (default: embedded.write_capacity; 1000 for other targets)"},
			&cli.StringFlag{Name: "reads", Usage: "in an open loop: reads arrive at `RATE`, such as 50/s, in addition to the increments (default: as in operations)"},
			&cli.StringFlag{Name: "utilisation", Usage: "assume that `SHARE` of the provisioned units is used on average (default: 70%)"},
			&cli.StringFlag{Name: "workers", Aliases: []string{"w"}, Usage: "use `N` workers (default: the scenario's)"},
			&cli.StringFlag{Name: "seed", Usage: "use the seed `N` for everything random (default: the scenario's)"},
			setFlag(),
			formatFlag("advise"),
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "write only errors to stderr"},
		},
		Action: p.advise,
	}
}

func (p *program) advise(c *cli.Context) error {
	name, err := oneScenario(c)
	if err != nil {
		return err
	}
	format, err := chosen(c, "format", formats("advise")...)
	if err != nil {
		return err
	}
	overrides, err := flagOverrides(c)
	if err != nil {
		return err
	}
	o, err := adviseOptions(c)
	if err != nil {
		return err
	}
	asked, err := loadPlan(name, overrides)
	if err != nil {
		return err
	}
	if err := checkOneVariant(asked, "advise"); err != nil {
		return err
	}
	s := newSession(p, c)
	o.Arguments = commandLine(name, overrides)
	what := asked.Variants[0].Scenario
	defer limitGarbage(&what)()
	advice, err := s.ask(c, what, o)
	if err != nil {
		return err
	}
	if format == "json" {
		err = advice.Encode(p.stdout)
	} else {
		err = text.Advice(p.stdout, advice, text.Options{Width: width(p.stdout), Color: wantsColour(p.stdout)})
	}
	return errors.Join(adviceError(advice), err)
}

// ask makes the advice. Ctrl-C ends it.
func (s *session) ask(c *cli.Context, what scenario.Scenario, o advise.Options) (advice *advise.Advice, err error) {
	interrupts := catchInterrupts(c.Context, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	s.say("advise: trying policies and designs for %s in simulated time", what.Name)
	if !s.quiet && isTerminal(s.stderr) {
		o.OnProgress = func(done, all int) { fmt.Fprintf(s.stderr, "\rcontend: %d of %d tried ", done, all) }
	}
	advice, err = advise.Advise(interrupts.setup, what, o)
	if o.OnProgress != nil {
		fmt.Fprint(s.stderr, "\r\x1b[K")
	}
	switch {
	case interrupts.setup.Err() != nil || errors.Is(err, trial.ErrStopped):
		return nil, s.early(true)
	case errors.Is(err, advise.ErrClosedLoop), errors.Is(err, advise.ErrStages), errors.Is(err, advise.ErrNoUpdates):
		return nil, usage(fmt.Errorf("advise: --reads: %w", err), "--set load.rate=500/s makes a load with a rate; --set 'operations={increment: 9, read: 1}' adds reads to any load")
	case errors.Is(err, advise.ErrUnknownDesign):
		return nil, usage(fmt.Errorf("advise: %w", err), `"contend help designs" lists them`)
	case errors.As(err, new(*scenario.Error)):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("advise: %w", err)
	}
	return advice, nil
}

// adviseOptions reads what the scenario may not say.
func adviseOptions(c *cli.Context) (o advise.Options, err error) {
	if c.IsSet("latency") {
		const most = time.Minute
		o.Latency, err = time.ParseDuration(c.String("latency"))
		if err != nil || o.Latency <= 0 || o.Latency > most {
			return o, usage(fmt.Errorf("advise: --latency: must be a duration above 0s and at most %s, such as 5ms, not %q", "1m", c.String("latency")), "")
		}
	}
	if o.ReadsPerS, err = rateFlag(c, "reads"); err != nil {
		return o, err
	}
	if o.Utilisation, err = shareFlag(c, "utilisation"); err != nil {
		return o, err
	}
	if c.IsSet("write-limit") {
		const most = 1_000_000_000
		o.WriteLimit, err = strconv.Atoi(c.String("write-limit"))
		if err != nil || o.WriteLimit < 1 || o.WriteLimit > most {
			return o, usage(fmt.Errorf("advise: --write-limit: must be a whole number from 1 to %d, not %q", most, c.String("write-limit")), "")
		}
	}
	return o, nil
}

// checkOneVariant refuses a campaign of several variants.
func checkOneVariant(p *plan.Plan, command string) error {
	if len(p.Variants) == 1 {
		return nil
	}
	return usage(fmt.Errorf("%s: the scenario has a matrix of %d variants: ask about one of them", command, len(p.Variants)),
		"choose one by flags, as in"+choosing(p))
}

// choosing are the flags that choose the first variant: no matrix, and its values.
func choosing(p *plan.Plan) string {
	flags := " --set " + advise.Quoted(scenario.MatrixField+"={}")
	for _, v := range p.Variants[0].Values {
		flags += " --set " + advise.Quoted(v.Path+"="+v.Value)
	}
	return flags
}

// commandLine is the scenario and its flags, as a shell reads them.
func commandLine(name string, overrides []scenario.Override) string {
	line := advise.Quoted(name)
	for _, o := range overrides {
		value := o.Value
		if o.Source == "--set" {
			value = o.Path + "=" + o.Value
		}
		line += " " + o.Source + " " + advise.Quoted(value)
	}
	return line
}

// adviceError is the exit code of the advised design; nil if it passes.
func adviceError(a *advise.Advice) error {
	advised := &a.Candidates[a.Design.Candidate]
	if err := verdictError(advised.Verdict); err != nil {
		return err
	}
	if len(advised.Missed) > 0 {
		return &missed{}
	}
	return nil
}
