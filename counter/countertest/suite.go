// Package countertest holds the tests that every counter strategy passes, on
// every server that claims to be DynamoDB.
//
// What a design must do follows from its traits, and what it must not be able to
// do is tested too where it can be: a design that is not idempotent counts a
// repeated change twice.
package countertest

import (
	"cmp"
	"context"
	"crypto/rand"
	"strings"
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
// that it creates and deletes. Parameters that bound the design must be those of
// [counter.DefaultParameters].
func Run(t *testing.T, client Client, schema counter.Schema, build func(counter.DynamoDB) counter.Strategy) {
	s := suite{client: client, schema: schema, build: build, strategy: build(client)}
	s.traits = s.strategy.Traits()
	s.table = s.newTable(t)
	traits := s.traits
	for _, test := range []struct {
		name    string
		applies bool
		run     func(*testing.T)
	}{
		{"create keeps an existing counter", true, s.createKeeps},
		{"create races end with one counter", true, s.createRace},
		{"add stores the sum", true, s.addStores},
		{"add takes any delta", traits.Decrements, s.addAnyDelta},
		{"add never leaves int64", traits.Floor || traits.ReturnsState, s.addOverflow},
		{"no other delta than 1 is taken", !traits.Decrements, s.addOnlyOne},
		{"a missing counter stays missing", true, s.missing},
		{"items of other programs need a design that takes them", true, s.foreignSchema},
		{"items of other programs work", traits.Foreign, s.foreignItems},
		{"no other attribute is touched", traits.Foreign, s.othersUntouched},
		{"what is not a counter is named", s.inOneItem(), s.notCounters},
		{"an item stays under a kilobyte", traits.Foreign, s.itemSize},
		{"capacity is told", true, s.capacity},
		{"concurrent adds are exact", true, s.concurrent},
		{"a cancelled attempt is not applied", true, s.canceled},
		{"a stale state is refused", traits.NeedsState, s.stale},
		{"a repeated change counts once", traits.Idempotent, s.repeats},
		{"a repeated change counts twice", !traits.Idempotent, s.repeatsTwice},
		{"a change without a token is not taken", traits.Idempotent, s.badTokens},
		{"a lost answer", true, s.lostAnswer},
		{"no change goes below its floor", traits.Floor, s.floor},
	} {
		if test.applies {
			t.Run(test.name, test.run)
		}
	}
}

type suite struct {
	client   Client
	schema   counter.Schema
	build    func(counter.DynamoDB) counter.Strategy
	strategy counter.Strategy // over client
	traits   counter.Traits
	table    string
}

func (s suite) newTable(t *testing.T) string {
	t.Helper()
	name := "countertest-" + strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	table, err := counter.CreateTable(t.Context(), s.client, name, s.traits)
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

// change is one operation, with a token of its own.
func change(delta int64) counter.Change {
	return counter.Change{Delta: delta, Token: rand.Text(), Began: time.Now()}
}

// attempt makes one attempt on what is stored.
func (s suite) attempt(t *testing.T, key counter.Key, c counter.Change) (counter.Receipt, error) {
	t.Helper()
	c.Seen = counter.State{Value: -12345, Version: 67890} // of no concern
	if s.traits.NeedsState {
		c.Seen = s.read(t, key)
	}
	return s.strategy.Add(t.Context(), key, c)
}

// settle makes attempts until one does not lose to others.
func (s suite) settle(t *testing.T, key counter.Key, c counter.Change) (counter.Receipt, error) {
	t.Helper()
	for {
		receipt, err := s.attempt(t, key, c)
		if receipt.Outcome != counter.Conflict || t.Failed() {
			return receipt, err
		}
	}
}

// apply makes a change that must succeed.
func (s suite) apply(t *testing.T, key counter.Key, c counter.Change) counter.Receipt {
	t.Helper()
	receipt, err := s.settle(t, key, c)
	if err != nil || receipt.Outcome != counter.Applied {
		t.Fatalf("adding %d: %+v, %v", c.Delta, receipt, err)
	}
	return receipt
}

// holds checks the stored value.
func (s suite) holds(t *testing.T, key counter.Key, want int64) {
	t.Helper()
	if got := s.read(t, key).Value; got != want {
		t.Errorf("the value is %d, want %d", got, want)
	}
}

// inOneItem: the item of the counter's name holds the number.
func (s suite) inOneItem() bool {
	return (s.traits.Foreign || s.traits.Versions) && s.strategy.Name() != counter.ShardedName
}

// attribute holds the number.
func (s suite) attribute() string { return cmp.Or(s.schema.Attribute, "value") }

// isOurs: the items have a version and a time.
func (s suite) isOurs() bool { return s.schema == counter.Schema{} }

// version is what a state tells after so many writes.
func (s suite) version(writes int64) int64 {
	if s.isOurs() && s.traits.Versions {
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

// read also serves goroutines, which must not end the test.
func (s suite) read(t *testing.T, key counter.Key) counter.State {
	t.Helper()
	state, _, err := s.strategy.Read(t.Context(), key, true)
	if err != nil {
		t.Error(err)
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
