// Package countertest holds the tests that every counter strategy passes, on
// every server that claims to be DynamoDB.
package countertest

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// Client is the part of the DynamoDB client that the suite uses.
type Client interface {
	counter.DynamoDB
	counter.TableClient
}

// Run tests the strategy that build returns, in a table that it creates and
// deletes.
func Run(t *testing.T, client Client, build func(counter.DynamoDB) counter.Strategy) {
	s := suite{client: client, strategy: build(client), table: newTable(t, client)}
	t.Run("create keeps an existing counter", s.createKeeps)
	t.Run("create races end with one counter", s.createRace)
	t.Run("add returns what is stored", s.addReturnsStored)
	t.Run("add takes any delta", s.addAnyDelta)
	t.Run("add never leaves int64", s.addOverflow)
	t.Run("a missing counter stays missing", s.missing)
	t.Run("items of other programs work", s.foreignItems)
	t.Run("what is not a counter is named", s.notCounters)
	t.Run("an item stays under a kilobyte", s.itemSize)
	t.Run("capacity is reported", s.units)
	t.Run("concurrent adds are exact", s.concurrent)
	t.Run("a cancelled attempt is not applied", s.canceled)
	if s.strategy.NeedsState() {
		t.Run("a stale state is refused", s.stale)
	}
}

type suite struct {
	client   Client
	strategy counter.Strategy
	table    string
}

func newTable(t *testing.T, client Client) string {
	t.Helper()
	name := "countertest-" + strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	table, err := counter.CreateTable(t.Context(), client, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Delete(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return name
}

// fresh creates a counter of the test's own.
func (s suite) fresh(t *testing.T, initial int64) counter.Key {
	t.Helper()
	key := counter.Key{Table: s.table, Name: t.Name()}
	if err := s.strategy.Create(t.Context(), key, initial); err != nil {
		t.Fatal(err)
	}
	return key
}

func (s suite) read(t *testing.T, key counter.Key) counter.State {
	t.Helper()
	state, _, err := s.strategy.Read(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// put stores an item as another program would.
func (s suite) put(t *testing.T, key counter.Key, attributes map[string]types.AttributeValue) {
	t.Helper()
	item := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key.Name}}
	for name, value := range attributes {
		item[name] = value
	}
	if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &key.Table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

func (s suite) createKeeps(t *testing.T) {
	key := s.fresh(t, 7)
	if err := s.strategy.Create(t.Context(), key, 99); err != nil {
		t.Fatalf("creating it again: %v", err)
	}
	if got := s.read(t, key); got.Value != 7 || got.Version != 1 {
		t.Errorf("got value %d version %d, want 7 and 1", got.Value, got.Version)
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
	if got := s.read(t, key); got.Value < 100 || got.Value >= 100+programs || got.Version != 1 {
		t.Errorf("got value %d version %d, want one of the initial values and version 1", got.Value, got.Version)
	}
}

func (s suite) addReturnsStored(t *testing.T) {
	key := s.fresh(t, 40)
	before := s.read(t, key)
	receipt, err := s.strategy.Add(t.Context(), key, 2, before)
	if err != nil {
		t.Fatal(err)
	}
	after := s.read(t, key)
	if receipt.Outcome != counter.Applied || !receipt.StateKnown || receipt.State != after {
		t.Errorf("receipt %+v, want applied with the stored %+v", receipt, after)
	}
	if after.Value != 42 || after.Version != before.Version+1 {
		t.Errorf("got value %d version %d, want 42 and %d", after.Value, after.Version, before.Version+1)
	}
	if age := time.Since(after.Updated); age < 0 || age > time.Minute {
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
		receipt, err := s.strategy.Add(t.Context(), key, c.delta, s.read(t, key))
		if err != nil || receipt.State.Value != c.want {
			t.Errorf("adding %d: got %d, %v; want %d", c.delta, receipt.State.Value, err, c.want)
		}
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
			receipt, err := s.strategy.Add(t.Context(), key, c.delta, s.read(t, key))
			if !errors.Is(err, counter.ErrOverflow) || receipt.Outcome != counter.Failed || !receipt.Permanent {
				t.Errorf("%d%+d: got %+v, %v; want a permanent overflow", c.value, c.delta, receipt, err)
			}
			var overflow *counter.OverflowError
			if errors.As(err, &overflow) && *overflow != (counter.OverflowError{Key: key, Value: c.value, Delta: c.delta}) {
				t.Errorf("error tells %+v", *overflow)
			}
			if got := s.read(t, key).Value; got != c.value {
				t.Errorf("the value became %d", got)
			}
		})
	}
}

func (s suite) missing(t *testing.T) {
	key := counter.Key{Table: s.table, Name: "nobody"}
	if _, _, err := s.strategy.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotFound) || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("read: %v, want not found, with the name", err)
	}
	receipt, err := s.strategy.Add(t.Context(), key, 1, counter.State{})
	if err == nil || !receipt.Outcome.SurelyNotApplied() {
		t.Errorf("add: %+v, %v; want a refusal", receipt, err)
	}
	if _, _, err := s.strategy.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotFound) {
		t.Errorf("read after add: %v, want not found", err)
	}
}

func (s suite) foreignItems(t *testing.T) {
	for _, c := range []struct {
		spelling string
		want     int64
	}{
		{"5", 5}, {"1E2", 100}, {"007", 7}, {"1.0", 1}, {"-0", 0}, {"120e-1", 12}, {"+3", 3}, {"-4.50E1", -45},
	} {
		t.Run(c.spelling, func(t *testing.T) {
			key := counter.Key{Table: s.table, Name: t.Name()}
			s.put(t, key, map[string]types.AttributeValue{
				"value": &types.AttributeValueMemberN{Value: c.spelling},
				"owner": &types.AttributeValueMemberS{Value: "another program"},
			})
			before := s.read(t, key)
			if before != (counter.State{Value: c.want}) {
				t.Errorf("read %+v, want the value %d alone", before, c.want)
			}
			receipt, err := s.strategy.Add(t.Context(), key, 1, before)
			if err != nil || receipt.State.Value != c.want+1 || receipt.State.Version != 1 || receipt.State.Updated.IsZero() {
				t.Errorf("add: %+v, %v; want %d, version 1 and a time", receipt, err, c.want+1)
			}
		})
	}
}

func (s suite) notCounters(t *testing.T) {
	for _, c := range []struct {
		what       string
		attributes map[string]types.AttributeValue
	}{
		{"fraction", map[string]types.AttributeValue{"value": &types.AttributeValueMemberN{Value: "1.5"}}},
		{"beyond-int64", map[string]types.AttributeValue{"value": &types.AttributeValueMemberN{Value: "9223372036854775808"}}},
		{"huge", map[string]types.AttributeValue{"value": &types.AttributeValueMemberN{Value: "1E100"}}},
		{"text", map[string]types.AttributeValue{"value": &types.AttributeValueMemberS{Value: "5"}}},
		{"nothing", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			key := counter.Key{Table: s.table, Name: t.Name()}
			s.put(t, key, c.attributes)
			_, _, err := s.strategy.Read(t.Context(), key, true)
			if !errors.Is(err, counter.ErrNotCounter) || !strings.Contains(err.Error(), key.String()) {
				t.Errorf("got %v, want an error that names the item", err)
			}
		})
	}
}

func (s suite) itemSize(t *testing.T) {
	key := s.fresh(t, math.MaxInt64-1)
	if _, err := s.strategy.Add(t.Context(), key, 1, s.read(t, key)); err != nil {
		t.Fatal(err)
	}
	out, err := s.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &key.Table, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key.Name}}, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for name, value := range out.Item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(name) + len(v.Value)
		case *types.AttributeValueMemberN:
			size += len(name) + len(v.Value) // more than DynamoDB counts, which packs digits
		default:
			t.Fatalf("attribute %q is a %T", name, value)
		}
	}
	if size >= 1024 {
		t.Errorf("the item has %d bytes", size)
	}
}

func (s suite) units(t *testing.T) {
	key := s.fresh(t, 0)
	check := func(what string, got, want counter.Units) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	state, units, err := s.strategy.Read(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	check("strong read", units, counter.Units{Read: 1, Reported: true})
	if _, units, err = s.strategy.Read(t.Context(), key, false); err != nil {
		t.Fatal(err)
	}
	check("eventual read", units, counter.Units{Read: 0.5, Reported: true})
	receipt, err := s.strategy.Add(t.Context(), key, 1, state)
	if err != nil {
		t.Fatal(err)
	}
	check("write", receipt.Units, counter.Units{Write: 1, Reported: true})
}

// concurrent shows that acknowledged adds are all in the sum, that no version
// was given twice, and that every version's value follows from its place.
func (s suite) concurrent(t *testing.T) {
	const programs, adds, initial = 8, 20, 1000
	key := s.fresh(t, initial)
	receipts := make([][]counter.State, programs)
	var wg sync.WaitGroup
	for p := range programs {
		wg.Go(func() {
			for len(receipts[p]) < adds {
				state, _, err := s.strategy.Read(t.Context(), key, true)
				if err != nil {
					t.Error(err)
					return
				}
				receipt, err := s.strategy.Add(t.Context(), key, 1, state)
				switch {
				case receipt.Outcome == counter.Conflict:
				case err != nil:
					t.Error(err)
					return
				default:
					receipts[p] = append(receipts[p], receipt.State)
				}
			}
		})
	}
	wg.Wait()
	seen := map[int64]bool{}
	for _, states := range receipts {
		for _, state := range states {
			if seen[state.Version] {
				t.Errorf("version %d was acknowledged twice", state.Version)
			}
			seen[state.Version] = true
			if state.Value != initial+state.Version-1 {
				t.Errorf("version %d has value %d", state.Version, state.Value)
			}
		}
	}
	if got := s.read(t, key); got.Value != initial+programs*adds || got.Version != 1+programs*adds {
		t.Errorf("got value %d version %d after %d adds to %d", got.Value, got.Version, programs*adds, initial)
	}
}

func (s suite) canceled(t *testing.T) {
	key := s.fresh(t, 3)
	state := s.read(t, key)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	receipt, err := s.strategy.Add(ctx, key, 1, state)
	if err == nil || receipt.Outcome != counter.Unknown {
		t.Errorf("got %+v, %v; want unknown", receipt, err)
	}
}

func (s suite) stale(t *testing.T) {
	key := s.fresh(t, 10)
	state := s.read(t, key)
	if _, err := s.strategy.Add(t.Context(), key, 1, state); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.strategy.Add(t.Context(), key, 1, state)
	if err == nil || receipt.Outcome != counter.Conflict {
		t.Errorf("got %+v, %v; want a conflict", receipt, err)
	}
	stored := s.read(t, key)
	if stored.Value != 11 {
		t.Errorf("the value became %d", stored.Value)
	}
	if receipt.StateKnown && receipt.State != stored {
		t.Errorf("the conflict tells %+v, stored is %+v", receipt.State, stored)
	}
}
