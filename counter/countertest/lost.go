package countertest

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// losing is a client that loses the answers to the first writes.
type losing struct {
	counter.DynamoDB
	left    atomic.Int64 // how many more answers to lose
	arrives bool         // the store carries the lost requests out
}

func lose[Out any](l *losing, send func() (*Out, error)) (*Out, error) {
	if l.left.Add(-1) < 0 {
		return send()
	}
	if l.arrives {
		if _, err := send(); err != nil {
			return nil, err
		}
	}
	return nil, context.DeadlineExceeded
}

func (l *losing) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return lose(l, func() (*dynamodb.UpdateItemOutput, error) { return l.DynamoDB.UpdateItem(ctx, in, o...) })
}

func (l *losing) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return lose(l, func() (*dynamodb.PutItemOutput, error) { return l.DynamoDB.PutItem(ctx, in, o...) })
}

func (l *losing) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return lose(l, func() (*dynamodb.TransactWriteItemsOutput, error) {
		return l.DynamoDB.TransactWriteItems(ctx, in, o...)
	})
}

// lostAnswer: a change that is made again after its answer was lost counts twice,
// unless the design recognises it.
func (s suite) lostAnswer(t *testing.T) {
	for _, c := range []struct {
		what    string
		arrives bool
	}{{"of a change that was made", true}, {"of a change that was not made", false}} {
		t.Run(c.what, func(t *testing.T) {
			key, mine := s.fresh(t, 10), change(1)
			client := &losing{DynamoDB: s.client, arrives: c.arrives}
			client.left.Store(1)
			s.strategy = s.build(client)
			first, err := s.attempt(t, key, mine)
			if err == nil || first.Outcome != counter.Unknown {
				t.Errorf("got %+v, %v; want unknown", first, err)
			}
			if (s.Costs != Costs{}) && first.EstimatedUnits.Write < 1 {
				t.Errorf("got %+v, want an estimate of the write's units", first)
			}
			second := s.apply(t, key, mine)
			if want := c.arrives && s.traits.Idempotent; second.Repeated != want {
				t.Errorf("repeated: got %t, want %t", second.Repeated, want)
			}
			want := int64(11)
			if c.arrives && !s.traits.Idempotent {
				want = 12
			}
			s.holds(t, key, want)
		})
	}
}
