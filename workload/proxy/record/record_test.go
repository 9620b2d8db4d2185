package record_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const table = "visits"

// scene is a program with an SDK that tries again, a proxy that records, and a store.
type scene struct {
	t        *testing.T
	proxy    *proxy.Proxy
	recorder *record.Recorder
	client   *dynamodb.Client
	claims   map[string]history.Claim
}

func newScene(t *testing.T, store http.Handler, rules ...fault.Rule) *scene {
	t.Helper()
	s := &scene{t: t}
	pattern, err := observe.ParsePattern("visits/*:hits")
	if err != nil {
		t.Fatal(err)
	}
	spool, err := os.Create(filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { spool.Close() })
	began := time.Now()
	s.recorder, err = record.New(record.Config{
		Spool: spool, Tool: "test",
		Read: func(ctx context.Context, by proxy.Asker, target *observe.Target, path []string) (int64, error) {
			return s.proxy.Read(ctx, by, target, path)
		},
	}, began)
	if err != nil {
		t.Fatal(err)
	}
	s.proxy = proxy.New(proxy.Config{
		Upstream: proxy.Upstream{Handler: store}, Rules: rules, Seed: 1, Watch: observe.Watch{pattern}, Before: s.recorder.Before, Note: s.recorder.Note,
	})
	t.Cleanup(s.proxy.Close)
	listener, err := s.proxy.Listen("127.0.0.1:0", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(context.WithoutCancel(t.Context())) })
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = dynamodb.New(dynamodb.Options{
		HTTPClient: &http.Client{Transport: &counter.WholeBody{Next: transport}, Timeout: time.Second}, Region: "us-east-1", BaseEndpoint: aws.String(listener.Endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("program", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 12, time.Millisecond, nil // more than can be lost
			o.RateLimiter = unlimited{}
		}),
	})
	if _, err = s.client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("page"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("page"), AttributeType: types.ScalarAttributeTypeS}},
	}); err != nil {
		t.Fatal(err)
	}
	s.proxy.Begin(began)
	return s
}

// unlimited lets the SDK try again as often as it likes.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func key(page string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"page": &types.AttributeValueMemberS{Value: page}}
}

// add is the naive increment of a page.
func (s *scene) add(page string) error {
	_, err := s.client.UpdateItem(s.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key(page), UpdateExpression: aws.String("ADD hits :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1)},
	})
	return err
}

// transact is an increment with a token of the SDK. It begins anew while a transaction of
// another goroutine is under way at the item, which the SDK does not do by itself.
func (s *scene) transact(page string) error {
	for {
		_, err := s.client.TransactWriteItems(s.t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Update: &types.Update{
			TableName: aws.String(table), Key: key(page), UpdateExpression: aws.String("ADD hits :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1)},
		}}}})
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) || aws.ToString(cancelled.CancellationReasons[0].Code) != "TransactionConflict" {
			return err
		}
	}
}

// swap reads and writes conditionally, until it succeeds.
func (s *scene) swap(page string) error {
	for {
		got, err := s.client.GetItem(s.t.Context(), &dynamodb.GetItemInput{TableName: aws.String(table), Key: key(page), ConsistentRead: aws.Bool(true)})
		if err != nil {
			return err
		}
		condition, values, old := "attribute_not_exists(hits)", map[string]types.AttributeValue{}, int64(0)
		if hits, ok := got.Item["hits"].(*types.AttributeValueMemberN); ok {
			if old, err = strconv.ParseInt(hits.Value, 10, 64); err != nil {
				return err
			}
			condition, values[":old"] = "hits = :old", number(old)
		}
		values[":new"] = number(old + 1)
		_, err = s.client.UpdateItem(s.t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(table), Key: key(page), UpdateExpression: aws.String("SET hits = :new"),
			ConditionExpression: aws.String(condition), ExpressionAttributeValues: values,
		})
		var refused *types.ConditionalCheckFailedException
		if !errors.As(err, &refused) {
			return err
		}
	}
}

// together does something often, by several goroutines.
func (s *scene) together(workers, times int, do func() error) {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range times {
				if err := do(); err != nil {
					s.t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// judged ends the recording and judges it.
func (s *scene) judged() (check.Verdict, record.Summary, *check.Examination) {
	s.t.Helper()
	s.proxy.Close()
	var file bytes.Buffer
	summary, err := s.recorder.Finish(s.t.Context(), &file, s.claims)
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := check.Examine(bytes.NewReader(file.Bytes()), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	v := check.Judge(e.Findings.Checks...)
	if e.Footer.Error != "" {
		v = v.CutShort()
	}
	return v, summary, e
}

func finding(v check.Verdict, name string) check.Result {
	for _, c := range v.Checks {
		if c.Name == name {
			return c
		}
	}
	return check.Result{}
}

func (s *scene) expect(v check.Verdict, want check.Status, named map[string]check.Status) {
	s.t.Helper()
	if v.Status != want {
		s.t.Errorf("verdict %s, want %s", v.Status, want)
	}
	for name, status := range named {
		if got := finding(v, name); got.Status != status {
			s.t.Errorf("%s: %s, want %s", name, got.Status, status)
		}
	}
	if s.t.Failed() {
		for _, c := range v.Checks {
			s.t.Logf("%s %s: %s %q", c.Status, c.Name, c.Reason, c.Evidence)
		}
	}
}

var resets = fault.Rule{Kind: fault.Reset, Probability: 0.2, On: []string{"update"}}

func TestALostReplyProvesADoubleApplication(t *testing.T) {
	s := newScene(t, embedded.New(embedded.Config{}), resets)
	s.together(4, 25, func() error { return s.add("home") })
	v, _, e := s.judged()
	s.expect(v, check.Fail, map[string]check.Status{
		"exactly-once": check.Fail, "once-per-call": check.Fail, "conservation": check.Pass, "chain": check.Pass, "linearizable": check.Pass,
	})
	evidence := strings.Join(finding(v, "once-per-call").Evidence, "\n")
	if !strings.Contains(evidence, "request 1, sent at ") || !strings.Contains(evidence, " and request 2, sent at ") || !strings.Contains(evidence, "injected reset") {
		t.Errorf("evidence: %s", evidence)
	}
	if l := e.Findings.Ledgers[0]; l.Acknowledged != 100 || l.Final <= 100 {
		t.Errorf("acknowledged %d, final %d", l.Acknowledged, l.Final)
	}
}

func TestWithoutFaultsNothingIsFound(t *testing.T) {
	s := newScene(t, embedded.New(embedded.Config{}))
	s.together(4, 10, func() error { return s.add("home") })
	s.together(3, 5, func() error { return s.swap("about") })
	s.together(3, 5, func() error { return s.transact("news") })
	s.claims = map[string]history.Claim{"": {Change: 70}}
	v, summary, _ := s.judged()
	s.expect(v, check.Pass, map[string]check.Status{"exactly-once": check.Pass, "once-per-call": check.Pass, "linearizable": check.Pass})
	if len(summary.Unseen) > 0 || summary.Replays > 0 || summary.Nameless > 0 {
		t.Errorf("summary: %+v", summary)
	}
}

func TestTokensMakeRetriesHarmless(t *testing.T) {
	s := newScene(t, embedded.New(embedded.Config{}), resets)
	s.together(3, 20, func() error { return s.transact("home") })
	v, summary, _ := s.judged()
	s.expect(v, check.Pass, map[string]check.Status{"exactly-once": check.Pass, "once-per-call": check.Pass, "conservation": check.Pass})
	if summary.Injected["reset"] == 0 {
		t.Errorf("no fault was injected: %+v", summary)
	}
}

// TestTheProgramCountsTwice: each call is applied once, and yet the program counts twice,
// because it takes a lost reply for a lost race. Only its own word shows that.
func TestTheProgramCountsTwice(t *testing.T) {
	s := newScene(t, embedded.New(embedded.Config{}), resets)
	s.together(1, 40, func() error { return s.swap("home") })
	s.claims = map[string]history.Claim{"visits/home:hits": {Change: 40}}
	v, _, _ := s.judged()
	s.expect(v, check.Fail, map[string]check.Status{"exactly-once": check.Fail, "once-per-call": check.Pass, "conservation": check.Pass, "chain": check.Pass})

	unsaid := newScene(t, embedded.New(embedded.Config{}), resets)
	unsaid.together(1, 40, func() error { return unsaid.swap("home") })
	v, _, _ = unsaid.judged()
	unsaid.expect(v, check.Inconclusive, map[string]check.Status{"exactly-once": check.Inconclusive})
}
