package scenario

import (
	"slices"
	"testing"
)

func TestDifferences(t *testing.T) {
	decode := func(text string) Scenario {
		s, err := Decode("s.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	plain := decode("name: x\nload: {workers: 8, duration: 1s}\n")
	if got := Differences(plain, plain); len(got) != 0 {
		t.Errorf("of one scenario: %v", got)
	}
	other := decode("name: x\nload: {workers: 9, operations: 5}\nretry: {on: [conflict]}\nfaults: [{kind: reset, count: 1}]\n")
	got := Differences(plain, other)
	want := []Difference{
		{"retry.on", "[conflict, throttled, unknown]", "[conflict]"},
		{"load.workers", "8", "9"},
		{"load.duration", "1s", ""},
		{"load.operations", "", "5"},
		{"faults", "", "[{ kind: reset, count: 1 }]"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
