package fault_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"contend/counter"
	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/workload/fault"
)

// load is a load that can be carried out over HTTP and without it.
type load struct {
	latency, patience time.Duration
	rules             []fault.Rule
	seed              uint64
}

const (
	loadWorkers = 4
	loadEach    = 16
)

// story lists what happened to each worker, and what the server stored in the end.
type story struct {
	heard, noted [loadWorkers][]string
	counts       []int64
	stored       string
}

// way is a client of a server, with faults between.
type way struct {
	send   func(ctx context.Context, input any) (output any, err error)
	past   func(ctx context.Context, input any) (output any, err error) // without faults
	begin  func(time.Time)
	counts func() []int64
}

// TestBothWays: the same requests meet the same faults over HTTP and without it, and
// their clients get the same answers at the same moments.
func TestBothWays(t *testing.T) {
	met := map[fault.Kind]int64{}
	for name, l := range loads() {
		t.Run(name, func(t *testing.T) {
			http, direct := l.overHTTP(t), l.directly(t)
			compare(t, "stored", direct.stored, http.stored)
			compare(t, "counts", fmt.Sprint(direct.counts), fmt.Sprint(http.counts))
			for worker := range loadWorkers {
				compare(t, fmt.Sprint("heard by ", worker), strings.Join(direct.heard[worker], "\n"), strings.Join(http.heard[worker], "\n"))
				compare(t, fmt.Sprint("noted for ", worker), strings.Join(direct.noted[worker], "\n"), strings.Join(http.noted[worker], "\n"))
			}
			for i, n := range http.counts {
				met[l.rules[i].Kind] += n
			}
		})
	}
	t.Run("every kind was met", func(t *testing.T) {
		for _, kind := range fault.Kinds() {
			if met[kind] < 100 {
				t.Errorf("%s was met only %d times", kind, met[kind])
			}
		}
	})
}

func compare(t *testing.T, what, direct, overHTTP string) {
	t.Helper()
	if direct != overHTTP {
		t.Errorf("%s:\n direct:\n%s\n over HTTP:\n%s", what, direct, overHTTP)
	}
}

// loads are loads with each kind of fault alone, and with random rules about all kinds.
func loads() map[string]load {
	const ms = time.Millisecond
	const patience = 50 * ms
	all := map[string]load{}
	for speed, latency := range map[string]time.Duration{"fast": 7 * ms, "once only": 33 * ms, "too slow": 71 * ms} {
		for i, kind := range fault.Kinds() {
			all[fmt.Sprint(kind, ", ", speed)] = load{latency, patience, []fault.Rule{oftenMet(kind)}, uint64(i)}
		}
		all["partitions, "+speed] = load{latency, patience, []fault.Rule{
			{Kind: fault.Partition, From: 31 * ms, To: 53 * ms}, {Kind: fault.Partition, From: 71 * ms, To: 75 * ms, Workers: 2},
			{Kind: fault.Partition, From: 101 * ms, Probability: 0.5},
		}, 1}
	}
	for i, kind := range fault.Kinds() {
		few, windowed := oftenMet(kind), oftenMet(kind)
		few.Count, few.Workers = 9, 3
		windowed.From, windowed.To = 31*ms, 107*ms
		all[fmt.Sprint(kind, ", few, instant")] = load{0, patience, []fault.Rule{few}, uint64(i)}
		all[fmt.Sprint(kind, ", for a time")] = load{7 * ms, patience, []fault.Rule{windowed}, uint64(i)}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 24 {
		l := load{patience: patience, seed: uint64(i)}
		l.latency = time.Duration(random.Int64N(int64(40 * ms)))
		for _, kind := range fault.Kinds() {
			l.rules = append(l.rules, randomRule(random, kind))
		}
		random.Shuffle(len(l.rules), func(a, b int) { l.rules[a], l.rules[b] = l.rules[b], l.rules[a] })
		all[fmt.Sprint("random rules ", i)] = l
	}
	return all
}

// oftenMet is a rule whose delays are often longer than the clients' time-outs.
func oftenMet(kind fault.Kind) fault.Rule {
	rule := fault.Rule{Kind: kind, Probability: 0.4}
	if kind == fault.LateRequest {
		rule.Delay = fault.Delay{Mean: 31 * time.Millisecond, SD: 17 * time.Millisecond}
	}
	return rule
}

func randomRule(random *rand.Rand, kind fault.Kind) fault.Rule {
	moment := func() time.Duration { return time.Duration(random.Int64N(int64(300 * time.Millisecond))) }
	rule := fault.Rule{Kind: kind, Probability: 0.3 * random.Float64()}
	if random.IntN(3) == 0 {
		rule.From = moment()
		rule.To = rule.From + 1 + moment()
	}
	if random.IntN(3) == 0 {
		rule.Count = 1 + random.Int64N(8)
	}
	if random.IntN(4) == 0 {
		rule.On = []string{[]string{"update", "read", "UpdateItem"}[random.IntN(3)]}
	}
	rule.Workers = random.IntN(loadWorkers + 1)
	if kind == fault.LateRequest {
		rule.Delay = fault.Delay{Mean: 1 + moment()/6, SD: moment() / 6}
	}
	return rule
}

func (l load) overHTTP(t *testing.T) (told *story) {
	synctest.Test(t, func(t *testing.T) {
		wire := piped(t, loadWorkers, embedded.Config{Latency: embedded.Latency{Mean: l.latency}})
		told = &story{}
		transport := fault.New(wire, told.config(l))
		told.carryOut(t, t.Context(), way{
			send: through(clientOver(transport, wire.endpoint, l.patience)), past: through(clientOver(wire, wire.endpoint, time.Hour)),
			begin: transport.Begin, counts: transport.Counts,
		})
	})
	return told
}

func (l load) directly(t *testing.T) (told *story) {
	err := clock.Simulation{Start: time.Unix(1e9, 0)}.Run(t.Context(), func(ctx context.Context) error {
		server := embedded.New(embedded.Config{Latency: embedded.Latency{Mean: l.latency}, Clock: clock.Of(ctx)}).Direct()
		told = &story{}
		faults := fault.NewDirect(told.config(l))
		told.carryOut(t, ctx, way{
			send: func(ctx context.Context, input any) (any, error) {
				until := clock.Of(ctx).Now().Add(l.patience)
				answer := faults.Do(ctx, fault.Request{Operation: embedded.OperationOf(input), Until: until}, func(ctx context.Context, _ bool) fault.Answer {
					return answerOf(server.Do(ctx, embedded.Request{Input: input, Until: until}))
				})
				return answer.Output, sdkError(answer)
			},
			past: func(ctx context.Context, input any) (any, error) {
				return server.Do(ctx, embedded.Request{Input: input})
			},
			begin: faults.Begin, counts: faults.Counts,
		})
		server.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// answerOf is the answer of the embedded server.
func answerOf(output any, err error) fault.Answer {
	var refused *embedded.Refusal
	switch {
	case err == nil:
		return fault.Answer{Output: output, Status: http.StatusOK}
	case errors.As(err, &refused):
		return fault.Answer{Status: refused.Status, Code: refused.API.ErrorCode(), Err: refused.API}
	case errors.Is(err, embedded.ErrNoAnswer):
		return fault.Answer{Err: context.DeadlineExceeded}
	}
	return fault.Answer{Err: err}
}

// sdkError is an error as the SDK's client returns it.
func sdkError(answer fault.Answer) error {
	if answer.Err == nil {
		return nil
	}
	response := &smithyhttp.Response{Response: &http.Response{StatusCode: answer.Status}}
	return &smithy.OperationError{Err: &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: response, Err: answer.Err}}}
}

// through sends by a client of the SDK.
func through(client *dynamodb.Client) func(context.Context, any) (any, error) {
	return func(ctx context.Context, input any) (any, error) {
		switch input := input.(type) {
		case *dynamodb.CreateTableInput:
			return client.CreateTable(ctx, input)
		case *dynamodb.UpdateItemInput:
			return client.UpdateItem(ctx, input)
		case *dynamodb.TransactWriteItemsInput:
			return client.TransactWriteItems(ctx, input)
		case *dynamodb.GetItemInput:
			return client.GetItem(ctx, input)
		}
		panic(fmt.Sprintf("%T", input))
	}
}

// config is a configuration whose notes go into the story.
func (s *story) config(l load) fault.Config {
	note := func(ctx context.Context, i fault.Injected) {
		worker := workerOf(ctx)
		s.noted[worker] = append(s.noted[worker], fmt.Sprintf("%d: %+v", len(s.heard[worker]), i))
	}
	return fault.Config{Rules: l.rules, Seed: l.seed, Worker: workerOf, Note: note}
}

// carryOut sends the requests of all workers, of which no two do anything at the same
// moment.
func (s *story) carryOut(t *testing.T, ctx context.Context, w way) {
	if _, err := w.past(ctx, table()); err != nil {
		t.Fatal(err)
	}
	c := clock.Of(ctx)
	began := c.Now()
	w.begin(began)
	workers := c.NewGroup()
	for worker := range loadWorkers {
		workers.Go("worker", func() error {
			ctx := asWorker(ctx, worker)
			c.Sleep(ctx, time.Duration(worker)*1_000_003)
			for n := range loadEach {
				output, err := w.send(ctx, request(worker, n))
				s.heard[worker] = append(s.heard[worker], fmt.Sprintf("%d: %s: %s", n, c.Since(began), described(output, err)))
				c.Sleep(ctx, time.Duration(worker+1)*700_001)
			}
			return nil
		})
	}
	_ = workers.Wait()
	c.Sleep(ctx, time.Minute) // what nobody awaits any more is carried out
	s.counts = w.counts()
	for _, name := range stored() {
		output, err := w.past(ctx, &dynamodb.GetItemInput{TableName: aws.String("counters"), Key: named(name), ConsistentRead: aws.Bool(true)})
		s.stored += name + ": " + described(output, err) + "\n"
	}
}

// request is the n-th request of a worker.
func request(worker, n int) any {
	own := named(fmt.Sprint("of ", worker))
	one := map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}}
	switch n % 4 {
	case 0:
		return &dynamodb.UpdateItemInput{
			TableName: aws.String("counters"), Key: named("shared"), UpdateExpression: aws.String("ADD n :one"),
			ExpressionAttributeValues: one, ReturnValues: types.ReturnValueUpdatedNew,
		}
	case 1: // half of them are refused
		return &dynamodb.UpdateItemInput{
			TableName: aws.String("counters"), Key: named(fmt.Sprint("new ", n/8)), UpdateExpression: aws.String("ADD n :one"),
			ConditionExpression:       aws.String("attribute_not_exists(n)"),
			ExpressionAttributeValues: one, ReturnValues: types.ReturnValueUpdatedNew,
		}
	case 2:
		return &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: aws.String(fmt.Sprint("token ", worker, n)),
			TransactItems: []types.TransactWriteItem{{Update: &types.Update{
				TableName: aws.String("counters"), Key: own, UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: one,
			}}},
		}
	}
	return &dynamodb.GetItemInput{TableName: aws.String("counters"), Key: own, ConsistentRead: aws.Bool(true)}
}

// stored lists the keys of the requests.
func stored() []string {
	names := []string{"shared"}
	for i := range loadEach / 8 {
		names = append(names, fmt.Sprint("new ", i))
	}
	for worker := range loadWorkers {
		names = append(names, fmt.Sprint("of ", worker))
	}
	return names
}

func named(name string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: name}}
}

// described describes the answer that a client got.
func described(output any, err error) string {
	switch output := output.(type) {
	case *dynamodb.UpdateItemOutput:
		if err == nil {
			n, err := number(output.Attributes)
			return fmt.Sprint("updated to ", n, err)
		}
	case *dynamodb.GetItemOutput:
		if err == nil {
			n, err := number(output.Item)
			return fmt.Sprint("read ", n, err)
		}
	}
	if err == nil {
		return "done"
	}
	said := fmt.Sprintf("%+v", counter.Classify(err))
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		said += fmt.Sprint(", status ", response.HTTPStatusCode())
	}
	if errors.Is(err, syscall.ECONNRESET) {
		said += ", reset"
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		said += ", time-out"
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		said += fmt.Sprintf(", %T %s %q", api, api.ErrorCode(), api.ErrorMessage())
	}
	var throttled *types.ProvisionedThroughputExceededException
	if errors.As(err, &throttled) {
		for _, r := range throttled.ThrottlingReasons {
			said += fmt.Sprintf(", %q %q", aws.ToString(r.Reason), aws.ToString(r.Resource))
		}
	}
	return said
}
