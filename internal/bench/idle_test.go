package bench_test

import (
	"os"
	"strconv"
	"strings"
)

// processors are the times that this machine's processors have spent so far, in the unit
// of /proc/stat.
type processors struct{ idle, all float64 }

// processorTimes returns zeros where there is no /proc/stat.
func processorTimes() (p processors) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return p
	}
	first, _, _ := strings.Cut(string(text), "\n")
	const (
		idle  = 4 // the fourth number: fields[0] is a name
		guest = 9 // guests are in the user time already
	)
	for i, field := range strings.Fields(first) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil || i >= guest {
			continue
		}
		p.all += n
		if i == idle {
			p.idle += n
		}
	}
	return p
}

// idleSince returns the share of the processors' time since then in which they had nothing
// to do; 1 if that is not known.
func (p processors) idleSince(before processors) float64 {
	if p.all <= before.all {
		return 1
	}
	return (p.idle - before.idle) / (p.all - before.all)
}
