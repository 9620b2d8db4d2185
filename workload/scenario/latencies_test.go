package scenario

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

const twoLatencies = "name: x\nload: {workers: 10, duration: 1s}\nembedded: {latency: [{share: 0.7, mean: 5ms, sd: 1ms}, {share: 0.3, mean: 50ms}]}\n"

func TestLatenciesOfShares(t *testing.T) {
	s := decode(t, twoLatencies)
	want := []LatencyShare{{0.7, ModelledLatency{5 * time.Millisecond, time.Millisecond}}, {0.3, ModelledLatency{Mean: 50 * time.Millisecond}}}
	if !reflect.DeepEqual(s.Embedded.Latencies, want) || s.Embedded.Latency != (ModelledLatency{}) {
		t.Errorf("got %+v", s.Embedded)
	}
	if got := s.Embedded.Kinds(); !slices.Equal(got, []ModelledLatency{want[0].ModelledLatency, want[1].ModelledLatency}) {
		t.Errorf("got %v", got)
	}
	if s.Embedded.IsZero() {
		t.Error("the latencies count for nothing")
	}
	s = decode(t, twoLatencies, set("embedded.latency.1.mean=7ms", "embedded.latency.0={share: 0.7, mean: 3ms}")...)
	if s.Embedded.Latencies[0].Mean != 3*time.Millisecond || s.Embedded.Latencies[1].Mean != 7*time.Millisecond {
		t.Errorf("by path: got %+v", s.Embedded)
	}
	s = decode(t, twoLatencies, set("embedded.latency={mean: 2ms}")...)
	if len(s.Embedded.Latencies) != 0 || s.Embedded.Latency.Mean != 2*time.Millisecond {
		t.Errorf("a latency for all: got %+v", s.Embedded)
	}
	_, err := Decode("s.yaml", []byte(twoLatencies), set("embedded.latency.mean=2ms")...)
	if got, want := errorText(err), `--set embedded.latency.mean=2ms: unknown element "embedded.latency.mean": elements of embedded.latency are numbered from 0`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	both := decode(t, twoLatencies)
	both.Embedded.Latency.Mean = time.Millisecond
	if got, want := errorText(Validate(both)), "embedded.latency: is given both for all workers and for shares of them"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLatenciesDiffer: a list of latencies is compared as a whole, with another list or
// with a single latency.
func TestLatenciesDiffer(t *testing.T) {
	plain, list := decode(t, "name: x\nload: {workers: 10, duration: 1s}\nembedded: {latency: {mean: 1ms}}\n"), decode(t, twoLatencies)
	const text = "[{ share: 0.7, mean: 5ms, sd: 1ms }, { share: 0.3, mean: 50ms, sd: 0s }]"
	if got, want := Differences(plain, list), []Difference{{"embedded.latency", "{ mean: 1ms, sd: 0s }", text}}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Differences(list, list); len(got) != 0 {
		t.Errorf("of one scenario: %q", got)
	}
}

// TestWorkersHaveTheirShareOfTheLatencies: which workers have which latency depends on the
// seed. Otherwise each part of a mix of policies would have its own latency.
func TestWorkersHaveTheirShareOfTheLatencies(t *testing.T) {
	s := decode(t, twoLatencies+"retry: {mix: [{share: 0.7, policy: fixed}, {share: 0.3, policy: none}]}\n")
	if got := Default(); got.LatencyOf() != nil {
		t.Error("parts without a list")
	}
	orders, together, workers := map[string]bool{}, 0, 0
	for s.Seed = range 200 {
		parts := s.LatencyOf()
		if again := s.LatencyOf(); !slices.Equal(parts, again) {
			t.Fatalf("the same seed gives %v and %v", parts, again)
		}
		slow, order := 0, ""
		for worker, part := range parts {
			slow += part
			order += string(rune('a' + part))
			if _, group := s.Retry.Of(worker, len(parts)); part == 1 {
				workers++
				together += group
			}
		}
		if len(parts) != 10 || slow != 3 {
			t.Fatalf("seed %d: got %v", s.Seed, parts)
		}
		orders[order] = true
	}
	if share := float64(together) / float64(workers); len(orders) < 50 || share < 0.25 || share > 0.35 {
		t.Errorf("%d orders; %.2f of the slow workers have the second policy, want 0.3", len(orders), share)
	}
}
