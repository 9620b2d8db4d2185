package report

import (
	"math"
	"testing"
)

func TestExcessDoesNotOverflow(t *testing.T) {
	c := Counter{Initial: math.MinInt64, Final: new(int64(math.MaxInt64)), Acknowledged: -1}
	if got := c.Excess().String(); got != "18446744073709551616" {
		t.Errorf("got %s", got)
	}
}
