package countertest

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"contend/counter"
)

func (s suite) createKeeps(t *testing.T) {
	key := s.fresh(t, 7)
	if err := s.strategy.Create(t.Context(), key, 99); err != nil {
		t.Fatalf("creating it again: %v", err)
	}
	if got := s.read(t, key); got.Value != 7 || got.Version != s.version(1) {
		t.Errorf("got value %d version %d, want 7 and %d", got.Value, got.Version, s.version(1))
	}
}

func (s suite) createRace(t *testing.T) {
	key := counter.Key{Table: s.table, Name: t.Name()}
	const programs = 8
	var wg sync.WaitGroup
	for i := range programs {
		wg.Go(func() {
			if err := s.strategy.Create(t.Context(), key, int64(100+i)); err != nil {
				t.Errorf("program %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := s.read(t, key); got.Value < 100 || got.Value >= 100+programs || got.Version != s.version(1) {
		t.Errorf("got value %d version %d, want one of the initial values and version %d", got.Value, got.Version, s.version(1))
	}
}

func (s suite) addStores(t *testing.T) {
	key := s.fresh(t, 40)
	before := s.read(t, key)
	receipt := s.apply(t, key, change(1))
	after := s.read(t, key)
	if receipt.StateKnown != s.traits.ReturnsState || receipt.StateKnown && !receipt.State.Equal(after) {
		t.Errorf("receipt %+v, want the stored %+v: %t", receipt, after, s.traits.ReturnsState)
	}
	if receipt.Repeated || receipt.Unsent {
		t.Errorf("receipt %+v of a first attempt", receipt)
	}
	if after.Value != 41 || before.Version != s.version(1) || after.Version != s.version(2) {
		t.Errorf("got value %d version %d after %d, want 41 and %d", after.Value, after.Version, before.Version, s.version(2))
	}
	if age := time.Since(after.Updated); s.isOurs() && s.traits.Versions && (age < 0 || age > time.Minute) || !s.isOurs() && !after.Updated.IsZero() {
		t.Errorf("time of the update is %v ago", age)
	}
}

func (s suite) addAnyDelta(t *testing.T) {
	key := s.fresh(t, 0)
	for _, c := range []struct{ delta, want int64 }{
		{1, 1},
		{-5, -4},
		{0, -4},
		{math.MaxInt64, math.MaxInt64 - 4},
		{4, math.MaxInt64},
		{-math.MaxInt64, 0},
		{math.MinInt64, math.MinInt64},
	} {
		receipt := s.apply(t, key, change(c.delta))
		if receipt.StateKnown && receipt.State.Value != c.want {
			t.Errorf("adding %d: got %d, want %d", c.delta, receipt.State.Value, c.want)
		}
		s.holds(t, key, c.want)
	}
}

func (s suite) addOverflow(t *testing.T) {
	for _, c := range []struct{ value, delta int64 }{
		{math.MaxInt64, 1},
		{math.MaxInt64 - 9, 10},
		{1, math.MaxInt64},
		{math.MinInt64, -1},
		{-1, math.MinInt64},
	} {
		t.Run("", func(t *testing.T) {
			key := s.fresh(t, c.value)
			receipt, err := s.settle(t, key, change(c.delta))
			if !errors.Is(err, counter.ErrOverflow) || receipt.Outcome != counter.Failed || !receipt.Permanent {
				t.Errorf("%d%+d: got %+v, %v; want a permanent overflow", c.value, c.delta, receipt, err)
			}
			var overflow *counter.OverflowError
			if errors.As(err, &overflow) && *overflow != (counter.OverflowError{Key: key, Value: c.value, Delta: c.delta}) {
				t.Errorf("got the error %+v", *overflow)
			}
			s.holds(t, key, c.value)
		})
	}
}

func (s suite) addOnlyOne(t *testing.T) {
	key := s.fresh(t, 5)
	for _, delta := range []int64{0, 2, -1, math.MinInt64} {
		receipt, err := s.settle(t, key, change(delta))
		if !errors.Is(err, counter.ErrDelta) || receipt.Outcome != counter.Failed || !receipt.Permanent || !receipt.Unsent {
			t.Errorf("adding %d: %+v, %v; want ErrDelta and nothing sent", delta, receipt, err)
		}
	}
	s.holds(t, key, 5)
}

// missing: a design that stores each change as an item of its own accepts changes of
// a counter that does not exist; only a read shows that.
func (s suite) missing(t *testing.T) {
	key := counter.Key{Table: s.table, Name: "nobody"}
	if _, _, err := s.strategy.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotFound) || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("read: %v, want not found, with the name", err)
	}
	receipt, err := s.strategy.Add(t.Context(), key, change(1))
	if !s.traits.SortKey && (err == nil || !receipt.Outcome.SurelyNotApplied()) {
		t.Errorf("add: %+v, %v; want a refusal", receipt, err)
	}
	if _, _, err := s.strategy.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotFound) {
		t.Errorf("read after add: %v, want not found", err)
	}
}

func (s suite) canceled(t *testing.T) {
	key := s.fresh(t, 3)
	c := change(1)
	c.Seen = s.read(t, key)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	receipt, err := s.strategy.Add(ctx, key, c)
	if err == nil || receipt.Outcome != counter.Unknown {
		t.Errorf("got %+v, %v; want unknown", receipt, err)
	}
	s.holds(t, key, 3)
}

func (s suite) stale(t *testing.T) {
	key := s.fresh(t, 10)
	late := change(1)
	late.Seen = s.read(t, key)
	s.apply(t, key, change(1))
	receipt, err := s.strategy.Add(t.Context(), key, late)
	if err == nil || receipt.Outcome != counter.Conflict {
		t.Errorf("got %+v, %v; want a conflict", receipt, err)
	}
	stored := s.read(t, key)
	if stored.Value != 11 {
		t.Errorf("the value became %d", stored.Value)
	}
	if receipt.StateKnown && !receipt.State.Equal(stored) {
		t.Errorf("the conflict returned %+v, stored is %+v", receipt.State, stored)
	}
}
