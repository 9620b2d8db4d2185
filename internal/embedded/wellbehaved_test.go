package embedded_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
)

// TestTransactionsBehave: faults that are planted in plain requests do not hit
// transactions.
func TestTransactionsBehave(t *testing.T) {
	config := embedded.Config{Seed: 1}
	for _, kind := range misbehave.Kinds() {
		if kind != misbehave.IgnoreToken && kind != misbehave.HalfTransaction {
			config.Misbehave[kind] = 1
		}
	}
	server := embedded.New(config)
	client := clientOf(server)
	createTable(t, client)
	const transactions = 20
	for n := range transactions {
		if codes := transact(t, client, addition("a", 1), placing("b", n)); codes != nil {
			t.Fatalf("cancelled for %q", codes)
		}
		out, err := client.TransactGetItems(t.Context(), gets("a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := numberOf(out.Responses[0].Item, "n"), numberOf(out.Responses[1].Item, "n"); a != fmt.Sprint(n+1) || b != fmt.Sprint(n) {
			t.Errorf("after %d transactions: got %s and %s", n+1, a, b)
		}
	}
	for _, c := range server.Misbehaviours() {
		if c.Times != 0 {
			t.Errorf("%s happened %d times", c.Kind, c.Times)
		}
	}
}

// TestHeldItemsDoNotGoBack: an item does not go back while a transaction holds it, because
// the commit would hide the fault.
func TestHeldItemsDoNotGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := embedded.Config{Seed: 1, Latency: embedded.Latency{Mean: 40 * time.Millisecond}}
		config.Misbehave[misbehave.GoBack] = 1
		server := embedded.New(config)
		client := clientOf(server)
		createTable(t, client)
		put(t, client, "a", 1)
		put(t, client, "a", 10) // it can go back to 1
		time.Sleep(time.Second)
		done := make(chan struct{})
		go func() {
			defer close(done)
			// Carried out after 20ms, and answered after 40ms, when the item is
			// held.
			if _, err := client.UpdateItem(t.Context(), adding("a")); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(15 * time.Millisecond)
		if codes := transact(t, client, addition("a", 100)); codes != nil {
			t.Errorf("cancelled for %q", codes)
		}
		<-done
		has(t, client, map[string]string{"a": "111"})
		if times := server.Misbehaviours()[0].Times; times != 0 {
			t.Errorf("the item went back %d times while it was held", times)
		}
	})
}
