package counter_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/countertest"
	"contend/counter/layout"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

// TestStrategiesOnEmbedded shows the race detector what all designs do at the same time. The
// tests on other schemas and on DynamoDB Local do the same, and need no detector. The mode that
// asks for no state after a conflict does no more at the same time.
func TestStrategiesOnEmbedded(t *testing.T) {
	t.Parallel()
	endpoint := serve(t)
	runSharing(t, endpoint, counter.ConditionalName)
	runSuite(t, endpoint, "ours", someConflictStates(counter.ReturnConflictState))
}

func TestSchemasOnEmbedded(t *testing.T) {
	t.Parallel()
	endpoint := serve(t)
	for schema := range schemas {
		if !longtest.Asked() && (schema == "own-key" || schema == "number-alone") {
			continue // own-table and odd-name have what is special about them
		}
		state := counter.OmitConflictState // for "ours", the other is in TestStrategiesOnEmbedded
		if schema == "odd-name" {
			state = counter.ReturnConflictState
		}
		runSuite(t, endpoint, schema, someConflictStates(state))
	}
}

// TestStrategiesOnDynamoDBLocal leaves out the mode that asks for no state after a
// conflict where tests have to be quick: that mode sends nothing that the embedded
// server does not see too. It then takes the default schema, and the one that differs
// most from it: TestSchemasOnEmbedded has the others.
func TestStrategiesOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	endpoint := localtest.Start(t)
	runSharing(t, endpoint, counter.ConditionalHistoryName)
	for schema := range schemas {
		if schema == "ours" || longtest.Asked() {
			runSuite(t, endpoint, schema, someConflictStates(counter.ReturnConflictState))
		}
	}
}

// someConflictStates is one state where tests have to be quick, and otherwise all.
func someConflictStates(quick counter.ConflictState) []counter.ConflictState {
	if !longtest.Asked() {
		return []counter.ConflictState{quick}
	}
	return []counter.ConflictState{counter.OmitConflictState, counter.ReturnConflictState}
}

// schemas are the default schema; one from which it differs only in the attributes that
// are missing; one with an attribute that would be a path if it were not a name; and one
// of a table of another program, with numbers in maps;
// and the default attributes under another key.
var schemas = map[string]counter.Schema{
	"ours": {}, "number-alone": {Attribute: "value"}, "odd-name": {Attribute: `a\.b[0] #:`},
	"own-key": {
		Key:  layout.Key{Partition: layout.Element{Attribute: "PK", Type: types.ScalarAttributeTypeS, Template: "C#{counter}"}},
		Item: layout.Item{"kind": &types.AttributeValueMemberS{Value: "counter"}},
	},
	"own-table": {
		Attribute: "stats.hits", Version: "meta.rev",
		Key: layout.Key{
			Partition: layout.Element{Attribute: "PK", Type: types.ScalarAttributeTypeS, Template: "COUNTER#{counter}"},
			Sort:      layout.Element{Attribute: "size", Type: types.ScalarAttributeTypeN, Template: "-7"},
		},
		Item: layout.Item{
			"kind": &types.AttributeValueMemberS{Value: "counter {counter}"},
			"meta": &types.AttributeValueMemberM{Value: layout.Item{"by": &types.AttributeValueMemberS{Value: "contend"}}},
		},
	},
}

// runSuite runs the suite on all designs that can use a schema, with the states that a
// conflict may tell.
func runSuite(t *testing.T, endpoint, named string, conflictStates []counter.ConflictState) {
	client, schema := localtest.Client(endpoint), schemas[named]
	for _, name := range counter.StrategyNames() {
		traits, _ := counter.TraitsOf(name)
		if part, _ := traits.Misfit(schema); part != "" {
			continue
		}
		for _, onConflict := range conflictStates {
			parameters := counter.DefaultParameters()
			parameters.OnConflict = onConflict
			t.Run(fmt.Sprintf("%s-%t-%s", name, onConflict, named), func(t *testing.T) {
				options := optionsFor(name)
				options.Schema = schema
				countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
					strategy, err := schema.NewStrategy(name, client, parameters)
					if err != nil {
						t.Fatal(err)
					}
					return strategy
				}, options)
			})
		}
	}
}

// runSharing runs the suite on the designs that keep the numbers of their clients. Where
// tests have to be quick, it is the chosen one.
func runSharing(t *testing.T, endpoint, chosen string) {
	for _, name := range counter.StrategyNames() {
		if traits, _ := counter.TraitsOf(name); !traits.Shares || name != chosen && !longtest.Asked() {
			continue
		}
		t.Run(name+"-shared", func(t *testing.T) {
			parameters := counter.DefaultParameters()
			parameters.Share, parameters.OnConflict = true, counter.ReturnConflictState
			countertest.Run(t, localtest.Client(endpoint), func(client counter.DynamoDB) counter.Strategy {
				strategy, err := counter.NewStrategy(name, client, parameters)
				if err != nil {
					t.Fatal(err)
				}
				return strategy
			}, optionsFor(name))
		})
	}
}

// TestNothingIsSharedUnasked: designs that do not share refuse tickets, and no design
// shares numbers in items of another program.
func TestNothingIsSharedUnasked(t *testing.T) {
	for _, name := range counter.StrategyNames() {
		traits, _ := counter.TraitsOf(name)
		_, err := counter.Schema{Attribute: "hits"}.NewStrategy(name, nil, counter.Parameters{Share: true})
		if traits.Shares && err == nil {
			t.Errorf("%s shares numbers in items of another program", name)
		}
		strategy, err := counter.NewStrategy(name, nil, counter.Parameters{Share: !traits.Shares})
		if err != nil {
			t.Fatal(err)
		}
		if q, ok := strategy.(counter.Queuer); ok {
			if receipt, err := q.TakeTicket(t.Context(), counter.Key{}, 0); err == nil || !receipt.Unsent {
				t.Errorf("%s: a ticket without being asked to share: %+v, %v", name, receipt, err)
			}
		}
	}
}

// optionsFor holds the costs that the documentation of the designs promises.
func optionsFor(name string) countertest.Options {
	const oneItem = true
	return map[string]countertest.Options{
		counter.ConditionalName:        {Costs: countertest.Costs{Read: 1, Write: 1}, OneItem: oneItem},
		counter.ConditionalHistoryName: {Costs: countertest.Costs{Read: 1, Write: 1}, OneItem: oneItem},
		counter.AtomicAddName:          {Costs: countertest.Costs{Read: 1, Write: 1}, OneItem: oneItem},
		counter.TransactionTokenName:   {Costs: countertest.Costs{Read: 1, Write: 2, LocalWrite: 4}, OneItem: oneItem},
		counter.TransactionMarkerName:  {Costs: countertest.Costs{Read: 1, Write: 4}, OneItem: oneItem},
		counter.ItemCollectionName:     {Costs: countertest.Costs{Read: 1, Write: 1}},
		counter.TokenSetName:           {Costs: countertest.Costs{Read: 1, Write: 1}},
		counter.ShardedName:            {Costs: countertest.Costs{Read: float64(counter.DefaultParameters().Shards), Write: 1}},
		counter.CombiningName:          {Costs: countertest.Costs{Read: 1, Write: 1}, OneItem: oneItem},
	}[name]
}

// TestForeignSchemas: a design that keeps more than one attribute cannot be used on
// items of other programs.
func TestForeignSchemas(t *testing.T) {
	for _, name := range counter.StrategyNames() {
		traits, _ := counter.TraitsOf(name)
		_, err := counter.Schema{Attribute: "hits"}.NewStrategy(name, nil, counter.DefaultParameters())
		if (err == nil) != traits.Foreign {
			t.Errorf("%s: got %v, want items of other programs allowed: %t", name, err, traits.Foreign)
		}
		if (optionsFor(name).Costs == countertest.Costs{}) {
			t.Errorf("%s: its costs are not tested", name)
		}
	}
}

// serve runs an embedded server until the test ends.
func serve(t testing.TB) (endpoint string) {
	t.Helper()
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := listener.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return listener.Endpoint
}

// TestAnOverflowSeenBeforehandSendsNothing: the test has no client, so any request
// would panic.
func TestAnOverflowSeenBeforehandSendsNothing(t *testing.T) {
	receipt, err := counter.NewConditional(nil, counter.OmitConflictState).
		Add(t.Context(), counter.Key{Table: "counters", Name: "full"}, counter.Change{Delta: 1, Seen: counter.State{Value: math.MaxInt64}})
	if !errors.Is(err, counter.ErrOverflow) || !receipt.Unsent {
		t.Errorf("got %+v, %v", receipt, err)
	}
}
