// Package countertest holds the tests that every counter strategy passes, on
// every server that claims to be DynamoDB.
package countertest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
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

// Run tests the strategy that build returns for items of the schema, in a table
// that it creates and deletes.
func Run(t *testing.T, client Client, schema counter.Schema, build func(counter.DynamoDB) counter.Strategy) {
	s := suite{client: client, schema: schema, strategy: build(client), table: newTable(t, client)}
	t.Run("create keeps an existing counter", s.createKeeps)
	t.Run("create races end with one counter", s.createRace)
	t.Run("add returns what is stored", s.addReturnsStored)
	t.Run("add takes any delta", s.addAnyDelta)
	t.Run("add never leaves int64", s.addOverflow)
	t.Run("a missing counter stays missing", s.missing)
	t.Run("items of other programs work", s.foreignItems)
	t.Run("no other attribute is touched", s.othersUntouched)
	t.Run("what is not a counter is named", s.notCounters)
	t.Run("an item stays under a kilobyte", s.itemSize)
	t.Run("capacity is reported", s.units)
	t.Run("concurrent adds are exact", s.concurrent)
	t.Run("a cancelled attempt is not applied", s.canceled)
	if s.strategy.Traits().NeedsState {
		t.Run("a stale state is refused", s.stale)
	}
}

type suite struct {
	client   Client
	schema   counter.Schema
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

// attribute holds the number.
func (s suite) attribute() string { return cmp.Or(s.schema.Attribute, "value") }

// isOurs: the items have a version and a time.
func (s suite) isOurs() bool { return s.schema == counter.Schema{} }

// version is what a state tells after so many writes.
func (s suite) version(writes int64) int64 {
	if s.isOurs() {
		return writes
	}
	return 0
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

func (s suite) addReturnsStored(t *testing.T) {
	key := s.fresh(t, 40)
	before := s.read(t, key)
	receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 2, Seen: before})
	if err != nil {
		t.Fatal(err)
	}
	after := s.read(t, key)
	if receipt.Outcome != counter.Applied || !receipt.StateKnown || receipt.State != after {
		t.Errorf("receipt %+v, want applied with the stored %+v", receipt, after)
	}
	if after.Value != 42 || before.Version != s.version(1) || after.Version != s.version(2) {
		t.Errorf("got value %d version %d after %d, want 42 and %d", after.Value, after.Version, before.Version, s.version(2))
	}
	if age := time.Since(after.Updated); s.isOurs() == after.Updated.IsZero() || s.isOurs() && (age < 0 || age > time.Minute) {
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
		receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: c.delta, Seen: s.read(t, key)})
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
			receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: c.delta, Seen: s.read(t, key)})
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
	receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1})
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
				s.attribute(): &types.AttributeValueMemberN{Value: c.spelling},
				"owner":       &types.AttributeValueMemberS{Value: "another program"},
			})
			before := s.read(t, key)
			if before != (counter.State{Value: c.want}) {
				t.Errorf("read %+v, want the value %d alone", before, c.want)
			}
			receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: before})
			if err != nil || receipt.State.Value != c.want+1 || receipt.State.Version != s.version(1) || receipt.State.Updated.IsZero() == s.isOurs() {
				t.Errorf("add: %+v, %v; want %d, version %d and a time if there is one", receipt, err, c.want+1, s.version(1))
			}
		})
	}
}

func (s suite) notCounters(t *testing.T) {
	for _, c := range []struct {
		what       string
		attributes map[string]types.AttributeValue
	}{
		{"fraction", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "1.5"}}},
		{"beyond-int64", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "9223372036854775808"}}},
		{"huge", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberN{Value: "1E100"}}},
		{"text", map[string]types.AttributeValue{s.attribute(): &types.AttributeValueMemberS{Value: "5"}}},
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

// othersUntouched shows that only the schema's attributes are there after a
// creation, and that what another program keeps beside them stays.
func (s suite) othersUntouched(t *testing.T) {
	want := []string{"id", s.attribute()}
	if s.isOurs() {
		want = append(want, "updated", "version")
	}
	slices.Sort(want)
	key := s.fresh(t, 1)
	if got := slices.Sorted(maps.Keys(s.item(t, key))); !slices.Equal(got, want) {
		t.Errorf("a new counter has the attributes %q, want %q", got, want)
	}
	others := map[string]types.AttributeValue{
		"owner":   &types.AttributeValueMemberS{Value: "another program"},
		"version": &types.AttributeValueMemberN{Value: "7"},
		"updated": &types.AttributeValueMemberBOOL{Value: true},
		"values":  &types.AttributeValueMemberNS{Value: []string{"1"}},
	}
	if s.isOurs() {
		delete(others, "version")
		delete(others, "updated")
	}
	before := maps.Clone(others)
	before[s.attribute()] = &types.AttributeValueMemberN{Value: "1"}
	s.put(t, key, before)
	if _, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: s.read(t, key)}); err != nil {
		t.Fatal(err)
	}
	after := s.item(t, key)
	for name, value := range others {
		if !reflect.DeepEqual(after[name], value) {
			t.Errorf("attribute %q became %v", name, after[name])
		}
	}
	if len(after) != len(want)+len(others) {
		t.Errorf("the item became %v", after)
	}
}

// item is what is stored.
func (s suite) item(t *testing.T, key counter.Key) map[string]types.AttributeValue {
	t.Helper()
	out, err := s.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &key.Table, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key.Name}}, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

func (s suite) itemSize(t *testing.T) {
	key := s.fresh(t, math.MaxInt64-1)
	if _, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: s.read(t, key)}); err != nil {
		t.Fatal(err)
	}
	size := 0
	for name, value := range s.item(t, key) {
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
	receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: state})
	if err != nil {
		t.Fatal(err)
	}
	check("write", receipt.Units, counter.Units{Write: 1, Reported: true})
}

// concurrent shows that acknowledged adds are all in the sum, that no value was
// given twice, and that every value follows from its version.
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
				receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: state})
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
			if seen[state.Value] {
				t.Errorf("value %d was acknowledged twice", state.Value)
			}
			seen[state.Value] = true
			if writes := state.Value - initial + 1; state.Version != s.version(writes) {
				t.Errorf("version %d has value %d", state.Version, state.Value)
			}
		}
	}
	if got := s.read(t, key); got.Value != initial+programs*adds || got.Version != s.version(1+programs*adds) {
		t.Errorf("got value %d version %d after %d adds to %d", got.Value, got.Version, programs*adds, initial)
	}
}

func (s suite) canceled(t *testing.T) {
	key := s.fresh(t, 3)
	state := s.read(t, key)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	receipt, err := s.strategy.Add(ctx, key, counter.Change{Delta: 1, Seen: state})
	if err == nil || receipt.Outcome != counter.Unknown {
		t.Errorf("got %+v, %v; want unknown", receipt, err)
	}
}

func (s suite) stale(t *testing.T) {
	key := s.fresh(t, 10)
	state := s.read(t, key)
	if _, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: state}); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.strategy.Add(t.Context(), key, counter.Change{Delta: 1, Seen: state})
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
