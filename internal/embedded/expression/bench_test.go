package expression

import "testing"

// The expressions of the strategies, as requests bring them.
const (
	optimisticUpdate    = "SET #value = :n, #k = :s ADD #n :n"
	optimisticCondition = "#n = :five"
)

func BenchmarkParseCondition(b *testing.B) {
	p := given(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseCondition(optimisticCondition, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	c, old := condition(b, optimisticCondition), item(b, stored)
	b.ReportAllocs()
	for b.Loop() {
		if !c.Match(old) {
			b.Fatal("the condition is false")
		}
	}
}

func BenchmarkApply(b *testing.B) {
	u, old := update(b, optimisticUpdate), item(b, `{"id":{"S":"x"},"n":{"N":"5"},"k":{"S":"2026"},"value":{"N":"4"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := u.Apply(old); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseAgain is BenchmarkParseCondition of an expression that was read
// before.
func BenchmarkParseAgain(b *testing.B) {
	p := given(b)
	p.Cache = NewCache()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseCondition(optimisticCondition, p); err != nil {
			b.Fatal(err)
		}
	}
}
