package misbehave_test

import (
	"slices"
	"sync"
	"testing"

	"contend/internal/embedded/misbehave"
)

func TestKindsHaveNames(t *testing.T) {
	for i, kind := range misbehave.Kinds() {
		back, ok := misbehave.ParseKind(kind.String())
		if !ok || back != kind || misbehave.Names()[i] != kind.String() {
			t.Errorf("kind %d: %q is %d, %t", i, kind, back, ok)
		}
	}
	if _, ok := misbehave.ParseKind("lose-updates"); ok {
		t.Error("a name that there is not was parsed")
	}
}

func yes() bool { return true }

// chosen are the places of the requests that show the fault, of n.
func chosen(c *misbehave.Chance, n int) []int {
	var places []int
	for i := range n {
		c.Meet()
		if c.Try(yes) {
			places = append(places, i)
		}
	}
	return places
}

func TestOneOfEveryBlock(t *testing.T) {
	for _, oneIn := range []int{1, 2, 7, 100} {
		const blocks = 50
		places := chosen(misbehave.NewChance(int64(oneIn), 3, 4), blocks*oneIn)
		if len(places) != blocks {
			t.Fatalf("one in %d: %d of %d", oneIn, len(places), blocks*oneIn)
		}
		at := map[int]bool{}
		for i, place := range places {
			if place/oneIn != i {
				t.Errorf("one in %d: request %d is the %d. chosen", oneIn, place, i)
			}
			at[place%oneIn] = true
		}
		if oneIn > 1 && len(at) == 1 {
			t.Errorf("one in %d: always at the same place", oneIn)
		}
	}
}

func TestTheSeedChooses(t *testing.T) {
	first := chosen(misbehave.NewChance(10, 1, 1), 500)
	if again := chosen(misbehave.NewChance(10, 1, 1), 500); !slices.Equal(first, again) {
		t.Errorf("one seed: %v and %v", first, again)
	}
	for _, other := range [][2]uint64{{2, 1}, {1, 2}} {
		if places := chosen(misbehave.NewChance(10, other[0], other[1]), 500); slices.Equal(first, places) {
			t.Errorf("seed and stream %v choose what 1 and 1 do", other)
		}
	}
}

func TestAFaultWaitsForARequestThatShowsIt(t *testing.T) {
	c := misbehave.NewChance(1, 1, 1)
	c.Meet()
	c.Meet()
	if c.Try(func() bool { return false }) || c.Times() != 0 {
		t.Error("what cannot be shown was")
	}
	for c.Try(yes) {
	}
	if c.Times() != 2 {
		t.Errorf("two faults waited, %d happened", c.Times())
	}
}

func TestNoChance(t *testing.T) {
	var never *misbehave.Chance
	never.Meet()
	if never.Try(yes) {
		t.Error("it happened")
	}
}

func TestConcurrentRequests(t *testing.T) {
	c := misbehave.NewChance(10, 1, 1)
	var working sync.WaitGroup
	for range 8 {
		working.Go(func() { chosen(c, 1000) })
	}
	working.Wait()
	if c.Times() != 800 {
		t.Errorf("%d of 8000", c.Times())
	}
}
