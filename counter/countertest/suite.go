// Package countertest tests a design of counters: [Run] tests that the design keeps
// what its traits promise. It takes the designs of package counter and those of other
// programs, on any server that claims to be DynamoDB.
//
//	func TestMyCounter(t *testing.T) {
//		countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
//			return mycounter.New(client)
//		}, countertest.Options{})
//	}
//
// The traits say which tests apply. Missing traits are tested too: a design that is
// not idempotent must count a repeated change twice, so that no trait is missing by
// mistake. Package trialtest tests a design under load and with faults.
package countertest

import (
	"cmp"
	"crypto/rand"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
)

// Client is the part of the DynamoDB client that the suite uses.
type Client interface {
	counter.DynamoDB
	counter.TableClient
}

// Run tests the strategy that build returns, in a table that it creates and deletes.
// It calls build several times: with client, and with clients that lose answers.
// client must not retry by itself ([aws.NopRetryer]).
//
// The design may have any name. Beyond the documentation of [counter.Strategy], Run
// expects that
//
//   - the error of a read names the counter if there is none;
//   - a design with [counter.Traits.Versions] gives a new counter the version 1 and
//     adds 1 for each change, and sets [counter.State.Updated];
//   - a design with [counter.Traits.Idempotent] refuses a token of another form than
//     [counter.Change.Token] with [counter.ErrToken], and one without
//     [counter.Traits.Decrements] a delta other than 1 with [counter.ErrDelta];
//     both send nothing;
//   - a design with [counter.Traits.Shares] is a [counter.Queuer], and its states have
//     [counter.State.Shared] if it was made to keep shared numbers, which are then
//     tested as well;
//   - a design with [counter.Traits.Floor] or [counter.Traits.ReturnsState] refuses a
//     change beyond int64 with [counter.ErrOverflow].
func Run(t *testing.T, client Client, build func(counter.DynamoDB) counter.Strategy, options Options) {
	s := suite{Options: options, client: client, build: build, strategy: build(client)}
	s.traits = s.strategy.Traits()
	s.table = s.newTable(t)
	traits, queues := s.traits, s.queuer(t) != nil
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
		{"items of other programs work", traits.Foreign, s.foreignItems},
		{"no other attribute is touched", traits.Foreign, s.othersUntouched},
		{"an item that is not a counter is refused", s.OneItem, s.notCounters},
		{"an item stays under a kilobyte", traits.Foreign, s.itemSize},
		{"capacity is reported", s.Costs != Costs{}, s.capacity},
		{"concurrent adds are exact", true, s.concurrent},
		{"a cancelled attempt is not applied", true, s.canceled},
		{"a stale state is refused", traits.NeedsState, s.stale},
		{"a repeated change counts once", traits.Idempotent, s.repeats},
		{"a repeated change counts twice", !traits.Idempotent, s.repeatsTwice},
		{"a change without a token is not taken", traits.Idempotent, s.badTokens},
		{"a lost answer", true, s.lostAnswer},
		{"no change goes below its floor", traits.Floor, s.floor},
		{"tickets change nothing else", queues, s.tickets},
		{"a queue does not create a counter", queues, s.ticketsOfNothing},
		{"a write leaves the shared numbers that it is given", queues, s.writesShare},
		{"a turn is ended by its ticket", queues, s.releases},
		{"shared numbers belong to a version", queues, s.sharesOfAnotherTime},
		{"hostile shared numbers do no harm", queues, s.hostileShares},
	} {
		if test.applies {
			t.Run(test.name, test.run)
		}
	}
}

type suite struct {
	Options
	client   Client
	build    func(counter.DynamoDB) counter.Strategy
	strategy counter.Strategy // over client
	traits   counter.Traits
	table    string
}

// change returns the change of one operation, with a token of its own.
func change(delta int64) counter.Change {
	return counter.Change{Delta: delta, Token: rand.Text(), Began: time.Now()}
}

// attempt makes one attempt on what is stored.
func (s suite) attempt(t *testing.T, key counter.Key, c counter.Change) (counter.Receipt, error) {
	t.Helper()
	c.Seen = counter.State{Value: -12345, Version: 67890} // must not matter
	if s.traits.NeedsState {
		c.Seen = s.read(t, key)
	}
	return s.strategy.Add(t.Context(), key, c)
}

// settle makes attempts until one ends without a conflict.
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

// key is the key of the table, without the sort key of a design.
func (s suite) key() layout.Key {
	if s.Schema.Key.IsZero() {
		return layout.Default
	}
	return s.Schema.Key
}

func (s suite) path(text string) layout.Path {
	path, err := layout.ParsePath(text)
	if err != nil {
		panic(err) // no strategy has such a schema
	}
	return path
}

// attribute is the path of the attribute that holds the number.
func (s suite) attribute() string { return cmp.Or(s.Schema.Attribute, "value") }

// isOurs reports whether the items may have a version and a time.
func (s suite) isOurs() bool { return s.Schema.Attribute == "" && s.Schema.Version == "" }

// version is the version of a state after so many writes.
func (s suite) version(writes int64) int64 {
	if s.Schema.Version != "" || s.isOurs() && s.traits.Versions {
		return writes
	}
	return 0
}

// fresh creates a counter that no other test uses.
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
	item := layout.FillItem(s.Schema.Item, key.Name)
	maps.Copy(item, s.key().Of(key.Name))
	for name, value := range attributes {
		path := layout.Path{name}
		if name == s.attribute() {
			path = s.path(name)
		}
		if err := path.PutInto(item, value); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &key.Table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

// item reads the stored item.
func (s suite) item(t *testing.T, key counter.Key) map[string]types.AttributeValue {
	t.Helper()
	out, err := s.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &key.Table, Key: s.key().Of(key.Name), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}
