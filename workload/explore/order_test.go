package explore

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// numbered is a try whose result has its number.
func numbered(_ context.Context, i int64) seen {
	for range i % 7 { // so that the tries end in another order
		runtime.Gosched()
	}
	return seen{operations: i}
}

func TestResultsAreTakenInOrder(t *testing.T) {
	for _, cores := range []int{1, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		var got []int64
		inOrder(context.Background(), 500, numbered, func(i int64, s seen) bool {
			if s.operations != i {
				t.Errorf("result %d has number %d", s.operations, i)
			}
			got = append(got, i)
			return i < 300
		})
		if len(got) != 301 || !slices.IsSorted(got) {
			t.Errorf("%d cores: got %d results, in order: %t; want 301", cores, len(got), slices.IsSorted(got))
		}
	}
}

// The try that decides is slow; those after it are not waited for, and their results not
// taken.
func TestTriesEndWithTheLastThatIsTaken(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	taken := 0
	inOrder(context.Background(), 100, func(ctx context.Context, i int64) seen {
		if i > 0 {
			<-ctx.Done()
		}
		return seen{}
	}, func(int64, seen) bool {
		taken++
		return false
	})
	if taken != 1 {
		t.Errorf("%d results were taken, want 1", taken)
	}
}

func TestNothingIsTakenAfterTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var got []int64
	inOrder(ctx, 1000, numbered, func(i int64, _ seen) bool {
		got = append(got, i)
		if i == 10 {
			cancel()
		}
		return true
	})
	if len(got) != 11 {
		t.Errorf("got %d results, want 11", len(got))
	}
}

func TestAPanicIsAResult(t *testing.T) {
	var err error
	inOrder(context.Background(), 5, func(_ context.Context, i int64) seen {
		if i == 3 {
			panic("three")
		}
		return seen{}
	}, func(_ int64, s seen) bool {
		err = s.err
		return err == nil
	})
	if err == nil || !strings.Contains(err.Error(), "three") {
		t.Errorf("got %v", err)
	}
}
