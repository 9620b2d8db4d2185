package threshold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contend/internal/pattern"
)

// percentileName matches the prefix of a latency and a number. Its decimals follow a
// point or, as in the names in files, an underscore. With more than six decimals a
// percentile would need more values than a run can have.
var percentileName = pattern.Lazy(`^((?:[a-z]+\.)?)p(0|[1-9][0-9]*)(?:[._]([0-9]{1,6}))?$`)

// Percentile splits the name of a percentile: read.p99.5 and read.p99_5 are both the
// 99.5th percentile of the latency "read.". The percentile is in (0, 100]; ok is
// false for any other name.
func Percentile(name string) (latency string, percentile float64, ok bool) {
	parts := percentileName().FindStringSubmatch(name)
	if parts == nil || !slices.Contains(latencies(), parts[1]) {
		return "", 0, false
	}
	percentile, err := strconv.ParseFloat(parts[2]+"."+parts[3], 64)
	if err != nil || percentile <= 0 || percentile > 100 {
		return "", 0, false
	}
	return parts[1], percentile, true
}

// PercentileName is the inverse of [Percentile]; it writes an underscore before the
// decimals.
func PercentileName(latency string, percentile float64) string {
	return latency + "p" + strings.ReplaceAll(strconv.FormatFloat(percentile, 'f', -1, 64), ".", "_")
}

// notAPercentile says what is wrong with a name that looks like a percentile's; nil
// if it does not look like one.
func notAPercentile(name string) error {
	parts := percentileName().FindStringSubmatch(name)
	if parts == nil || !slices.Contains(latencies(), parts[1]) {
		return nil
	}
	return fmt.Errorf("%s is not a percentile: one is above 0 and at most 100", name)
}
