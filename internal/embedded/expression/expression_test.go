package expression

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

func item(t testing.TB, text string) attribute.Item {
	t.Helper()
	v, err := fastjson.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := attribute.DecodeItem(v)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func text(item attribute.Item) string { return string(attribute.AppendItem(nil, item)) }

// same compares items that were written with their attributes in any order.
func same(t *testing.T, a attribute.Item, b string) bool {
	t.Helper()
	return equal(a, item(t, b))
}

const values = `{":one":{"N":"1"},":a":{"S":"a"},":l":{"L":[{"N":"9"}]},":s":{"SS":["x"]}}`

func placeholders(t testing.TB) *Placeholders {
	return &Placeholders{Names: map[string]string{"#n": "n", "#dot": "a.b"}, Values: ValuesOf(item(t, values))}
}

// TestUpdateLeavesTheOldItem: other requests may still hold the old item, and answer
// with it.
func TestUpdateLeavesTheOldItem(t *testing.T) {
	const before = `{"n":{"N":"1"},"l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}}]},"m":{"M":{"k":{"L":[{"S":"x"}]}}},"ss":{"SS":["x","y"]}}`
	for _, c := range []struct{ update, after string }{
		{"SET l[1].k = :one", `{"n":{"N":"1"},"l":{"L":[{"N":"1"},{"M":{"k":{"N":"1"}}}]},"m":{"M":{"k":{"L":[{"S":"x"}]}}},"ss":{"SS":["x","y"]}}`},
		{"SET l[7] = :a, #dot = :a", `{"n":{"N":"1"},"l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}},{"S":"a"}]},"m":{"M":{"k":{"L":[{"S":"x"}]}}},"ss":{"SS":["x","y"]},"a.b":{"S":"a"}}`},
		{"REMOVE l[0], m.k[0]", `{"n":{"N":"1"},"l":{"L":[{"M":{"k":{"N":"2"}}}]},"m":{"M":{"k":{"L":[]}}},"ss":{"SS":["x","y"]}}`},
		{"ADD #n :one DELETE ss :s", `{"n":{"N":"2"},"l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}}]},"m":{"M":{"k":{"L":[{"S":"x"}]}}},"ss":{"SS":["y"]}}`},
		{"SET m.k = list_append(m.k, :l) REMOVE #n", `{"l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}}]},"m":{"M":{"k":{"L":[{"S":"x"},{"N":"9"}]}}},"ss":{"SS":["x","y"]}}`},
	} {
		u, err := ParseUpdate(c.update, placeholders(t))
		if err != nil {
			t.Fatalf("%s: %v", c.update, err)
		}
		old := item(t, before)
		changed, err := u.Apply(old)
		if err != nil || !same(t, changed, c.after) {
			t.Errorf("%s: got %s, %v", c.update, text(changed), err)
		}
		if !same(t, old, before) {
			t.Errorf("%s changed the old item to %s", c.update, text(old))
		}
	}
}

func TestPlaceholdersOfOneRequest(t *testing.T) {
	p := &Placeholders{Names: map[string]string{"#n": "n"}, Values: ValuesOf(item(t, `{":one":{"N":"1"},":two":{"N":"2"}}`))}
	if _, err := ParseUpdate("SET #n = :one", p); err != nil {
		t.Fatal(err)
	}
	if err := p.Unused(); err == nil || !strings.Contains(err.Error(), "keys: {:two}") {
		t.Errorf("got %v", err)
	}
	if _, err := ParseCondition("#n < :two", p); err != nil {
		t.Fatal(err)
	}
	if err := p.Unused(); err != nil {
		t.Errorf("all are used: %v", err)
	}
}

func TestDepthIsBounded(t *testing.T) {
	for _, expression := range []string{
		strings.Repeat("(", 2000) + "#n = :one" + strings.Repeat(")", 2000),
		strings.Repeat("NOT ", 1000) + "#n = :one",
		"#n = " + strings.Repeat("size(", 800) + "#n" + strings.Repeat(")", 800),
		strings.Repeat("x", maxLength+1) + " = :one",
	} {
		if _, err := ParseCondition(expression, placeholders(t)); err == nil {
			t.Errorf("%.30s… of %d bytes is taken", expression, len(expression))
		}
	}
}

func TestReservedWords(t *testing.T) {
	for word, want := range map[string]bool{"value": true, "TimeStamp": true, "COUNTER": true, "ttl": true, "hits": false, "valued2": false, "set": false, strings.Repeat("x", 50): false} {
		if got := isReserved(word); got != want {
			t.Errorf("%s: got %t", word, got)
		}
	}
	if n := len(reserved()); n != 563 {
		t.Errorf("the list has %d words", n)
	}
}

// FuzzExpression: the parsers return for every text, and an expression that they accept
// can be applied to an item.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"SET #n = :one", "SET l[1].k = if_not_exists(m.k, :one) + :one REMOVE n", "ADD n :one DELETE ss :s", "n = :one AND (l[0] > :one OR NOT contains(ss, :a))",
		"n BETWEEN :one AND :one", "n IN (:one, :a)", "size(m) <= :one", "a.b[1].#n, c", "((n))", "SET n =", "attribute_type(n, :a)",
	} {
		f.Add(seed)
	}
	for _, table := range [][]refusal{conditionRefusals, updateRefusals, projectionRefusals, itemRefusals} {
		for _, c := range table {
			f.Add(c.text)
		}
	}
	stored := `{"n":{"N":"1"},"l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}}]},"m":{"M":{"k":{"N":"3"}}},"ss":{"SS":["x","y"]}}`
	f.Fuzz(func(t *testing.T, expression string) {
		old := item(t, stored)
		if c, err := ParseCondition(expression, placeholders(t)); err == nil {
			c.Match(old)
			c.Match(nil)
		}
		if p, err := ParseProjection(expression, placeholders(t)); err == nil && !json.Valid([]byte(text(p.Apply(old)))) {
			t.Fatalf("%q: the projection is not JSON", expression)
		}
		if k, err := ParseKeyCondition(expression, placeholders(t)); err == nil {
			if _, err := k.Comparisons(); err != nil && err.Error() == "" {
				t.Fatalf("%q is refused without a reason", expression)
			}
		}
		if u, err := ParseUpdate(expression, placeholders(t)); err == nil {
			if changed, err := u.Apply(old); err == nil && !json.Valid(fmt.Appendf(nil, "[%s,%s,%s]", text(changed), text(u.Touched(old)), text(u.Touched(changed)))) {
				t.Fatalf("%q: the item is not JSON", expression)
			}
		}
		if !same(t, old, stored) {
			t.Fatalf("%q changed the old item", expression)
		}
	})
}

func BenchmarkParseUpdate(b *testing.B) {
	p := &Placeholders{Names: map[string]string{"#value": "value", "#version": "version"}, Values: ValuesOf(item(b, `{":new":{"N":"1"},":one":{"N":"1"}}`))}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseUpdate("SET #value = :new ADD #version :one", p); err != nil {
			b.Fatal(err)
		}
	}
}
