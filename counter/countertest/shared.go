package countertest

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/longtest"
)

// The numbers that clients share, as [counter.Shared] names them.
var sharedNames = []string{"pace", "pv", "next", "serve", "forf", "gm", "gx", "ch", "k"}

// queuer is the strategy if it was made to keep shared numbers. Its states say so.
func (s suite) queuer(t *testing.T) counter.Queuer {
	t.Helper()
	if !s.traits.Shares {
		return nil
	}
	key := counter.Key{Table: s.table, Name: "shares"}
	if err := s.strategy.Create(t.Context(), key, 0); err != nil {
		t.Fatal(err)
	}
	q, ok := s.strategy.(counter.Queuer)
	if !ok {
		t.Fatalf("%s has the trait Shares, but is no counter.Queuer", s.strategy.Name())
	}
	if s.read(t, key).Shared == nil {
		return nil
	}
	return q
}

// tickets: each is another one, and neither value nor version shows them.
func (s suite) tickets(t *testing.T) {
	q, key := s.queuer(t), s.fresh(t, 7)
	before := s.read(t, key)
	const many = 16
	var mu sync.Mutex
	var taken []int64
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			receipt, err := q.TakeTicket(t.Context(), key, 0)
			if err != nil || !receipt.StateKnown || receipt.State.Shared == nil {
				t.Errorf("a ticket: %+v, %v", receipt, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			taken = append(taken, receipt.State.Shared.Next-1)
		})
	}
	group.Wait()
	slices.Sort(taken)
	for i, ticket := range taken {
		if ticket != int64(i) {
			t.Fatalf("the tickets are %v, want 0 to %d", taken, many-1)
		}
	}
	after := s.read(t, key)
	if after.Value != before.Value || after.Version != before.Version {
		t.Errorf("after tickets the state is %+v, before it was %+v", after, before)
	}
	c := change(1)
	c.Seen = before
	if receipt, err := q.Add(t.Context(), key, c); err != nil {
		t.Errorf("a write that began before the tickets: %+v, %v", receipt, err)
	}
	if _, err := q.TakeTicket(t.Context(), key, 3*time.Second); err != nil {
		t.Error(err)
	}
	if gap := s.read(t, key).Shared.LongestGap; gap != int64(3*time.Second) {
		t.Errorf("the longest gap is %d, want that of the ticket", gap)
	}
}

// ticketsOfNothing: a queue for a missing counter does not create it.
func (s suite) ticketsOfNothing(t *testing.T) {
	q, key := s.queuer(t), counter.Key{Table: s.table, Name: t.Name()}
	if receipt, err := q.TakeTicket(t.Context(), key, 0); !errors.Is(err, counter.ErrNotFound) || receipt.Outcome != counter.Failed {
		t.Errorf("a ticket: %+v, %v", receipt, err)
	}
	if receipt, err := q.Release(t.Context(), key, 0); err == nil {
		t.Errorf("a release: %+v", receipt)
	}
	if stored := s.item(t, key); len(stored) > 0 {
		t.Errorf("there is an item now: %v", stored)
	}
}

// writesShare: a write leaves the numbers that it is given, and else leaves them alone.
func (s suite) writesShare(t *testing.T) {
	q, key := s.queuer(t), s.fresh(t, 7)
	want := counter.Shared{
		Pace: 1, PaceVersion: 2, Next: 1, Serve: 3, Void: 4, MeanGap: 5, LongestGap: 6, Chained: 7, Pushing: 8,
	}
	given := want
	given.Next = 99 // is not for writes to set
	c := change(1)
	c.Seen, c.Share, c.Enlist = s.read(t, key), &given, true
	receipt, err := q.Add(t.Context(), key, c)
	if err != nil || receipt.State.Shared == nil || *receipt.State.Shared != want {
		t.Fatalf("got %+v with %+v, %v; want %+v", receipt, receipt.State.Shared, err, want)
	}
	s.apply(t, key, change(1))
	if got := *s.read(t, key).Shared; got != want {
		t.Errorf("after a write without numbers they are %+v, want %+v", got, want)
	}
	c = change(1)
	c.Seen = s.read(t, key)
	if _, err := q.TakeTicket(t.Context(), key, 0); err != nil {
		t.Fatal(err)
	}
	c.Share = &counter.Shared{}
	if receipt, err := q.Add(t.Context(), key, c); err != nil || *receipt.State.Shared != (counter.Shared{Next: 2}) {
		t.Errorf("got %+v with %+v, %v; want a Next of 2 and nothing else", receipt, receipt.State.Shared, err)
	}
	s.holds(t, key, 10)
}

// releases: only the ticket whose turn it is ends its turn.
func (s suite) releases(t *testing.T) {
	q, key := s.queuer(t), s.fresh(t, 7)
	before := s.read(t, key)
	for _, step := range []struct {
		ticket int64
		want   counter.Outcome
		serve  int64
	}{{1, counter.Conflict, 0}, {0, counter.Applied, 1}, {0, counter.Conflict, 1}, {2, counter.Conflict, 1}, {1, counter.Applied, 2}} {
		receipt, _ := q.Release(t.Context(), key, step.ticket)
		if got := s.read(t, key).Shared.Serve; receipt.Outcome != step.want || got != step.serve {
			t.Errorf("releasing %d: %s, now it is the turn of %d; want %s and %d", step.ticket, receipt.Outcome, got, step.want, step.serve)
		}
	}
	if after := s.read(t, key); after.Value != before.Value || after.Version != before.Version {
		t.Errorf("after releases the state is %+v, before it was %+v", after, before)
	}
}

// sharesOfAnotherTime: the numbers belong to a version, so that a value that changed and
// changed back is not enough for a write.
func (s suite) sharesOfAnotherTime(t *testing.T) {
	q, key := s.queuer(t), s.fresh(t, 7)
	c := change(1)
	c.Seen, c.Share = s.read(t, key), &counter.Shared{Serve: 1}
	s.apply(t, key, change(1))
	s.apply(t, key, change(-1))
	if receipt, err := q.Add(t.Context(), key, c); receipt.Outcome != counter.Conflict {
		t.Errorf("a write from before two others: %+v, %v", receipt, err)
	}
	if got := s.read(t, key).Shared.Serve; got != 0 {
		t.Errorf("the numbers of a refused write were stored: serve is %d", got)
	}
}

// hostileShares: whatever another program writes where the numbers are, the counter works,
// and a write with numbers repairs them. Where tests have to be quick, each number meets a
// third of the values.
func (s suite) hostileShares(t *testing.T) {
	q := s.queuer(t)
	number := func(text string) types.AttributeValue { return &types.AttributeValueMemberN{Value: text} }
	hostile := []types.AttributeValue{
		number("-1"), number(strconv.Itoa(math.MinInt64)), number(strconv.Itoa(math.MaxInt64)), number("1e30"), number("-9.9e125"), number("0.5"),
		&types.AttributeValueMemberS{Value: "7"}, &types.AttributeValueMemberNULL{Value: true},
		&types.AttributeValueMemberL{}, &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
	}
	step := longtest.Count(3, 1)
	for n, name := range sharedNames {
		for i := n % step; i < len(hostile); i += step {
			key := s.fresh(t, 7)
			key.Name += name + strconv.Itoa(i)
			if err := q.Create(t.Context(), key, 7); err != nil {
				t.Fatal(err)
			}
			stored := s.item(t, key)
			stored[name] = hostile[i]
			s.put(t, key, stored)
			s.survives(t, q, key, name)
		}
	}
}

// survives: a ticket may be refused but changes no value, and writes count, with numbers
// and without.
func (s suite) survives(t *testing.T, q counter.Queuer, key counter.Key, name string) {
	t.Helper()
	if receipt, err := q.TakeTicket(t.Context(), key, 0); receipt.Outcome != counter.Applied && receipt.Outcome != counter.Failed {
		t.Errorf("%s: a ticket: %+v, %v", name, receipt, err)
	}
	s.apply(t, key, change(1))
	c := change(1)
	c.Seen, c.Enlist = s.read(t, key), true
	c.Share = &counter.Shared{Serve: 5}
	receipt, err := q.Add(t.Context(), key, c)
	if err != nil || receipt.State.Shared == nil {
		t.Errorf("%s: a write with numbers: %+v, %v", name, receipt, err)
		return
	}
	left := *receipt.State.Shared
	left.Next = 0
	if left != (counter.Shared{Serve: 5}) {
		t.Errorf("%s: a write with numbers left %+v", name, left)
	}
	s.holds(t, key, 9)
}
