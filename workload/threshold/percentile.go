package threshold

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// percentileName is a time and a number, the decimals after a point or, as names in
// files have it, an underscore. More decimals than six are of more values than a
// run can have.
var percentileName = regexp.MustCompile(`^((?:[a-z]+\.)?)p(0|[1-9][0-9]*)(?:[._]([0-9]{1,6}))?$`)

// Percentile takes the name of a percentile apart: read.p99.5 and read.p99_5 are the
// 99.5th percentile of "read.". The percentile is in (0, 100]; ok is false for all
// other names.
func Percentile(name string) (latency string, percentile float64, ok bool) {
	parts := percentileName.FindStringSubmatch(name)
	if parts == nil || !slices.Contains(latencies(), parts[1]) {
		return "", 0, false
	}
	percentile, err := strconv.ParseFloat(parts[2]+"."+parts[3], 64)
	if err != nil || percentile <= 0 || percentile > 100 {
		return "", 0, false
	}
	return parts[1], percentile, true
}

// PercentileName is the name of a percentile of one of the times that [Percentile]
// knows.
func PercentileName(latency string, percentile float64) string {
	return latency + "p" + strings.ReplaceAll(strconv.FormatFloat(percentile, 'f', -1, 64), ".", "_")
}

// notAPercentile says what is wrong with a name that looks like a percentile's; nil
// if it does not look like one.
func notAPercentile(name string) error {
	parts := percentileName.FindStringSubmatch(name)
	if parts == nil || !slices.Contains(latencies(), parts[1]) {
		return nil
	}
	return fmt.Errorf("%s is not a percentile: one is above 0 and at most 100", name)
}
