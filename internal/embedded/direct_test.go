package embedded_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/clock"
	"contend/internal/embedded"
)

// directly runs a test in simulated time with the direct door of a server that has a
// table.
func directly(t *testing.T, config embedded.Config, do func(ctx context.Context, c clock.Clock, d *embedded.Direct)) {
	t.Helper()
	err := clock.Simulation{Start: time.Unix(1e9, 0)}.Run(t.Context(), func(ctx context.Context) error {
		config.Clock = clock.Of(ctx)
		d := embedded.New(config).Direct()
		createDirectly(t, d)
		do(ctx, config.Clock, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// createDirectly creates a table as [createTable] does.
func createDirectly(t testing.TB, d *embedded.Direct) {
	t.Helper()
	if _, err := d.Do(t.Context(), embedded.Request{Input: tableInput()}); err != nil {
		t.Error(err)
	}
}

// addOne is an update that adds 1.
func addOne() *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key("a"), UpdateExpression: aws.String("ADD n :one"),
		ExpressionAttributeValues: item{":one": number(1)}, ReturnValues: types.ReturnValueUpdatedNew,
	}
}

// stored returns the number in the store.
func stored(t *testing.T, ctx context.Context, d *embedded.Direct) string {
	t.Helper()
	out, err := d.Do(ctx, embedded.Request{Input: &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("a"), ConsistentRead: aws.Bool(true)}})
	if err != nil {
		t.Fatal(err)
	}
	n, _ := out.(*dynamodb.GetItemOutput).Item["n"].(*types.AttributeValueMemberN)
	if n == nil {
		return ""
	}
	return n.Value
}

// TestADirectRequestTakesItsTime: a direct request takes the way to the server and back,
// and the latency.
func TestADirectRequestTakesItsTime(t *testing.T) {
	directly(t, embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Millisecond}}, func(ctx context.Context, c clock.Clock, d *embedded.Direct) {
		began := c.Now()
		out, err := d.Do(ctx, embedded.Request{Input: addOne(), Way: time.Millisecond})
		if err != nil || out.(*dynamodb.UpdateItemOutput).Attributes["n"] == nil || c.Since(began) != 6*time.Millisecond {
			t.Errorf("%v after %s", err, c.Since(began))
		}
	})
}

// TestAClientThatGivesUp: it gets no answer, and its request is carried out.
func TestAClientThatGivesUp(t *testing.T) {
	directly(t, embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Second}}, func(ctx context.Context, c clock.Clock, d *embedded.Direct) {
		limited, cancel := c.WithDeadline(ctx, c.Now().Add(2*time.Second))
		defer cancel()
		for _, test := range []struct {
			ctx   context.Context
			until time.Time
			lasts time.Duration
		}{{ctx, c.Now().Add(time.Second), time.Second}, {limited, time.Time{}, time.Second}} {
			began := c.Now()
			_, err := d.Do(test.ctx, embedded.Request{Input: addOne(), Until: test.until})
			if !errors.Is(err, embedded.ErrNoAnswer) || c.Since(began) != test.lasts {
				t.Errorf("%v after %s", err, c.Since(began))
			}
		}
		if _, err := d.Do(limited, embedded.Request{Input: addOne()}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after the deadline: %v", err)
		}
		d.Wait()
		if n := stored(t, ctx, d); n != "2" {
			t.Errorf("stored %q, want 2", n)
		}
	})
}

// TestADirectRefusal: a refusal has the SDK's type and an HTTP status.
func TestADirectRefusal(t *testing.T) {
	directly(t, embedded.Config{}, func(ctx context.Context, c clock.Clock, d *embedded.Direct) {
		in := addOne()
		in.ConditionExpression = aws.String("attribute_exists(n)")
		_, err := d.Do(ctx, embedded.Request{Input: in})
		var refused *embedded.Refusal
		var condition *types.ConditionalCheckFailedException
		if !errors.As(err, &refused) || refused.Status != 400 || !errors.As(err, &condition) {
			t.Errorf("got %v", err)
		}
		if n := stored(t, ctx, d); n != "" {
			t.Errorf("stored %q", n)
		}
	})
}

// TestLatenciesAreOfAWorker: a worker's latencies do not depend on other workers.
func TestLatenciesAreOfAWorker(t *testing.T) {
	lasts := func(others int) (all [3]time.Duration) {
		directly(t, embedded.Config{Latency: embedded.Latency{Mean: time.Second, SD: time.Second / 4}, Seed: 3}, func(ctx context.Context, c clock.Clock, d *embedded.Direct) {
			for range others {
				_, _ = d.Do(ctx, embedded.Request{Input: addOne(), Worker: 2})
			}
			for i := range all {
				began := c.Now()
				_, _ = d.Do(ctx, embedded.Request{Input: addOne(), Worker: 1})
				all[i] = c.Since(began)
			}
		})
		return all
	}
	if alone, among := lasts(0), lasts(5); alone != among || alone[0] == alone[1] {
		t.Errorf("alone %s, after others %s", alone, among)
	}
}

// TestDirectAtOnce: requests at the same time share no memory.
func TestDirectAtOnce(t *testing.T) {
	d := embedded.New(embedded.Config{}).Direct()
	createDirectly(t, d)
	const clients, each = 8, 100
	var working sync.WaitGroup
	for c := range clients {
		working.Go(func() {
			id := string(rune('a' + c))
			for n := range each {
				in := addOne()
				in.Key = key(id)
				in.ReturnValues = types.ReturnValueAllNew
				out, err := d.Do(t.Context(), embedded.Request{Input: in})
				if err != nil {
					t.Error(err)
					return
				}
				got := out.(*dynamodb.UpdateItemOutput).Attributes
				if numberOf(got, "n") != strconv.Itoa(n+1) || got["id"].(*types.AttributeValueMemberS).Value != id {
					t.Errorf("update %d of %s was answered with %v", n+1, id, got)
				}
			}
		})
	}
	working.Wait()
}
