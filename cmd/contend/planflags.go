package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// rateFlag reads a rate such as 50/s or 90/m, in units a second; 0 if the flag is not given.
func rateFlag(c *cli.Context, name string) (float64, error) {
	if !c.IsSet(name) {
		return 0, nil
	}
	const most = 1e6
	text := c.String(name)
	number, unit, _ := strings.Cut(text, "/")
	rate, err := strconv.ParseFloat(number, 64)
	if unit == "m" {
		rate /= time.Minute.Seconds()
	}
	if err != nil || unit != "s" && unit != "m" || !(rate > 0) || rate > most {
		return 0, usage(fmt.Errorf("%s: --%s: must be a rate above 0 and at most %.0f/s, such as 50/s or 90/m, not %q", c.Command.Name, name, most, text), "")
	}
	return rate, nil
}

// shareFlag reads a share such as 70% or 0.7, above 0 and at most 1; 0 if the flag is not
// given.
func shareFlag(c *cli.Context, name string) (float64, error) {
	if !c.IsSet(name) {
		return 0, nil
	}
	text := c.String(name)
	number, isPercent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if isPercent {
		share /= 100
	}
	if err != nil || !(share > 0) || share > 1 {
		return 0, usage(fmt.Errorf("%s: --%s: must be a share above 0 and at most 100%%, such as 70%% or 0.7, not %q", c.Command.Name, name, text), "")
	}
	return share, nil
}
