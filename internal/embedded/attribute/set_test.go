package attribute

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// tokens is a set of strings "token-000000" and so on.
func tokens(t testing.TB, from, to int) Value {
	t.Helper()
	elements := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		elements = append(elements, fmt.Sprintf(`"token-%06d"`, i))
	}
	return mustDecode(t, `{"SS":[`+strings.Join(elements, ",")+`]}`)
}

// TestSetsOfOneOriginAreApart: many goroutines change the same set. None sees the
// changes of another, and the original stays as it is.
func TestSetsOfOneOriginAreApart(t *testing.T) {
	const workers, size = 8, 500
	set := tokens(t, 0, size)
	before := string(set.AppendJSON(nil))
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			mine := set
			for i := range 100 {
				mine = Union(mine, tokens(t, size+worker*1000+i, size+worker*1000+i+1))
				mine = Difference(mine, tokens(t, i, i+1))
			}
			if want := Union(tokens(t, 100, size), tokens(t, size+worker*1000, size+worker*1000+100)); !Equal(mine, want) {
				t.Errorf("worker %d has another set of %d elements", worker, mine.Len())
			}
			if got := string(set.AppendJSON(nil)); got != before {
				t.Errorf("the set that worker %d began with has changed", worker)
			}
		})
	}
	all.Wait()
}

// TestSetsKeepTheirSize: the size that a set keeps is the size of its elements,
// whichever way it was made.
func TestSetsKeepTheirSize(t *testing.T) {
	for _, c := range []struct{ a, b, union, difference string }{
		{`{"SS":["a","bc"]}`, `{"SS":["bc","def"]}`, `{"SS":["a","bc","def"]}`, `{"SS":["a"]}`},
		{`{"NS":["1","2.50","-3E20"]}`, `{"NS":["1.0","-300000000000000000000","12"]}`, `{"NS":["1","2.5","-3E20","12"]}`, `{"NS":["2.5"]}`},
		{`{"BS":["AA==","AAEC"]}`, `{"BS":["AAEC"]}`, `{"BS":["AA==","AAEC"]}`, `{"BS":["AA=="]}`},
	} {
		a, b := mustDecode(t, c.a), mustDecode(t, c.b)
		for _, made := range []struct{ got, want Value }{
			{Union(a, b), mustDecode(t, c.union)}, {Difference(a, b), mustDecode(t, c.difference)}, {Difference(Union(a, b), a), Difference(b, a)},
		} {
			if got, want := Size(Item{"x": made.got}), Size(Item{"x": made.want}); got != want || !Equal(made.got, made.want) {
				t.Errorf("%s and %s: %s has %d bytes, want %d", c.a, c.b, made.got.AppendJSON(nil), got, want)
			}
		}
	}
	if wide, want := Size(Item{"x": mustDecode(t, `{"NS":["2.50","-3"]}`)}), 1+3+3; wide != want {
		t.Errorf("two numbers have %d bytes, want %d", wide, want)
	}
}

// TestAddingToALargeSetIsCheap: one element more takes a few small nodes, and
// not a copy of ten thousand elements.
func TestAddingToALargeSetIsCheap(t *testing.T) {
	const size, times, most = 10_000, 200, 8 << 10
	set, one := tokens(t, 0, size), tokens(t, size, size+1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		if Union(set, one).Len() != size+1 || Difference(set, one).Len() != size {
			t.Fatal("another set")
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > most {
		t.Errorf("%d bytes for an element more and an element less, want at most %d", each, most)
	}
}

func BenchmarkUnion(b *testing.B) {
	for _, size := range []int{10, 10_000} {
		set, one := tokens(b, 0, size), tokens(b, size, size+1)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Union(set, one)
			}
		})
	}
}
