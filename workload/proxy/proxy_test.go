package proxy_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.uber.org/goleak"

	"contend/counter"
	"contend/internal/embedded"
	"contend/workload/fault"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scene is a proxy in front of the embedded server, with a client of the SDK that tries
// again as it does by default.
type scene struct {
	proxy  *proxy.Proxy
	client *dynamodb.Client
	mu     sync.Mutex
	notes  []*proxy.Exchange
}

const table = "visits"

func newScene(t *testing.T, rules ...fault.Rule) *scene {
	t.Helper()
	s := new(scene)
	s.proxy = proxy.New(proxy.Config{
		Upstream: proxy.Upstream{Handler: embedded.New(embedded.Config{})},
		Rules:    rules, Watch: watching(t, "visits/*:hits"), Note: s.note,
	})
	t.Cleanup(s.proxy.Close)
	listener, err := s.proxy.Listen("127.0.0.1:0", "program", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := listener.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	s.client = newClient(t, listener.Endpoint)
	createTable(t, s.client)
	s.proxy.Begin(time.Now())
	return s
}

func createTable(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("page"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("page"), AttributeType: types.ScalarAttributeTypeS}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newClient(t *testing.T, endpoint string) *dynamodb.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return dynamodb.New(dynamodb.Options{
		HTTPClient:   &http.Client{Transport: &counter.WholeBody{Next: transport}, Timeout: 10 * time.Second},
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("program", "secret", ""),
		Retryer:      retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = 5, time.Millisecond }),
	})
}

func watching(t *testing.T, patterns ...string) observe.Watch {
	t.Helper()
	var watch observe.Watch
	for _, text := range patterns {
		p, err := observe.ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		watch = append(watch, p)
	}
	return watch
}

func (s *scene) note(x *proxy.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, x)
}

// of closes the proxy and returns the exchanges of an operation. An exchange is noted only
// after its client has the answer.
func (s *scene) of(operation string) []*proxy.Exchange {
	s.proxy.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*proxy.Exchange
	for _, x := range s.notes {
		if x.Operation == operation {
			found = append(found, x)
		}
	}
	return found
}

func (s *scene) add(t *testing.T) error {
	_, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key("home"), UpdateExpression: aws.String("ADD hits :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	})
	return err
}

func key(page string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"page": &types.AttributeValueMemberS{Value: page}}
}

// TestALostReplyIsAppliedTwice: the proxy sees that the two requests of one call of the
// SDK both added one.
func TestALostReplyIsAppliedTwice(t *testing.T) {
	s := newScene(t, fault.Rule{Kind: fault.Reset, Probability: 0.7, On: []string{"UpdateItem"}})
	for range 5 {
		if err := s.add(t); err != nil {
			t.Log(err)
		}
	}
	calls := map[string]int{}
	for _, x := range s.of("UpdateItem") {
		for _, d := range x.Deliveries {
			if d.Outcome != counter.Applied || len(d.Effects) != 1 || d.Effects[0].Delta != 1 || !d.Effects[0].Adds {
				t.Fatalf("delivery: %+v", d)
			}
			calls[x.Call]++
		}
		if x.Process != "program" || x.Attempt < 1 || x.Call == "" {
			t.Errorf("exchange: %+v", x)
		}
	}
	twice := 0
	for _, n := range calls {
		if n > 1 {
			twice++
		}
	}
	if twice == 0 {
		t.Error("no call was applied twice")
	}
	if n, err := s.value(t); err != nil || n == 0 {
		t.Errorf("value %d, %v", n, err)
	}
}

func (s *scene) value(t *testing.T) (int64, error) {
	x := s.of("UpdateItem")[0]
	return s.proxy.Read(t.Context(), x.Asker(), &x.Items[0], []string{"hits"})
}

// TestAnswersHideWhatTheProxyAsked: the client gets the answers that it would get from the
// store itself.
func TestAnswersHideWhatTheProxyAsked(t *testing.T) {
	s := newScene(t)
	if err := s.add(t); err != nil {
		t.Fatal(err)
	}
	got, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key("home"), UpdateExpression: aws.String("SET hits = hits + :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	})
	if err != nil || got.Attributes != nil {
		t.Errorf("attributes %v, error %v", got.Attributes, err)
	}
	_, err = s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key("home"), UpdateExpression: aws.String("SET hits = :new"), ConditionExpression: aws.String("hits = :old"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":new": &types.AttributeValueMemberN{Value: "7"}, ":old": &types.AttributeValueMemberN{Value: "6"}},
	})
	var refused *types.ConditionalCheckFailedException
	if !errors.As(err, &refused) || refused.Item != nil {
		t.Errorf("refused: %v, item %v", err, refused.Item)
	}
	all := s.of("UpdateItem")
	last := all[len(all)-1].Deliveries[0].Effects[0]
	if last.Saw != (observe.State{Value: 2, Known: true}) || last.Built != (observe.State{Value: 6, Known: true}) || last.Delta != 1 {
		t.Errorf("refused write: %+v", last)
	}
	if first := all[1].Deliveries[0].Effects[0]; first.After != (observe.State{Value: 2, Known: true}) || first.Delta != 1 {
		t.Errorf("write: %+v", first)
	}
}
