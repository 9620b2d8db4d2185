package countertest

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
)

func (s suite) floor(t *testing.T) {
	t.Run("each change", s.floorEach)
	t.Run("a refusal explains itself", s.floorRefusal)
	t.Run("a stock is sold once", s.floorSold)
	if s.traits.NeedsState {
		t.Run("an old view refuses nothing", s.floorStale)
	}
	if s.traits.Idempotent {
		t.Run("a repeated change is not refused", s.floorRepeated)
	}
}

// above returns a change that must leave at least floor.
func above(floor, delta int64) counter.Change {
	c := change(delta)
	c.Floor = &floor
	return c
}

func (s suite) floorEach(t *testing.T) {
	const least, most = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		value, delta, floor int64
		want                error
	}{
		{5, -5, 0, nil},
		{5, -6, 0, counter.ErrFloor},
		{0, -1, 0, counter.ErrFloor},
		{-3, -1, 0, counter.ErrFloor},
		{-3, -1, -4, nil},
		{-3, -1, -3, counter.ErrFloor},
		{-3, 1, 0, nil}, // an increment helps
		{-3, 0, 0, nil},
		{0, -1, most, counter.ErrFloor},
		{most, -1, most, counter.ErrFloor},
		{most, -1, most - 1, nil},
		{most, least, -1, nil},
		{most, least, 0, counter.ErrFloor},
		{most, least, most, counter.ErrFloor},
		{most, -most, 0, nil},
		{0, least, least, nil},
		{least + 1, -1, least, nil},
		{least, -1, least, counter.ErrOverflow},
		{-1, least, least, counter.ErrOverflow},
		{most, 1, 0, counter.ErrOverflow},
	} {
		t.Run("", func(t *testing.T) {
			key := s.fresh(t, c.value)
			receipt, err := s.settle(t, key, above(c.floor, c.delta))
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%d%+d above %d: got %+v, %v; want %v", c.value, c.delta, c.floor, receipt, err, c.want)
			}
			want := c.value
			if c.want == nil {
				want += c.delta
			}
			s.holds(t, key, want)
		})
	}
}

func (s suite) floorRefusal(t *testing.T) {
	key := s.fresh(t, 3)
	receipt, err := s.settle(t, key, above(-1, -5))
	stored := s.read(t, key)
	if receipt.Outcome != counter.Failed || receipt.Permanent || !receipt.Refused() {
		t.Errorf("got %+v, want a refusal that need not last", receipt)
	}
	if !receipt.StateKnown || !receipt.State.Equal(stored) || receipt.Repeated {
		t.Errorf("got %+v, want the state that refused it, %+v", receipt, stored)
	}
	want := counter.FloorError{Key: key, Value: 3, Delta: -5, Floor: -1}
	if low := new(counter.FloorError); !errors.As(err, &low) || *low != want {
		t.Errorf("got %v, want %v", err, &want)
	}
	if stored.Value != 3 || stored.Version != s.version(1) {
		t.Errorf("the counter became %+v", stored)
	}
}

func (s suite) floorSold(t *testing.T) {
	programs, stock := longtest.Count(4, 8), int64(longtest.Count(6, 20))
	key := s.fresh(t, stock)
	var sold atomic.Int64
	var wg sync.WaitGroup
	for range programs {
		wg.Go(func() {
			for {
				_, err := s.settle(t, key, above(0, -1))
				if err != nil && !errors.Is(err, counter.ErrFloor) {
					t.Error(err)
				}
				if err != nil {
					return
				}
				sold.Add(1)
			}
		})
	}
	wg.Wait()
	if sold.Load() != stock {
		t.Errorf("%d of %d were sold", sold.Load(), stock)
	}
	s.holds(t, key, 0)
}

func (s suite) floorStale(t *testing.T) {
	key := s.fresh(t, 1)
	late := above(0, -5)
	late.Seen = s.read(t, key)
	s.apply(t, key, change(9))
	receipt, err := s.strategy.Add(t.Context(), key, late)
	if receipt.Outcome != counter.Conflict || !receipt.StateKnown || !receipt.State.Equal(s.read(t, key)) {
		t.Errorf("got %+v, %v; want a conflict with the stored state", receipt, err)
	}
	s.apply(t, key, late)
	s.holds(t, key, 5)
}

func (s suite) floorRepeated(t *testing.T) {
	key, last := s.fresh(t, 1), above(0, -1)
	for range 2 {
		s.apply(t, key, last)
	}
	s.holds(t, key, 0)
}
