package scenario

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/pattern"
	"contend/workload/scenario/yamltree"
)

var exponentialPattern = pattern.Lazy(`^exponential\((.*)\)$`)

const thinkExpected = "a duration such as 250ms, or exponential(250ms)"

// think is a duration, or exponential(mean). Encode leaves it out of an open loop, which
// has none.
func think() value {
	at := func(s *Scenario) *time.Duration { return &s.Load.Think }
	plain := duration(at, 0, maxWait)
	read := func(n *yamltree.Node, s *Scenario) string {
		match := exponentialPattern().FindStringSubmatch(n.Text)
		if s.Load.ThinkVaries = match != nil; !s.Load.ThinkVaries {
			return readDuration(n, at(s), thinkExpected)
		}
		mean := &yamltree.Node{Kind: yamltree.ScalarNode, Text: strings.TrimSpace(match[1])}
		if message := readDuration(mean, at(s), thinkExpected); message != "" {
			return "the mean of exponential: " + message
		}
		return ""
	}
	return value{
		read:  scalar(read, thinkExpected),
		check: func(s Scenario) string { return checkMeanThink(s, plain.check(s)) },
		write: func(s Scenario) string {
			switch {
			case s.Load.Open():
				return ""
			case s.Load.ThinkVaries:
				return fmt.Sprintf("exponential(%s)", plain.write(s))
			}
			return plain.write(s)
		},
		schema: anyOf(durationSchema(0), matching(`^exponential\(\s*`+durationPattern+`\s*\)$`)),
	}
}

func checkMeanThink(s Scenario, outside string) string {
	switch {
	case !s.Load.ThinkVaries || outside != "":
		return outside
	case s.Load.Think == 0:
		return "the mean of exponential must be above 0s"
	}
	return ""
}
