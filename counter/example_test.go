package counter_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
)

// newTable stands for the DynamoDB that a program has: a server inside this
// process with a table for counters.
func newTable() (client counter.DynamoDB, table string, stop func()) {
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	dynamo := localtest.Client(listener.Endpoint)
	if _, err := counter.CreateTable(context.Background(), dynamo, "counters", counter.Traits{}); err != nil {
		log.Fatal(err)
	}
	return dynamo, "counters", func() { _ = listener.Close(context.Background()) }
}

func ExampleOpen() {
	client, table, stop := newTable()
	defer stop()
	ctx := context.Background()

	// The first program creates the counter, all others find it.
	key := counter.Key{Table: table, Name: "visits"}
	first, err := counter.Open(ctx, client, key, 10)
	if err != nil {
		log.Fatal(err)
	}
	second, err := counter.Open(ctx, client, key, 99)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first, second)
	// Output: 10 10
}

func ExampleCounter_Add() {
	client, table, stop := newTable()
	defer stop()
	ctx := context.Background()
	stock, err := counter.Open(ctx, client, counter.Key{Table: table, Name: "stock"}, 100)
	if err != nil {
		log.Fatal(err)
	}
	if err := stock.Add(ctx, 5); err != nil {
		log.Fatal(err)
	}
	if err := stock.Sub(ctx, 3); err != nil {
		log.Fatal(err)
	}
	fmt.Println(stock.Value(), "after", stock.Version(), "writes")
	// Output: 102 after 3 writes
}

// Two programs share a counter: the one whose view is stale is told so, holds
// the stored value then, and succeeds at once.
func ExampleOutOfSyncError() {
	client, table, stop := newTable()
	defer stop()
	ctx, key := context.Background(), counter.Key{Table: table, Name: "shared"}
	mine, err := counter.Open(ctx, client, key, 1)
	if err != nil {
		log.Fatal(err)
	}
	yours, err := counter.Open(ctx, client, key, 1)
	if err != nil {
		log.Fatal(err)
	}
	if err := yours.Add(ctx, 41); err != nil {
		log.Fatal(err)
	}

	err = mine.Add(ctx, 1)
	var stale *counter.OutOfSyncError
	if errors.As(err, &stale) {
		fmt.Println("saw", stale.Want, "but stored is", stale.Have, "and now I see", mine)
	}
	fmt.Println(errors.Is(err, counter.ErrOutOfSync), mine.Add(ctx, 1), mine)
	// Output:
	// saw 1 but stored is 42 and now I see 42
	// true <nil> 43
}

func ExampleCounter_Compare() {
	client, table, stop := newTable()
	defer stop()
	ctx := context.Background()
	votes, err := counter.Open(ctx, client, counter.Key{Table: table, Name: "votes"}, 50)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(votes.Compare(100) < 0, votes.Compare(50) == 0, votes.Compare(-1) > 0, votes.Equal(50))
	// Output: true true true true
}

func ExampleCounter_String() {
	client, table, stop := newTable()
	defer stop()
	ctx := context.Background()
	debt, err := counter.Open(ctx, client, counter.Key{Table: table, Name: "debt"}, -7)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s %v\n", debt, debt.Key())
	// Output: -7 counters/debt
}

func ExampleCounter_Updated() {
	client, table, stop := newTable()
	defer stop()
	ctx, before := context.Background(), time.Now().Add(-time.Second)
	visits, err := counter.Open(ctx, client, counter.Key{Table: table, Name: "visits"}, 0)
	if err != nil {
		log.Fatal(err)
	}
	if err := visits.Add(ctx, 1); err != nil {
		log.Fatal(err)
	}
	fmt.Println(visits.Updated().After(before), visits.Updated().Location())
	// Output: true UTC
}

func ExampleCounter_Refresh() {
	client, table, stop := newTable()
	defer stop()
	ctx, key := context.Background(), counter.Key{Table: table, Name: "shared"}
	mine, err := counter.Open(ctx, client, key, 1)
	if err != nil {
		log.Fatal(err)
	}
	yours, err := counter.Open(ctx, client, key, 1)
	if err != nil {
		log.Fatal(err)
	}
	if err := yours.Add(ctx, 1); err != nil {
		log.Fatal(err)
	}
	fmt.Println("before:", mine)
	if err := mine.Refresh(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after:", mine)
	// Output:
	// before: 1
	// after: 2
}
