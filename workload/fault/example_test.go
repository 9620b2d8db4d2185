package fault_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/workload/fault"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The server answers the first update with an internal error, although it has
// applied it.
func ExampleTransport() {
	ctx := context.Background()
	server, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0") // stands for DynamoDB
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = server.Close(ctx) }()
	setup := localtest.Client(server.Endpoint)
	if _, err := counter.CreateTable(ctx, setup, "counters", counter.Traits{}); err != nil {
		log.Fatal(err)
	}

	faults := fault.New(http.DefaultTransport, fault.Config{
		Rules: []fault.Rule{{Kind: fault.ServerErrorAfter, Count: 1, On: []string{"update"}}},
		Seed:  1,
	})
	client := dynamodb.New(setup.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = &http.Client{Transport: faults}
		o.Retryer = aws.NopRetryer{}
	})
	key, visits := counter.Key{Table: "counters", Name: "visits"}, counter.NewAtomicAdd(client)
	if err := visits.Create(ctx, key, 0); err != nil {
		log.Fatal(err)
	}
	faults.Begin(time.Now())

	receipt, _ := visits.Add(ctx, key, counter.Change{Delta: 1})
	state, _, err := visits.Read(ctx, key, true)
	fmt.Println(receipt.Outcome, state.Value, faults.Counts(), err)
	// Output: unknown 1 [1] <nil>
}
