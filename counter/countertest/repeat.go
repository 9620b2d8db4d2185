package countertest

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"contend/counter"
)

func (s suite) repeats(t *testing.T) {
	for _, c := range []struct {
		what    string
		between int64 // changes of other programs
	}{{"at once", 0}, {"after changes of others", 5}} {
		t.Run(c.what, func(t *testing.T) {
			key := s.fresh(t, 10)
			mine := change(1)
			first := s.apply(t, key, mine)
			for range c.between {
				s.apply(t, key, change(1))
			}
			second := s.apply(t, key, mine)
			s.holds(t, key, 11+c.between)
			if first.Repeated || !second.Repeated {
				t.Errorf("repeated: got %t and %t, want false and true", first.Repeated, second.Repeated)
			}
			if second.StateKnown && (second.State.Value != first.State.Value || second.State.Version != first.State.Version) {
				t.Errorf("the repetition returned %+v, the change %+v", second.State, first.State)
			}
			if third := s.apply(t, key, change(1)); third.Repeated {
				t.Error("a change with another token is called a repetition")
			}
			s.holds(t, key, 12+c.between)
		})
	}
	t.Run("at the same time", s.repeatsConcurrently)
}

func (s suite) repeatsConcurrently(t *testing.T) {
	const copies = 8
	key, mine := s.fresh(t, 10), change(1)
	var repeated atomic.Int64
	var wg sync.WaitGroup
	for range copies {
		wg.Go(func() {
			receipt, err := s.settle(t, key, mine)
			if err != nil {
				t.Error(err)
			}
			if receipt.Repeated {
				repeated.Add(1)
			}
		})
	}
	wg.Wait()
	if got := repeated.Load(); got != copies-1 {
		t.Errorf("%d of %d were repetitions, want all but one", got, copies)
	}
	s.holds(t, key, 11)
}

// repeatsTwice shows that the trait is not missing by mistake.
func (s suite) repeatsTwice(t *testing.T) {
	key, mine := s.fresh(t, 10), change(1)
	for range 2 {
		if receipt := s.apply(t, key, mine); receipt.Repeated {
			t.Errorf("%+v is called a repetition", receipt)
		}
	}
	s.holds(t, key, 12)
}

func (s suite) badTokens(t *testing.T) {
	key := s.fresh(t, 1)
	for _, token := range []string{"", strings.Repeat("x", 37), "two words", "ä", "#initial", "line\nbreak"} {
		bad := change(1)
		bad.Token = token
		receipt, err := s.settle(t, key, bad)
		if !errors.Is(err, counter.ErrToken) || receipt.Outcome != counter.Failed || !receipt.Permanent || !receipt.Unsent {
			t.Errorf("token %q: %+v, %v; want ErrToken and nothing sent", token, receipt, err)
		}
	}
	s.holds(t, key, 1)
}
