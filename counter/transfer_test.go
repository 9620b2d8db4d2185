package counter_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// TestTransfersOnServers: both counters change or neither does, a repetition changes nothing, and
// each refusal names its counter.
func TestTransfersOnServers(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		if _, err := counter.CreateTable(t.Context(), client, "accounts", counter.Traits{}); err != nil {
			t.Fatal(err)
		}
		for _, name := range counter.StrategyNames() {
			strategy, err := counter.NewStrategy(name, client, counter.DefaultParameters())
			if err != nil {
				t.Fatal(err)
			}
			transferrer, can := strategy.(counter.Transferrer)
			if traits, _ := counter.TraitsOf(name); can != traits.Transfers {
				t.Fatalf("%s: its traits say that it transfers: %t", name, traits.Transfers)
			}
			if can {
				transfers(t, transferrer)
			}
		}
	})
}

func transfers(t *testing.T, strategy counter.Transferrer) {
	t.Helper()
	name := strategy.Name()
	account := func(owner string, initial int64) counter.Key {
		key := counter.Key{Table: "accounts", Name: name + owner}
		if err := strategy.Create(t.Context(), key, initial); err != nil {
			t.Fatal(err)
		}
		return key
	}
	holds := func(key counter.Key, want int64) {
		t.Helper()
		if state, _, err := strategy.Read(t.Context(), key, true); err != nil || state.Value != want {
			t.Errorf("%s: %s has %d, %v, want %d", name, key, state.Value, err, want)
		}
	}
	anna, bert, full := account("anna", 10), account("bert", 5), account("full", math.MaxInt64-1)
	floor, began, own := int64(0), time.Now(), newToken()
	change := func(token string, delta int64) counter.Change {
		return counter.Change{Delta: delta, Token: own + token, Began: began, Floor: &floor}
	}
	first, err := strategy.Transfer(t.Context(), anna, bert, change("1", -7))
	if err != nil || first.Outcome != counter.Applied || first.Repeated || first.StateKnown || first.Units.Write < 4 {
		t.Errorf("%s: got %+v, %v", name, first, err)
	}
	again, err := strategy.Transfer(t.Context(), anna, bert, change("1", -7))
	if err != nil || again.Outcome != counter.Applied || !again.Repeated {
		t.Errorf("%s: the repetition: got %+v, %v", name, again, err)
	}
	holds(anna, 3)
	holds(bert, 12)

	var low *counter.FloorError
	if r, err := strategy.Transfer(t.Context(), anna, bert, change("2", -4)); !errors.As(err, &low) || low.Key != anna || low.Value != 3 || r.State.Value != 3 || !r.StateKnown {
		t.Errorf("%s: below the floor: got %+v, %v", name, r, err)
	}
	if r, err := strategy.Transfer(t.Context(), anna, bert, change("3", 13)); !errors.As(err, &low) || low.Key != bert || low.Value != 12 || r.StateKnown {
		t.Errorf("%s: below the floor of the other one: got %+v, %v", name, r, err)
	}
	var high *counter.OverflowError
	if r, err := strategy.Transfer(t.Context(), anna, full, change("4", -2)); !errors.As(err, &high) || high.Key != full || r.StateKnown {
		t.Errorf("%s: beyond int64: got %+v, %v", name, r, err)
	}
	if r, err := strategy.Transfer(t.Context(), anna, counter.Key{Table: "accounts", Name: "nobody"}, change("5", -1)); !errors.Is(err, counter.ErrNotFound) || r.Outcome != counter.Failed {
		t.Errorf("%s: to nobody: got %+v, %v", name, r, err)
	}
	if r, err := strategy.Transfer(t.Context(), counter.Key{Table: "accounts", Name: "nobody"}, anna, change("6", -1)); !errors.Is(err, counter.ErrNotFound) || r.Outcome != counter.Failed {
		t.Errorf("%s: from nobody: got %+v, %v", name, r, err)
	}
	for what, c := range map[string]struct {
		other counter.Key
		delta int64
		token string
	}{"itself": {anna, -1, "7"}, "the smallest number": {bert, math.MinInt64, "8"}, "no token": {bert, -1, "?"}} {
		if r, err := strategy.Transfer(t.Context(), anna, c.other, change(c.token, c.delta)); err == nil || !r.Unsent {
			t.Errorf("%s: %s: got %+v, %v", name, what, r, err)
		}
	}
	holds(anna, 3)
	holds(bert, 12)
	holds(full, math.MaxInt64-1)
}
