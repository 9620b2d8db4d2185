package fault_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/logging"
	"go.uber.org/goleak"

	"contend/internal/embedded"
	"contend/workload/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What one request takes at the server, and what the client has.
const (
	latency  = 20 * time.Millisecond
	patience = time.Second
)

// inProcess reaches a server without sockets, so that time can be virtual.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// notes collects the notes of a transport.
type notes struct {
	mu  sync.Mutex
	all []fault.Injected
}

func (n *notes) add(_ context.Context, i fault.Injected) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, i)
}

func (n *notes) list() []fault.Injected {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all
}

// scene is AWS's client on a faulty way to a server with a table.
type scene struct {
	transport *fault.Transport
	notes     notes
	client    *dynamodb.Client // on the faulty way
	direct    *dynamodb.Client
}

// newScene begins at once, with the server in the process.
func newScene(t testing.TB, mean time.Duration, rules ...fault.Rule) *scene {
	return sceneOver(t, inProcess{embedded.New(embedded.Config{Latency: embedded.Latency{Mean: mean}})}, "http://embedded", fault.Config{Rules: rules, Seed: 1})
}

func sceneOver(t testing.TB, next http.RoundTripper, endpoint string, config fault.Config) *scene {
	t.Helper()
	s := &scene{}
	config.Worker, config.Note = workerOf, s.notes.add
	s.transport = fault.New(next, config)
	s.client = clientOver(s.transport, endpoint, patience)
	s.direct = clientOver(next, endpoint, time.Hour)
	if _, err := s.direct.CreateTable(t.Context(), table()); err != nil {
		t.Fatal(err)
	}
	s.transport.Begin(time.Now())
	return s
}

func table() *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName: aws.String("counters"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	}
}

func clientOver(transport http.RoundTripper, endpoint string, patience time.Duration) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-west-3", BaseEndpoint: aws.String(endpoint), Retryer: aws.NopRetryer{}, Logger: logging.Nop{},
		Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
		HTTPClient:  &http.Client{Transport: transport, Timeout: patience},
	})
}

type workerKey struct{}

func asWorker(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, workerKey{}, n)
}

func workerOf(ctx context.Context) int {
	if n, ok := ctx.Value(workerKey{}).(int); ok {
		return n
	}
	return -1
}

func key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}}
}

// add adds one on the faulty way and returns the number that the client hears.
func (s *scene) add(ctx context.Context) (int, error) { return s.update(ctx, "") }

// addFirst does so if nothing was added before.
func (s *scene) addFirst(ctx context.Context) (int, error) {
	return s.update(ctx, "attribute_not_exists(n)")
}

func (s *scene) update(ctx context.Context, condition string) (int, error) {
	input := &dynamodb.UpdateItemInput{
		TableName: aws.String("counters"), Key: key(), UpdateExpression: aws.String("ADD n :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		ReturnValues:              types.ReturnValueUpdatedNew,
	}
	if condition != "" {
		input.ConditionExpression = aws.String(condition)
	}
	out, err := s.client.UpdateItem(ctx, input)
	if err != nil {
		return 0, err
	}
	return number(out.Attributes)
}

// read reads the number on the faulty way.
func (s *scene) read(ctx context.Context) (int, error) { return get(ctx, s.client) }

// applied is how often the server added one.
func (s *scene) applied(t testing.TB) int {
	t.Helper()
	n, err := get(t.Context(), s.direct)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func get(ctx context.Context, client *dynamodb.Client) (int, error) {
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("counters"), Key: key(), ConsistentRead: aws.Bool(true)})
	if err != nil || out.Item == nil {
		return 0, err
	}
	return number(out.Item)
}

func number(item map[string]types.AttributeValue) (int, error) {
	n, ok := item["n"].(*types.AttributeValueMemberN)
	if !ok {
		return 0, errors.New("there is no number")
	}
	return strconv.Atoi(n.Value)
}

func check[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
