package counter_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/counter/countertest"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

// TestZeroParametersAreTheDefaults: a design made without parameters equals one made
// with the defaults, and is as exact.
func TestZeroParametersAreTheDefaults(t *testing.T) {
	client := localtest.Client(serve(t))
	for _, name := range counter.StrategyNames() {
		zero, err := counter.NewStrategy(name, client, counter.Parameters{})
		if err != nil {
			t.Fatal(err)
		}
		defaults, err := counter.NewStrategy(name, client, counter.DefaultParameters())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(zero, defaults) {
			t.Errorf("%s: got %+v, want %+v", name, zero, defaults)
		}
		t.Run(name, func(t *testing.T) {
			longtest.Only(t) // two that are equal do the same
			countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
				strategy, err := counter.NewStrategy(name, client, counter.Parameters{})
				if err != nil {
					t.Fatal(err)
				}
				return strategy
			}, optionsFor(name))
		})
	}
	for _, c := range []struct{ got, want counter.Strategy }{
		{counter.NewSharded(client, 0, false), counter.NewSharded(client, 8, false)},
		{counter.NewConditionalHistory(client, 0, false), counter.NewConditionalHistory(client, 64, false)},
		{counter.NewTransactionMarker(client, 0), counter.NewTransactionMarker(client, 24*time.Hour)},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("got %+v, want %+v", c.got, c.want)
		}
	}
}

// TestParametersOutOfRangeAreRefused: designs that use a parameter refuse it if it is
// out of range; other designs ignore it.
func TestParametersOutOfRangeAreRefused(t *testing.T) {
	for _, c := range []struct {
		name       string
		parameters counter.Parameters
		want       string
		make       func()
	}{
		{counter.ConditionalHistoryName, counter.Parameters{History: -1}, "must be from 1 to 1000, not -1",
			func() { counter.NewConditionalHistory(nil, -1, false) }},
		{counter.ConditionalHistoryName, counter.Parameters{History: 1001}, "must be from 1 to 1000, not 1001",
			func() { counter.NewConditionalHistory(nil, 1001, false) }},
		{counter.ShardedName, counter.Parameters{Shards: -8}, "must be from 1 to 100, not -8",
			func() { counter.NewSharded(nil, -8, false) }},
		{counter.ShardedName, counter.Parameters{Shards: 101}, "must be from 1 to 100, not 101",
			func() { counter.NewSharded(nil, 101, true) }},
		{counter.TransactionMarkerName, counter.Parameters{MarkerTTL: -time.Hour}, "must be at least 1s, not -1h0m0s",
			func() { counter.NewTransactionMarker(nil, -time.Hour) }},
		{counter.TransactionMarkerName, counter.Parameters{MarkerTTL: 999 * time.Millisecond}, "must be at least 1s, not 999ms",
			func() { counter.NewTransactionMarker(nil, 999*time.Millisecond) }},
	} {
		for _, name := range counter.StrategyNames() {
			strategy, err := counter.NewStrategy(name, nil, c.parameters)
			switch {
			case name != c.name && err != nil:
				t.Errorf("%s with %+v: %v", name, c.parameters, err)
			case name == c.name && (err == nil || strategy != nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s with %+v: got %v, %v; want %q", name, c.parameters, strategy, err, c.want)
			}
		}
		func() {
			defer func() {
				if message, _ := recover().(string); !strings.Contains(message, c.want) {
					t.Errorf("%s: got the panic %q, want %q", c.name, message, c.want)
				}
			}()
			c.make()
		}()
	}
	for _, good := range []counter.Parameters{{History: 1, Shards: 1, MarkerTTL: time.Second}, {History: 1000, Shards: 100, MarkerTTL: 1<<63 - 1}} {
		for _, name := range counter.StrategyNames() {
			if _, err := counter.NewStrategy(name, nil, good); err != nil {
				t.Errorf("%s with %+v: %v", name, good, err)
			}
		}
	}
}
