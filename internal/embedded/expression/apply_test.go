package expression

import (
	"slices"
	"testing"
)

// change is an expression and a part of an item.
type change struct{ text, part string }

// changes are the attributes of [stored] that an update changes, null for one
// that it removes.
var changes = []change{
	{"SET n = :two", `{"n":{"N":"2"}}`},
	{"SET q = :two", `{"q":{"N":"2"}}`},
	{"SET n = :text, q = n", `{"n":{"S":"text"},"q":{"N":"5"}}`},
	{"SET n = s, s = n", `{"n":{"S":"text"},"s":{"N":"5"}}`},
	{"SET n = n + :two", `{"n":{"N":"7"}}`},
	{"SET n = n - :two", `{"n":{"N":"3"}}`},
	{"SET n = :two - n", `{"n":{"N":"-3"}}`},
	{"SET q = :five + :five", `{"q":{"N":"10"}}`},
	{"SET n = n + half", `{"n":{"N":"2.5"}}`},
	{"SET n = (n + :two)", `{"n":{"N":"7"}}`},
	{"SET n = (n) - (half)", `{"n":{"N":"7.5"}}`},
	{"SET q = if_not_exists(q, :n) + :n", `{"q":{"N":"2"}}`},
	{"SET n = if_not_exists(n, :n) + :n", `{"n":{"N":"6"}}`},
	{"SET q = if_not_exists(r, if_not_exists(n, :n))", `{"q":{"N":"5"}}`},
	{"SET q = if_not_exists(m.k, :n)", `{"q":{"S":"v"}}`},
	{"SET m.k = if_not_exists(m.q, m.k)", "{}"},
	{"SET q = list_append(l[2], :list)", `{"q":{"L":[{"N":"7"},{"N":"1"},{"S":"x"}]}}`},
	{"SET l = list_append(:list, if_not_exists(l2, :l))", `{"l":{"L":[{"N":"1"},{"S":"x"}]}}`},
	{"SET m.l = list_append(m.l, m.l)", `{"m":{"M":{"l":{"L":[{"N":"9"},{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}},"k":{"S":"v"}}}}`},
	{"SET q = :map, r = :ss, t2 = :z", `{"q":{"M":{"k":{"S":"v"}}},"r":{"SS":["x","y"]},"t2":{"NULL":true}}`},
	{"SET m.k = :n", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}},"k":{"N":"1"}}}}`},
	{"SET m.q = :n", `{"m":{"M":{"q":{"N":"1"},"deep":{"M":{"x":{"N":"1"}}},"k":{"S":"v"},"l":{"L":[{"N":"9"}]}}}}`},
	{"SET m.deep.y = :n, m.deep.x = :two", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"2"},"y":{"N":"1"}}},"k":{"S":"v"}}}}`},
	{"SET l[0] = :two", `{"l":{"L":[{"N":"2"},{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]}}`},
	{"SET l[2][0] = :two, l[3].k = :n, l[3].q = :n", `{"l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"2"}]},{"M":{"q":{"N":"1"},"k":{"N":"1"}}}]}}`},
	{"SET l[9] = :n", `{"l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}},{"N":"1"}]}}`},
	{"SET l[9] = :a, l[7] = :b, l[1] = :n, l[8] = :s", `{"l":{"L":[{"N":"1"},{"N":"1"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}},{"S":"b"},{"S":"x"},{"S":"a"}]}}`},
	{"SET l[2][9] = :a, l[9] = :b", `{"l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"7"},{"S":"a"}]},{"M":{"k":{"S":"v"}}},{"S":"b"}]}}`},
	{"SET #dot = :n, #value = :n", `{"a.b":{"N":"1"},"value":{"N":"1"}}`},
	{"SET s = :empty", `{"s":{"S":""}}`},
	{"SET n = :two, m.k = n", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}},"k":{"N":"5"}}},"n":{"N":"2"}}`},
	{"REMOVE n", `{"n":null}`},
	{"REMOVE q", "{}"},
	{"REMOVE m.k", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}}}}}`},
	{"REMOVE m.q", "{}"},
	{"REMOVE m.deep.x", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{}},"k":{"S":"v"}}}}`},
	{"REMOVE l[0]", `{"l":{"L":[{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE l[9]", "{}"},
	{"REMOVE l[0], l[2]", `{"l":{"L":[{"S":"x"},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE l[2], l[0]", `{"l":{"L":[{"S":"x"},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE l[2][0], l[0]", `{"l":{"L":[{"S":"x"},{"L":[]},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE l[0], l[3].k", `{"l":{"L":[{"S":"x"},{"L":[{"N":"7"}]},{"M":{}}]}}`},
	{"REMOVE l[0], l[2][0]", `{"l":{"L":[{"S":"x"},{"L":[]},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE l[0], l[1], l[2], l[3]", `{"l":{"L":[]}}`},
	{"REMOVE m.l[0], n, m.k, l[1], s", `{"l":{"L":[{"N":"1"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]},"m":{"M":{"l":{"L":[]},"deep":{"M":{"x":{"N":"1"}}}}},"n":null,"s":null}`},
	{"REMOVE #dot", `{"a.b":null}`},
	{"SET l[9] = :n REMOVE l[0]", `{"l":{"L":[{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}},{"N":"1"}]}}`},
	{"SET l[3].k = :n REMOVE l[0]", `{"l":{"L":[{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"N":"1"}}}]}}`},
	{"SET l[1] = l[0] REMOVE l[0]", `{"l":{"L":[{"N":"1"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]}}`},
	{"REMOVE n SET q = n", `{"q":{"N":"5"},"n":null}`},
	{"ADD n :two", `{"n":{"N":"7"}}`},
	{"ADD n :neg", `{"n":{"N":"2"}}`},
	{"ADD q :two", `{"q":{"N":"2"}}`},
	{"ADD m.q :two", `{"m":{"M":{"q":{"N":"2"},"deep":{"M":{"x":{"N":"1"}}},"k":{"S":"v"},"l":{"L":[{"N":"9"}]}}}}`},
	{"ADD l[0] :two", `{"l":{"L":[{"N":"3"},{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}}]}}`},
	{"ADD l[9] :two", `{"l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"7"}]},{"M":{"k":{"S":"v"}}},{"N":"2"}]}}`},
	{"ADD ss :ss", `{"ss":{"SS":["a","b","x","y"]}}`},
	{"ADD ss :ba", "{}"},
	{"ADD q :ss", `{"q":{"SS":["x","y"]}}`},
	{"ADD ns :nums", "{}"},
	{"ADD ns :ns", "{}"},
	{"ADD bs :bs", "{}"},
	{"ADD #value :n", `{"value":{"N":"5"}}`},
	{"DELETE ss :ba", `{"ss":null}`},
	{"DELETE ss :ss", "{}"},
	{"DELETE q :ss", "{}"},
	{"DELETE ns :ns", `{"ns":{"NS":["2.5"]}}`},
	{"DELETE ns :nums", `{"ns":null}`},
	{"DELETE bs :bs", `{"bs":null}`},
	{"DELETE m.q :ss", "{}"},
	{"SET n = :n ADD q :two REMOVE s DELETE ns :ns", `{"ns":{"NS":["2.5"]},"n":{"N":"1"},"q":{"N":"2"},"s":null}`},
	{"set n = :n add q :two Remove s delete ns :ns", `{"ns":{"NS":["2.5"]},"n":{"N":"1"},"q":{"N":"2"},"s":null}`},
	{"SET q = :tiny - :tiny", `{"q":{"N":"0"}}`},
}

// projections are what an expression leaves of [stored].
var projections = []change{
	{"n", `{"n":{"N":"5"}}`},
	{"n, s", `{"n":{"N":"5"},"s":{"S":"text"}}`},
	{"q", "{}"},
	{"n, q", `{"n":{"N":"5"}}`},
	{"m", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}},"k":{"S":"v"}}}}`},
	{"m.k", `{"m":{"M":{"k":{"S":"v"}}}}`},
	{"m.k, m.deep.x", `{"m":{"M":{"deep":{"M":{"x":{"N":"1"}}},"k":{"S":"v"}}}}`},
	{"m.q", "{}"},
	{"m.deep", `{"m":{"M":{"deep":{"M":{"x":{"N":"1"}}}}}}`},
	{"m.deep.x", `{"m":{"M":{"deep":{"M":{"x":{"N":"1"}}}}}}`},
	{"m.l[0]", `{"m":{"M":{"l":{"L":[{"N":"9"}]}}}}`},
	{"m.l[1]", "{}"},
	{"l[0]", `{"l":{"L":[{"N":"1"}]}}`},
	{"l[3]", `{"l":{"L":[{"M":{"k":{"S":"v"}}}]}}`},
	{"l[3], l[0]", `{"l":{"L":[{"N":"1"},{"M":{"k":{"S":"v"}}}]}}`},
	{"l[9]", "{}"},
	{"l[2][0]", `{"l":{"L":[{"L":[{"N":"7"}]}]}}`},
	{"l[3].k, l[0]", `{"l":{"L":[{"N":"1"},{"M":{"k":{"S":"v"}}}]}}`},
	{"l[2][9]", "{}"},
	{"s.k", "{}"},
	{"s[0]", "{}"},
	{"l.k", "{}"},
	{"m[0]", "{}"},
	{"ss[0]", "{}"},
	{"#dot", `{"a.b":{"N":"3"}}`},
	{"#value, #n", `{"value":{"N":"4"},"n":{"N":"5"}}`},
	{"l[3].#k", `{"l":{"L":[{"M":{"k":{"S":"v"}}}]}}`},
	{"id, n", `{"n":{"N":"5"},"id":{"S":"x"}}`},
	{"m.k, l[1], n", `{"l":{"L":[{"S":"x"}]},"m":{"M":{"k":{"S":"v"}}},"n":{"N":"5"}}`},
	{"m.q, l[3].q", "{}"},
}

// itemRefusals are updates that [stored] refuses.
var itemRefusals = []refusal{
	{"SET q = r", errNoAttribute.Message},
	{"SET q = n + r", errNoAttribute.Message},
	{"SET q = r - :n", errNoAttribute.Message},
	{"SET q = if_not_exists(r, r2)", errNoAttribute.Message},
	{"SET q = list_append(r, :l)", errNoAttribute.Message},
	{"SET q = list_append(:l, r)", errNoAttribute.Message},
	{"SET q = l[9]", errNoAttribute.Message},
	{"SET q = m.q", errNoAttribute.Message},
	{"SET q = s[0]", errNoAttribute.Message},
	{"SET n = n + s", errWrongKind.Message},
	{"SET n = s - n", errWrongKind.Message},
	{"SET n = l + :n", errWrongKind.Message},
	{"SET q = if_not_exists(s, :n) + :n", errWrongKind.Message},
	{"SET q = list_append(n, :l)", errWrongKind.Message},
	{"SET q = list_append(:l, ss)", errWrongKind.Message},
	{"ADD s :n", errWrongKind.Message},
	{"ADD n :ss", errWrongKind.Message},
	{"ADD ss :ns", errWrongKind.Message},
	{"ADD ns :ss", errWrongKind.Message},
	{"ADD l :n", errWrongKind.Message},
	{"ADD ss :n", errWrongKind.Message},
	{"DELETE n :ss", errWrongKind.Message},
	{"DELETE ss :ns", errWrongKind.Message},
	{"DELETE l :ss", errWrongKind.Message},
	{"SET q.r = :n", errInvalidPath.Message},
	{"SET n.r = :n", errInvalidPath.Message},
	{"SET s[0] = :n", errInvalidPath.Message},
	{"SET l.k = :n", errInvalidPath.Message},
	{"SET m[0] = :n", errInvalidPath.Message},
	{"SET q[0] = :n", errInvalidPath.Message},
	{"SET l[9].k = :n", errInvalidPath.Message},
	{"SET m.q.r = :n", errInvalidPath.Message},
	{"SET ss[0] = :n", errInvalidPath.Message},
	{"REMOVE q.r", errInvalidPath.Message},
	{"REMOVE n.r", errInvalidPath.Message},
	{"REMOVE l.k", errInvalidPath.Message},
	{"REMOVE m[0]", errInvalidPath.Message},
	{"REMOVE l[9].k", errInvalidPath.Message},
	{"REMOVE m.q.r", errInvalidPath.Message},
	{"ADD q.r :n", errInvalidPath.Message},
	{"ADD n.r :n", errInvalidPath.Message},
	{"DELETE q.r :ss", errInvalidPath.Message},
	{"SET q.r = r", errInvalidPath.Message},
	{"SET n.r = n + s", errInvalidPath.Message},
	{"ADD q :big SET r = :big + :big", "Number overflow. Attempting to store a number with magnitude larger than supported range"},
	{"SET q = :big + :big", "Number overflow. Attempting to store a number with magnitude larger than supported range"},
	{"SET q = :neg - :big", "Attempting to store more than 38 significant digits in a Number"},
	{"SET q = :big + :tiny", "Attempting to store more than 38 significant digits in a Number"},
}

func TestApply(t *testing.T) {
	for _, c := range changes {
		old := item(t, stored)
		changed, err := update(t, c.text).Apply(old)
		if err != nil || !equal(changed, changedTo(t, c.part)) {
			t.Errorf("%s: got %s, %v, want the change %s", c.text, text(changed), err, c.part)
		}
		if !same(t, old, stored) {
			t.Errorf("%s changed the old item to %s", c.text, text(old))
		}
	}
	for _, c := range itemRefusals {
		old := item(t, stored)
		if changed, err := update(t, c.text).Apply(old); err == nil || err.Error() != c.why || changed != nil {
			t.Errorf("%s: got %s, %v, want %s", c.text, text(changed), err, c.why)
		}
		if !same(t, old, stored) {
			t.Errorf("%s changed the old item to %s", c.text, text(old))
		}
	}
}

// TestTouched has AWS's answers, which return less of a changed attribute than
// those of DynamoDB Local.
func TestTouched(t *testing.T) {
	for _, c := range []struct{ text, old, changed string }{
		{"SET n = :n, q = :n", `{"n":{"N":"5"}}`, `{"n":{"N":"1"},"q":{"N":"1"}}`},
		{"REMOVE n, q", `{"n":{"N":"5"}}`, `{}`},
		{"SET m.k = :n", `{"m":{"M":{"k":{"S":"v"}}}}`, `{"m":{"M":{"k":{"N":"1"}}}}`},
		{"SET m.q = :n", `{}`, `{"m":{"M":{"q":{"N":"1"}}}}`},
		{"SET m.l[0] = :n, m.deep.x = :two", `{"m":{"M":{"l":{"L":[{"N":"9"}]},"deep":{"M":{"x":{"N":"1"}}}}}}`, `{"m":{"M":{"l":{"L":[{"N":"1"}]},"deep":{"M":{"x":{"N":"2"}}}}}}`},
		{"SET l[100] = :n", `{}`, `{}`},
		{"REMOVE l[0], l[7]", `{"l":{"L":[{"N":"1"}]}}`, `{"l":{"L":[{"S":"x"}]}}`},
		{"ADD n :n DELETE ss :ba", `{"n":{"N":"5"},"ss":{"SS":["a","b"]}}`, `{"n":{"N":"6"}}`},
	} {
		u, old := update(t, c.text), item(t, stored)
		changed, err := u.Apply(old)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		if before, after := u.Touched(old), u.Touched(changed); !same(t, before, c.old) || !same(t, after, c.changed) {
			t.Errorf("%s: got %s and %s, want %s and %s", c.text, text(before), text(after), c.old, c.changed)
		}
	}
}

func TestTargets(t *testing.T) {
	got := update(t, "SET n = :n, m.k = :n REMOVE #dot ADD m.q :n").Targets()
	if want := []string{"n", "m", "a.b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProjection(t *testing.T) {
	for _, c := range projections {
		p, err := ParseProjection(c.text, given(t))
		if err != nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		if got := p.Apply(item(t, stored)); !same(t, got, c.part) {
			t.Errorf("%s: got %s, want %s", c.text, text(got), c.part)
		}
		if got := p.Apply(nil); len(got) != 0 {
			t.Errorf("%s of no item: got %s", c.text, text(got))
		}
	}
}

func update(t testing.TB, text string) *Update {
	t.Helper()
	u, err := ParseUpdate(text, given(t))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return u
}
