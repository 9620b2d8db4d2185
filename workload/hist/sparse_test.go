package hist

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestSparseIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	many := new(Histogram)
	for range 5000 {
		many.RecordMany(time.Duration(random.Int64N(1<<random.IntN(42))), 1+random.Int64N(9))
	}
	for what, h := range map[string]*Histogram{
		"many": many, "the ends": of(Lowest, Highest), "out of range": of(-1, 2*Highest, time.Second), "none": new(Histogram),
	} {
		again, err := h.Sparse().Histogram()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if !reflect.DeepEqual(again, *h) {
			t.Errorf("%s: got %d up to %v and %d out of range, want %d up to %v and %d",
				what, again.Count(), again.Max(), again.OutOfRange(), h.Count(), h.Max(), h.OutOfRange())
		}
	}
}

func TestSparseRefuses(t *testing.T) {
	for _, c := range []struct {
		what string
		of   Sparse
		want string
	}{
		{"half a pair", Sparse{Counts: []int64{1}}, "has no count"},
		{"no order", Sparse{Counts: []int64{2, 1, 1, 1}}, "the duration 1 µs is not in (2, 3600000000]"},
		{"twice", Sparse{Counts: []int64{2, 1, 2, 1}}, "the duration 2 µs"},
		{"too long", Sparse{Counts: []int64{3600000001, 1}}, "the duration 3600000001 µs"},
		{"nothing", Sparse{Counts: []int64{1, 0}}, "0 durations of 1 µs"},
		{"too many", Sparse{Counts: []int64{1, maxCount, 2, 1}}, "more values than any run"},
		{"out of range less than none", Sparse{OutOfRange: -1}, "more values than any run"},
	} {
		if h, err := c.of.Histogram(); err == nil || !strings.Contains(err.Error(), c.want) || h.Count() != 0 {
			t.Errorf("%s: got %v and %d values, want %q", c.what, err, h.Count(), c.want)
		}
	}
}
