package store_test

import (
	"context"
	"fmt"
	"log"

	"contend/counter"
	"contend/workload/scenario"
	"contend/workload/store"
)

func ExampleOpen() {
	ctx, s := context.Background(), scenario.Default() // its target is the embedded server
	target, err := store.Open(ctx, &s, store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = target.Close() }()
	if _, err := counter.CreateTable(ctx, target.Setup, "counters", counter.Traits{}); err != nil {
		log.Fatal(err)
	}
	visits, err := counter.Open(ctx, target.Load, counter.Key{Table: "counters", Name: "visits"}, 7)
	fmt.Println(visits, err)

	s.Target = "https://dynamodb.example.com"                             // not on this machine
	other, err := store.Open(ctx, &s, store.Options{Region: "eu-west-1"}) // sends nothing yet
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	fmt.Println(other.Refuse(store.OnlyHere))
	// Output:
	// 7 <nil>
	// target https://dynamodb.example.com: load on it needs consent
}
