package fault_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/workload/fault"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

// The same in simulated time, with a server in the process. The client gives up after a
// second.
func ExampleDirect() {
	err := clock.Simulation{Start: time.Unix(0, 0)}.Run(context.Background(), func(ctx context.Context) error {
		c := clock.Of(ctx)
		server := embedded.New(embedded.Config{Clock: c}).Direct()
		defer server.Wait()
		if _, err := server.Do(ctx, embedded.Request{Input: table()}); err != nil {
			return err
		}
		faults := fault.NewDirect(fault.Config{Rules: []fault.Rule{{Kind: fault.LostReply, Count: 1}}, Seed: 1})
		faults.Begin(c.Now())
		add := &dynamodb.UpdateItemInput{
			TableName: aws.String("counters"), Key: key(), UpdateExpression: aws.String("ADD n :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
			ReturnValues:              types.ReturnValueUpdatedNew,
		}
		for range 2 {
			request := fault.Request{Operation: embedded.OperationOf(add), Until: c.Now().Add(time.Second)}
			answer := faults.Do(ctx, request, func(ctx context.Context, _ bool) fault.Answer {
				output, err := server.Do(ctx, embedded.Request{Input: add, Until: request.Until})
				var refused *embedded.Refusal
				switch {
				case err == nil:
					return fault.Answer{Output: output, Status: http.StatusOK}
				case errors.As(err, &refused):
					return fault.Answer{Status: refused.Status, Code: refused.API.ErrorCode(), Err: refused.API}
				}
				return fault.Answer{Err: context.DeadlineExceeded}
			})
			if answer.Err != nil {
				fmt.Println(c.Since(time.Unix(0, 0)), answer.Err)
				continue
			}
			n, err := number(answer.Output.(*dynamodb.UpdateItemOutput).Attributes)
			fmt.Println(c.Since(time.Unix(0, 0)), n, err)
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// 1s context deadline exceeded
	// 1s 2 <nil>
	// <nil>
}
