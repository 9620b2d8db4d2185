package expression

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"contend/internal/embedded/attribute"
	"contend/internal/longtest"
)

// answers returns the result of an expression with some placeholders: the refusal, or
// its effect on [stored], and the placeholders that are unused.
func answers(t *testing.T, from source, p *Placeholders) string {
	t.Helper()
	old := item(t, stored)
	var err error
	made := ""
	switch from.label {
	case updateLabel:
		var u *Update
		if u, err = ParseUpdate(from.text, p); err == nil {
			changed, refused := u.Apply(old)
			made = fmt.Sprint(sorted(changed), refused, u.Targets(), sorted(u.Touched(old)))
		}
	case projectionLabel:
		var projection *Projection
		if projection, err = ParseProjection(from.text, p); err == nil {
			made = sorted(projection.Apply(old))
		}
	case keyConditionLabel:
		var k *KeyCondition
		if k, err = ParseKeyCondition(from.text, p); err == nil {
			comparisons, refused := k.Comparisons()
			made = fmt.Sprint(comparisons, refused)
		}
	default:
		var c *Condition
		if c, err = ParseCondition(from.text, p); err == nil {
			made = fmt.Sprint(c.Match(old), c.Match(nil), c.Uses())
		}
	}
	return fmt.Sprint(made, " ", err, " ", p.Unused())
}

func sorted(item attribute.Item) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(item)) {
		text.WriteString(name)
		text.Write(canonical(item[name]))
	}
	return text.String()
}

// canonical is a value with the fields of its own maps in order.
func canonical(v attribute.Value) []byte {
	if v.Kind == attribute.Map {
		return []byte("{" + sorted(v.Fields()) + "}")
	}
	if v.Kind == attribute.List {
		var all []byte
		for _, e := range v.Elements() {
			all = append(append(all, canonical(e)...), ',')
		}
		return all
	}
	return v.AppendJSON(nil)
}

// expressions returns all expressions in the tables of this package.
func expressions() []source {
	var all []source
	for _, c := range slices.Concat(matches, matchesNothing, atLimits) {
		all = append(all, source{conditionLabel, c.text}, source{keyConditionLabel, c.text})
	}
	for _, c := range slices.Concat(conditionRefusals, beyondLimits) {
		all = append(all, source{conditionLabel, c.text})
	}
	for _, c := range updateRefusals {
		all = append(all, source{updateLabel, c.text})
	}
	for _, c := range projectionRefusals {
		all = append(all, source{projectionLabel, c.text})
	}
	for _, c := range changes {
		all = append(all, source{updateLabel, c.text})
	}
	for _, c := range itemRefusals {
		all = append(all, source{updateLabel, c.text})
	}
	for _, c := range projections {
		all = append(all, source{projectionLabel, c.text})
	}
	return append(all, source{keyConditionLabel, "#n = :n AND begins_with(#k, :s)"},
		source{conditionLabel, "a BETWEEN :n AND :two"}, source{conditionLabel, "attribute_type(a, :S) AND contains(ss, :a)"})
}

// TestTheCacheChangesNoAnswer: an expression from the cache gives the same result as if
// it were parsed again. Its new values and names may be of the wrong kind, in the wrong
// order, missing, or renamed.
func TestTheCacheChangesNoAnswer(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	values := item(t, operands)
	kept := NewCache()
	places := slices.Sorted(maps.Keys(values))
	shuffled := func() (map[string]string, attribute.Item) {
		drawnNames, drawnValues := maps.Clone(names), maps.Clone(values)
		for range random.IntN(12) {
			drawnValues[places[random.IntN(len(places))]] = values[places[random.IntN(len(places))]]
		}
		if random.IntN(4) == 0 {
			delete(drawnValues, places[random.IntN(len(places))])
		}
		if random.IntN(4) == 0 {
			drawnNames["#n"] = []string{"l", "m", "half", "n"}[random.IntN(4)]
		}
		if random.IntN(8) == 0 {
			delete(drawnNames, "#k")
		}
		return drawnNames, drawnValues
	}
	for _, from := range expressions() {
		for range longtest.Count(3, 8) {
			drawnNames, drawnValues := shuffled()
			want := answers(t, from, &Placeholders{Names: drawnNames, Values: ValuesOf(drawnValues)})
			if got := answers(t, from, &Placeholders{Names: drawnNames, Values: ValuesOf(drawnValues), Cache: kept}); got != want {
				t.Fatalf("%s %.200q with %v and %v:\n got  %s\n want %s", from.label, from.text, drawnNames, drawnValues, got, want)
			}
		}
	}
}

// TestTheCacheIsUsed: an expression is not parsed again with other values, but is with
// other names.
func TestTheCacheIsUsed(t *testing.T) {
	kept := NewCache()
	read := func(name string, value attribute.Value) *Condition {
		c, err := ParseCondition("#n = :n", &Placeholders{Names: map[string]string{"#n": name}, Values: ValuesOf(attribute.Item{":n": value}), Cache: kept})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first, again, other := read("n", attribute.Of(1)), read("n", attribute.Of(5)), read("half", attribute.Of(5))
	if first.root != again.root || first.root == other.root || read("n", attribute.Of(1)).root != first.root {
		t.Error("it was read again, or not with its own names")
	}
	if old := item(t, stored); first.Match(old) || !again.Match(old) || other.Match(old) {
		t.Error("values or names were mixed up")
	}
}

// TestTheCacheIsBounded: the cache does not grow without end, and keeps the expressions
// in use.
func TestTheCacheIsBounded(t *testing.T) {
	kept := NewCache()
	var used *node
	for i := range 10_000 {
		long := fmt.Sprintf("a%d = :n OR %s = :n", i, strings.Repeat("b", i%3000+1))
		for _, text := range []string{long, "n = :n"} {
			c, err := ParseCondition(text, &Placeholders{Values: ValuesOf(attribute.Item{":n": attribute.Of(1)}), Cache: kept})
			if err != nil {
				t.Fatal(err)
			}
			if text == long {
				continue
			}
			if used != nil && c.root != used {
				t.Fatalf("an expression in use was read again, after %d others", i)
			}
			used = c.root
		}
	}
	bytes := 0
	for from, templates := range kept.recent {
		for _, each := range templates {
			bytes += each.bytes(from)
		}
	}
	for from, templates := range kept.former {
		for _, each := range templates {
			bytes += each.bytes(from)
		}
	}
	if bytes > 2*maxCacheBytes || bytes < maxCacheBytes/2 {
		t.Errorf("%d bytes are kept, want at most %d", bytes, 2*maxCacheBytes)
	}
}

// TestTheCacheIsShared: many goroutines at once, under the race detector.
func TestTheCacheIsShared(t *testing.T) {
	kept := NewCache()
	old := item(t, stored)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 500 {
				p := &Placeholders{Names: names, Values: ValuesOf(attribute.Item{":n": attribute.Of(int64(i))}), Cache: kept}
				u, err := ParseUpdate(fmt.Sprintf("SET #n = :n, x%d = :n", i%7), p)
				if err != nil {
					t.Error(err)
					return
				}
				if changed, err := u.Apply(old); err != nil || !attribute.Equal(changed["n"], attribute.Of(int64(i))) {
					t.Errorf("worker %d: got %v, %v", worker, changed["n"], err)
				}
			}
		})
	}
	all.Wait()
}
