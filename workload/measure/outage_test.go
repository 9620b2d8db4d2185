package measure

import (
	"testing"
	"time"
)

func TestOutagesAddUp(t *testing.T) {
	var all outage
	check(t, "none", all.warning(time.Second), "")
	all.add(outage{attempts: 2, first: 5e9, last: 6e9})
	all.add(outage{})
	all.add(outage{attempts: 1, first: 4e9, last: 5e9})
	check(t, "sum", all, outage{attempts: 3, first: 4e9, last: 6e9})
}
