package counter_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// onCollections runs a test in a table with a sort key, on both servers.
func onCollections(t *testing.T, test func(*testing.T, *dynamodb.Client)) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		if _, err := counter.CreateTable(t.Context(), client, "events", counter.Traits{SortKey: true}); err != nil {
			t.Fatal(err)
		}
		test(t, client)
	})
}

// paging is a client whose queries return a few items at a time, until one of them
// fails as planned.
type paging struct {
	counter.DynamoDB
	limit  int32
	pages  int
	failAt int
}

func (p *paging) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	if p.pages++; p.pages == p.failAt {
		return nil, context.DeadlineExceeded
	}
	in.Limit = aws.Int32(p.limit)
	return p.DynamoDB.Query(ctx, in, o...)
}

func TestItemCollectionReadsAllPages(t *testing.T) {
	onCollections(t, func(t *testing.T, client *dynamodb.Client) {
		key := counter.Key{Table: "events", Name: "paged"}
		s := counter.NewItemCollection(client)
		if err := s.Create(t.Context(), key, 100); err != nil {
			t.Fatal(err)
		}
		for delta := range int64(9) {
			if _, err := s.Add(t.Context(), key, withToken(delta)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			limit  int32
			failAt int
			pages  int
			read   float64
		}{{10, 0, 2, 1.5}, {3, 0, 4, 4}, {100, 0, 1, 1}, {3, 3, 3, 2}} {
			p := &paging{DynamoDB: client, limit: c.limit, failAt: c.failAt}
			state, units, err := counter.NewItemCollection(p).Read(t.Context(), key, true)
			if (err != nil) != (c.failAt > 0) || err == nil && state.Value != 136 || p.pages != c.pages {
				t.Errorf("%d a page: got %+v of %d pages, %v", c.limit, state, p.pages, err)
			}
			// An empty last page takes half a unit or none.
			if math.Abs(units.Read-c.read) > 0.5 || !units.Reported {
				t.Errorf("%d a page: took %+v, want about %g", c.limit, units, c.read)
			}
		}
	})
}

// TestItemCollectionSum: only the sum must be within int64, and each of the items must
// be a change.
func TestItemCollectionSum(t *testing.T) {
	const least, most = math.MinInt64, math.MaxInt64
	onCollections(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewItemCollection(client)
		for _, c := range []struct {
			name    string
			initial int64
			deltas  []int64
			want    int64
			err     string
		}{
			{"in-between", most, []int64{most, most, least, least}, most - 2, ""},
			{"beyond", most, []int64{1}, 0, "adds up to 9223372036854775808, which is beyond int64"},
			{"below", least, []int64{-1, 0}, 0, "adds up to -9223372036854775809, which is beyond int64"},
		} {
			key := counter.Key{Table: "events", Name: c.name}
			if err := s.Create(t.Context(), key, c.initial); err != nil {
				t.Fatal(err)
			}
			for _, delta := range c.deltas {
				if _, err := s.Add(t.Context(), key, withToken(delta)); err != nil {
					t.Fatal(err)
				}
			}
			state, _, err := s.Read(t.Context(), key, true)
			if state.Value != c.want || (err == nil) != (c.err == "") || err != nil && (!errors.Is(err, counter.ErrNotCounter) || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("%s: got %+v, %v; want %d, %s", c.name, state, err, c.want, c.err)
			}
		}
	})
}

// TestItemCollectionOfOthers: the error names an item that is no change, and changes
// that were stored before their counter count.
func TestItemCollectionOfOthers(t *testing.T) {
	onCollections(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewItemCollection(client)
		key := counter.Key{Table: "events", Name: "early"}
		if _, err := s.Add(t.Context(), key, withToken(5)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotFound) {
			t.Errorf("before its creation: got %v", err)
		}
		if err := s.Create(t.Context(), key, 30); err != nil {
			t.Fatal(err)
		}
		if got := stored(t, s, key); got.Value != 35 || got.Updated.IsZero() {
			t.Errorf("got %+v, want 35", got)
		}
		_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("events"), Item: map[string]types.AttributeValue{
			"id": &types.AttributeValueMemberS{Value: "early"}, "event": &types.AttributeValueMemberS{Value: "odd"}, "delta": number("0.5"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotCounter) || !strings.Contains(err.Error(), `event "odd" is 0.5`) {
			t.Errorf("a fraction: got %v", err)
		}
	})
}
