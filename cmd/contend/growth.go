package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"contend/counter"
	"contend/internal/suggest"
	"contend/report/growth"
	"contend/report/text"
)

// growthFlags are the flags of contend capacity --horizon.
func growthFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "horizon", Usage: "plan the cost of the counters over `D`, such as 30d or 12h"},
		&cli.StringFlag{Name: "rate", Usage: "with --horizon: increments arrive at `RATE`, on all counters together, such as 50/s (default: as in load.rate)"},
		&cli.StringFlag{Name: "reads", Usage: "with --horizon: reads arrive at `RATE`, such as 5/s (default: as in load.rate; none if --rate is given)"},
		&cli.StringFlag{Name: "design", Usage: "with --horizon: plan for the design `NAME`, several separated by commas, or all (default: the scenario's)"},
		&cli.IntFlag{Name: "token-bytes", DefaultText: "20", Usage: "with --horizon: each operation's token has `N` bytes, 16 to 36; a UUID has 36"},
	}
}

// checkGrowthFlags refuses flags of a search beside a horizon, and the others without one.
func checkGrowthFlags(c *cli.Context) error {
	with := []string{"set", "format", "quiet", "help"}
	for _, f := range growthFlags() {
		name := f.Names()[0]
		with = append(with, name)
		if !c.IsSet("horizon") && c.IsSet(name) {
			return usage(fmt.Errorf("capacity: --%s needs --horizon", name), "as in --horizon 30d --rate 50/s")
		}
	}
	if !c.IsSet("horizon") {
		return nil
	}
	for _, f := range c.Command.Flags {
		if name := f.Names()[0]; c.IsSet(name) && !slices.Contains(with, name) {
			return usage(fmt.Errorf("capacity: --%s cannot be combined with --horizon: nothing is searched", name), "")
		}
	}
	return nil
}

// growth plans over the horizon of the flags.
func (p *program) growth(c *cli.Context) error {
	name, err := oneScenario(c)
	if err != nil {
		return err
	}
	format, err := chosen(c, "format", formats("capacity")...)
	if err != nil {
		return err
	}
	overrides, err := setOverrides(c)
	if err != nil {
		return err
	}
	o, err := growthOptions(c)
	if err != nil {
		return err
	}
	asked, err := loadPlan(name, overrides)
	if err != nil {
		return err
	}
	if err := checkOneVariant(asked, "capacity"); err != nil {
		return err
	}
	plan, err := growth.Plan(c.Context, asked.Variants[0].Scenario, o)
	switch {
	case errors.Is(err, growth.ErrNoRate):
		return usage(fmt.Errorf("capacity: --horizon: %w", err), "--rate 50/s says how many increments arrive")
	case errors.Is(err, growth.ErrTokenBytes):
		return usage(fmt.Errorf("capacity: --token-bytes: %w", err), "")
	case err != nil:
		return fmt.Errorf("capacity: %w", err)
	}
	if format == "json" {
		return plan.Encode(p.stdout)
	}
	return text.Growth(p.stdout, plan, text.Options{Width: width(p.stdout), Color: wantsColour(p.stdout)})
}

func growthOptions(c *cli.Context) (o growth.Options, err error) {
	if o.Horizon, err = horizonFlag(c); err != nil {
		return o, err
	}
	if o.RatePerS, err = rateFlag(c, "rate"); err != nil {
		return o, err
	}
	if o.ReadsPerS, err = rateFlag(c, "reads"); err != nil {
		return o, err
	}
	if o.TokenBytes = c.Int("token-bytes"); c.IsSet("token-bytes") && o.TokenBytes == 0 {
		return o, usage(fmt.Errorf("capacity: --token-bytes: %w", growth.ErrTokenBytes), "")
	}
	o.Designs, err = designsFlag(c)
	return o, err
}

// horizonFlag reads a duration that may have days, such as 30d or 1d12h.
func horizonFlag(c *cli.Context) (time.Duration, error) {
	const day, most = 24 * time.Hour, 10 * 365 * 24 * time.Hour
	given := c.String("horizon")
	days, rest, hasDays := strings.Cut(given, "d")
	if !hasDays {
		days, rest = "0", given
	}
	if rest == "" {
		rest = "0s"
	}
	n, err := strconv.ParseFloat(days, 64)
	hours, restErr := time.ParseDuration(rest)
	whole := n*float64(day) + float64(hours)
	if err != nil || restErr != nil || n < 0 || hours < 0 || !(whole > 0) || whole > float64(most) {
		return 0, usage(fmt.Errorf("capacity: --horizon: must be a time above 0s and at most 3650d, such as 30d or 12h, not %q", given), "")
	}
	return time.Duration(whole), nil
}

// designsFlag reads the names of designs; nil if the flag is not given.
func designsFlag(c *cli.Context) ([]string, error) {
	if !c.IsSet("design") {
		return nil, nil
	}
	all := counter.StrategyNames()
	if c.String("design") == "all" {
		return all, nil
	}
	names := strings.Split(c.String("design"), ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
		if !slices.Contains(all, names[i]) {
			return nil, usage(fmt.Errorf("capacity: --design: unknown design %q%s", names[i], suggest.Hint(names[i], all)), `"contend help designs" lists them; all is all of them`)
		}
	}
	return names, nil
}
