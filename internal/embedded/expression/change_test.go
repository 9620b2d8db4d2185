package expression

import (
	"fmt"
	"testing"

	"contend/internal/embedded/attribute"
)

func TestChangeOf(t *testing.T) {
	values := map[string]attribute.Value{
		":n": attribute.Of(3), ":z": attribute.Of(7), ":s": {Kind: attribute.String, Text: "x"},
		":m": attribute.OfFields(attribute.Item{}),
	}
	for _, c := range []struct{ text, want string }{
		{"ADD hits :n", "adds 3 from 0"},
		{"SET hits = hits + :n", "adds 3 from 0"},
		{"SET hits = :n + hits", "adds 3 from 0"},
		{"SET hits = hits - :n", "adds -3 from 0"},
		{"SET hits = if_not_exists(hits, :z) + :n", "adds 3 from 7"},
		{"SET hits = :n - hits", "depends"},
		{"SET hits = seen + :n", "depends"},
		{"SET hits = if_not_exists(second_one, :z) + :n", "depends"},
		{"SET hits = if_not_exists(hits, :z)", "depends"},
		{"SET hits = :n", "assigns 3"},
		{"SET hits = :s", "assigns S"},
		{"REMOVE hits", "removes"},
		{"SET hits.deep = :n", "depends"},
		{"SET hits[0] = :n", "depends"},
		{"SET second_one = :n", "untouched"},
		{"SET second_one = :n ADD hits :n", "adds 3 from 0"},
	} {
		u, err := ParseUpdate(c.text, &Placeholders{Values: ValuesOf(values)})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if got := changeText(u.ChangeOf([]string{"hits"})); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
	u, err := ParseUpdate("SET stats = :m", &Placeholders{Values: ValuesOf(values)})
	if err != nil {
		t.Fatal(err)
	}
	if got := changeText(u.ChangeOf([]string{"stats", "hits"})); got != "depends" {
		t.Errorf("a map assigned around a nested attribute: got %s", got)
	}
}

func changeText(c Change) string {
	switch {
	case c.Way == Adds:
		return fmt.Sprintf("adds %s from %s", c.Number, c.Start)
	case c.Way == Assigns && c.Value.Kind == attribute.Unset:
		return "removes"
	case c.Way == Assigns && c.Value.Kind == attribute.Number:
		return "assigns " + c.Value.Num.String()
	case c.Way == Assigns:
		return "assigns " + c.Value.Kind.String()
	case c.Way == Depends:
		return "depends"
	}
	return "untouched"
}

func TestPins(t *testing.T) {
	values := map[string]attribute.Value{":n": attribute.Of(3), ":m": attribute.Of(4)}
	for _, c := range []struct{ text, want string }{
		{"hits = :n", "3 alone"},
		{":n = hits", "3 alone"},
		{"hits = :n AND seen = :m", "3"},
		{"seen = :m AND (hits = :n AND thrice = :m)", "3"},
		{"attribute_not_exists(hits)", "absent alone"},
		{"attribute_not_exists(hits) AND seen = :m", "absent"},
		{"hits = :n OR seen = :m", "none"},
		{"NOT hits = :n", "none"},
		{"hits < :n", "none"},
		{"hits.deep = :n", "none"},
		{"attribute_exists(hits)", "none"},
	} {
		condition, err := ParseCondition(c.text, &Placeholders{Values: ValuesOf(values)})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		pin := condition.Pins([]string{"hits"})
		got := "none"
		if pin.Known {
			got = "absent"
			if pin.Value.Kind == attribute.Number {
				got = pin.Value.Num.String()
			}
		}
		if pin.Alone {
			got += " alone"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
}
