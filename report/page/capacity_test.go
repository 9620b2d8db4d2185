package page

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"contend/report/capacity"
	"contend/workload/scenario"
)

// TestCapacity: the page says the answer first, shows three curves with the law and the
// bracket in them, the price, and no text of a scenario as markup.
func TestCapacity(t *testing.T) {
	s := scenario.Default()
	s.Target, s.Name, s.Description = scenario.TargetSimulated, "hot", "<script>alert(1)</script>"
	s.Load.Workers = 8
	s.Embedded.Latency.Mean = 10 * time.Millisecond
	c, err := capacity.Search(t.Context(), s, capacity.Options{Trial: capacity.LeastTrial, Require: 1})
	if err != nil {
		t.Fatal(err)
	}
	text := pageOf(t, c)
	for _, want := range []string{c.Answer[:10], ">limit<", ">law<", "Conflict rate", "× 1.2", "backlog growth &lt; 1%", "/month", "sustained", "capacity.json beside it"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if n := strings.Count(text, "<figure>"); n != 3 {
		t.Errorf("%d charts, want 3", n)
	}
	if strings.Contains(text, "<script") {
		t.Error("a description became markup")
	}
	c.Lower, c.Upper, c.Complete, c.Stopped = nil, nil, false, "stopped before its end"
	if text := pageOf(t, c); strings.Contains(text, ">limit<") || !strings.Contains(text, c.Stopped) {
		t.Error("a search without a result shows one, or does not say that it was stopped")
	}
}

func pageOf(t *testing.T, c *capacity.Capacity) string {
	t.Helper()
	var page bytes.Buffer
	if err := Capacity(&page, c); err != nil {
		t.Fatal(err)
	}
	return page.String()
}
