package counter_test

import (
	"crypto/rand"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// put stores an item under a name, as another program would.
func put(t *testing.T, client *dynamodb.Client, name string, attributes map[string]types.AttributeValue) counter.Key {
	t.Helper()
	attributes["id"] = &types.AttributeValueMemberS{Value: name}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("counters"), Item: attributes}); err != nil {
		t.Fatal(err)
	}
	return counter.Key{Table: "counters", Name: name}
}

func number(text string) types.AttributeValue { return &types.AttributeValueMemberN{Value: text} }

func withToken(delta int64) counter.Change {
	return counter.Change{Delta: delta, Token: rand.Text(), Began: time.Now()}
}

func create(t *testing.T, s counter.Strategy, name string, initial int64) counter.Key {
	t.Helper()
	key := counter.Key{Table: "counters", Name: name}
	if err := s.Create(t.Context(), key, initial); err != nil {
		t.Fatal(err)
	}
	return key
}

func stored(t *testing.T, s counter.Strategy, key counter.Key) counter.State {
	t.Helper()
	state, _, err := s.Read(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// added applies a change to the stored item.
func added(t *testing.T, s counter.Strategy, key counter.Key, c counter.Change) counter.Receipt {
	t.Helper()
	c.Seen = stored(t, s, key)
	receipt, err := s.Add(t.Context(), key, c)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// TestAShortHistoryForgets: a repetition counts twice as soon as the list is
// full of later writes.
func TestAShortHistoryForgets(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		const keep = 2
		s := counter.NewConditionalHistory(client, keep, counter.OmitConflictState)
		for between, want := range map[int]int64{0: 1, 1: 2, 2: 4, 3: 5} {
			key := create(t, s, "forgets-"+rand.Text(), 0)
			mine := withToken(1)
			added(t, s, key, mine)
			for range between {
				added(t, s, key, withToken(1))
			}
			receipt := added(t, s, key, mine)
			if got := stored(t, s, key).Value; got != want || receipt.Repeated != (between < keep) {
				t.Errorf("%d writes between: got %d, repeated %t, want %d", between, got, receipt.Repeated, want)
			}
		}
	})
}

// TestHistoryRecognisesItsOwnWrite in what a refusal, or the read that confirms
// one, returns.
func TestHistoryRecognisesItsOwnWrite(t *testing.T) {
	floor := int64(0)
	for _, c := range []struct {
		what           string
		initial, delta int64
		seen           int64 // before an attempt that is not in view
	}{
		{"in the conflict", 5, 1, 5},
		{"below the floor", 5, -5, 0},
		{"beyond int64", math.MaxInt64 - 1, 1, math.MaxInt64},
	} {
		t.Run(c.what, func(t *testing.T) {
			onBoth(t, func(t *testing.T, client *dynamodb.Client) {
				s := counter.NewConditionalHistory(client, 8, counter.ReturnConflictState)
				key := create(t, s, "own", c.initial)
				mine := withToken(c.delta)
				mine.Floor = &floor
				first := added(t, s, key, mine)
				mine.Seen = counter.State{Value: c.seen, Version: 1}
				second, err := s.Add(t.Context(), key, mine)
				if err != nil || second.Outcome != counter.Applied || !second.Repeated || second.State.Value != first.State.Value || second.State.Version != 2 {
					t.Errorf("got %+v, %v; want the first attempt's state %+v", second, err, first.State)
				}
				if got := stored(t, s, key).Value; got != c.initial+c.delta {
					t.Errorf("the value is %d", got)
				}
			})
		})
	}
}

// TestHistoryBuildsOnValueAndVersion: a write that changes only one of them is
// not overwritten, and items that have no version work.
func TestHistoryBuildsOnValueAndVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewConditionalHistory(client, 8, counter.OmitConflictState)
		for _, c := range []struct {
			name           string
			value, version types.AttributeValue
			seen           counter.State
			want           counter.Outcome
			err            error
		}{
			{"no-version", number("5"), nil, counter.State{Value: 5}, counter.Applied, nil},
			{"version-0", number("5"), number("0"), counter.State{Value: 5}, counter.Applied, nil},
			{"same", number("5"), number("3"), counter.State{Value: 5, Version: 3}, counter.Applied, nil},
			{"other-value", number("6"), number("3"), counter.State{Value: 5, Version: 3}, counter.Conflict, nil},
			{"other-version", number("5"), number("4"), counter.State{Value: 5, Version: 3}, counter.Conflict, nil},
			{"gained-a-version", number("5"), number("1"), counter.State{Value: 5}, counter.Conflict, nil},
			{"lost-its-version", number("5"), nil, counter.State{Value: 5, Version: 3}, counter.Conflict, nil},
			{"no-integer", number("5"), number("1.5"), counter.State{Value: 5}, counter.Conflict, counter.ErrNotCounter},
		} {
			attributes := map[string]types.AttributeValue{"value": c.value}
			if c.version != nil {
				attributes["version"] = c.version
			}
			key := put(t, client, c.name, attributes)
			if _, _, err := s.Read(t.Context(), key, true); !errors.Is(err, c.err) {
				t.Errorf("%s: read: got %v, want %v", c.name, err, c.err)
			}
			change := withToken(1)
			change.Seen = c.seen
			receipt, err := s.Add(t.Context(), key, change)
			if receipt.Outcome != c.want || receipt.Outcome == counter.Applied && receipt.State.Version != c.seen.Version+1 {
				t.Errorf("%s: got %+v, %v; want %v", c.name, receipt, err, c.want)
			}
		}
	})
}

// TestHistoryCapacity: the capacity that the design claims for refused writes is the
// capacity that the store reports for them.
func TestHistoryCapacity(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewConditionalHistory(client, 64, counter.ReturnConflictState)
		key := create(t, s, "grows", -9)
		for writes := range 70 {
			change := withToken(1)
			change.Seen = stored(t, s, key)
			receipt, err := s.Add(t.Context(), key, change)
			if err != nil {
				t.Fatal(err)
			}
			late := withToken(1)
			late.Seen = change.Seen
			refused, _ := s.Add(t.Context(), key, late)
			if refused.Outcome != counter.Conflict || refused.EstimatedUnits.Write != receipt.Units.Write {
				t.Errorf("write %d: refused %+v, made for %g units", writes, refused.EstimatedUnits, receipt.Units.Write)
			}
			if writes == 69 && receipt.Units.Write != 3 {
				t.Errorf("a full list takes %g units, the documentation says 3", receipt.Units.Write)
			}
		}
	})
}
