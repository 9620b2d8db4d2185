package counter_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"contend/counter"
	"contend/counter/countertest"
	"contend/internal/embedded"
	"contend/internal/localtest"
)

func TestStrategiesOnEmbedded(t *testing.T) {
	runSuite(t, serve(t))
}

func TestStrategiesOnDynamoDBLocal(t *testing.T) {
	runSuite(t, localtest.Start(t))
}

func runSuite(t *testing.T, endpoint string) {
	client := localtest.Client(endpoint)
	for _, name := range counter.StrategyNames() {
		for _, onConflict := range []counter.ConflictState{counter.OmitConflictState, counter.ReturnConflictState} {
			t.Run(fmt.Sprintf("%s-%t", name, onConflict), func(t *testing.T) {
				countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
					strategy, err := counter.NewStrategy(name, client, onConflict)
					if err != nil {
						t.Fatal(err)
					}
					return strategy
				})
			})
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

// TestAnOverflowSeenBeforehandSendsNothing: there is no client to send by.
func TestAnOverflowSeenBeforehandSendsNothing(t *testing.T) {
	receipt, err := counter.NewConditional(nil, counter.OmitConflictState).
		Add(t.Context(), counter.Key{Table: "counters", Name: "full"}, 1, counter.State{Value: math.MaxInt64})
	if !errors.Is(err, counter.ErrOverflow) || !receipt.Unsent {
		t.Errorf("got %+v, %v", receipt, err)
	}
}
