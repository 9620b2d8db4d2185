package capacity

import (
	"fmt"
	"time"

	"contend/workload/scenario"
)

// replay is the command that makes the trial again which shows the load that meets the
// goals; "" if there is none.
func (h *search) replayCommand() string {
	t := h.found.lastAt(h.found.KeptLoad())
	if t == nil {
		return ""
	}
	arguments := h.options.Arguments
	if arguments == "" {
		arguments = h.scenario.Name
	}
	line := fmt.Sprintf("contend run %s --set %s=%s --duration %s --set load.warmup=%s --seed %d", arguments, h.options.Find, h.plain(t.Load),
		shortDuration(t.LengthS+t.WarmupS), shortDuration(t.WarmupS), t.Seed)
	if h.drains {
		line += " --set embedded.burst_used=true"
	}
	if h.scenario.Target == scenario.TargetSimulated || h.scenario.Target == scenario.TargetEmbedded {
		line += " --target " + h.scenario.Target
	}
	return line
}

// plain is a load as --set reads it.
func (h *search) plain(load float64) string {
	if h.options.Find == Rate {
		return Rate.Format(load)
	}
	return fmt.Sprint(int(load))
}

func shortDuration(s float64) string { return seconds(s).Round(time.Millisecond).String() }
