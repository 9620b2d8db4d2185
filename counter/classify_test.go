package counter

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// TestClassifyAnswers sends a real request through the real client to a server
// that gives one answer.
func TestClassifyAnswers(t *testing.T) {
	const wire = "com.amazonaws.dynamodb.v20120810#"
	const page = "<html><head><title>Bad Gateway</title></head></html>"
	reasons := `hrottlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded","resource":"arn:aws:dynamodb:us-east-1:1:table/t"}]`
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   Classification
	}{
		{"condition failed", 400, `{"__type":"` + wire + `ConditionalCheckFailedException","message":"The conditional request failed"}`, Classification{Conflict, "ConditionalCheckFailedException", false}},
		{"transaction conflict", 400, `{"__type":"` + wire + `TransactionConflictException"}`, Classification{Conflict, "TransactionConflictException", false}},
		{"transaction in progress", 400, `{"__type":"` + wire + `TransactionInProgressException"}`, Classification{Conflict, "TransactionInProgressException", false}},
		{"write conflict between regions", 400, `{"__type":"` + wire + `ReplicatedWriteConflictException"}`, Classification{Conflict, "ReplicatedWriteConflictException", false}},
		{"another transaction under the token", 400, `{"__type":"` + wire + `IdempotentParameterMismatchException"}`, Classification{Failed, "IdempotentParameterMismatchException", true}},
		{"provisioned throughput", 400, `{"__type":"` + wire + `ProvisionedThroughputExceededException"}`, Classification{Throttled, "ProvisionedThroughputExceededException", false}},
		{"hot key, provisioned", 400, `{"__type":"` + wire + `ProvisionedThroughputExceededException","T` + reasons + `}`, Classification{Throttled, "TableWriteKeyRangeThroughputExceeded", false}},
		{"hot key, on demand", 400, `{"__type":"` + wire + `ThrottlingException","t` + reasons + `}`, Classification{Throttled, "TableWriteKeyRangeThroughputExceeded", false}},
		{"throttling", 400, `{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}`, Classification{Throttled, "ThrottlingException", false}},
		{"account limit", 400, `{"__type":"` + wire + `RequestLimitExceeded"}`, Classification{Throttled, "RequestLimitExceeded", false}},
		{"too many table operations", 400, `{"__type":"` + wire + `LimitExceededException"}`, Classification{Throttled, "LimitExceededException", false}},
		{"too many requests without a code", 429, `{}`, Classification{Throttled, "HTTP 429", false}},
		{"too many requests, of a proxy", 429, page, Classification{Throttled, "HTTP 429", false}},
		{"validation", 400, `{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}`, Classification{Failed, "ValidationException", true}},
		{"access denied", 400, `{"__type":"com.amazon.coral.service#AccessDeniedException"}`, Classification{Failed, "AccessDeniedException", true}},
		{"bad credentials", 400, `{"__type":"com.amazon.coral.service#UnrecognizedClientException"}`, Classification{Failed, "UnrecognizedClientException", true}},
		{"expired credentials", 400, `{"__type":"com.amazon.coral.service#ExpiredTokenException"}`, Classification{Failed, "ExpiredTokenException", true}},
		{"missing table", 400, `{"__type":"` + wire + `ResourceNotFoundException"}`, Classification{Failed, "ResourceNotFoundException", true}},
		{"not DynamoDB at all", 404, page, Classification{Failed, "HTTP 404", true}},
		{"not DynamoDB, in plain text", 404, "404 page not found\n", Classification{Failed, "HTTP 404", true}},
		{"refused by a proxy", 403, page, Classification{Failed, "HTTP 403", true}},
		{"slow to a proxy", 408, page, Classification{Unknown, "HTTP 408", false}},
		{"bad request without a code", 400, `{"message":"no"}`, Classification{Failed, "HTTP 400", true}},
		{"elsewhere", 301, page, Classification{Failed, "HTTP 301", true}},
		{"internal server error", 500, `{"__type":"` + wire + `InternalServerError"}`, Classification{Unknown, "InternalServerError", false}},
		{"bare 500", 500, ``, Classification{Unknown, "HTTP 500", false}},
		{"bad gateway", 502, ``, Classification{Unknown, "HTTP 502", false}},
		{"bad gateway, of a proxy", 502, page, Classification{Unknown, "HTTP 502", false}},
		{"unavailable, of a proxy", 503, page, Classification{Unknown, "HTTP 503", false}},
		{"service unavailable", 503, `{"__type":"com.amazon.coral.service#ServiceUnavailable"}`, Classification{Unknown, "ServiceUnavailable", false}},
		{"gateway time-out", 504, ``, Classification{Unknown, "HTTP 504", false}},
		{"a code in the head", 400, "", Classification{Throttled, "ThrottlingException", false}},
		{"a code in another member", 400, `{"code":"ThrottlingException"}`, Classification{Throttled, "ThrottlingException", false}},
		{"a number for a code", 503, `{"code":17}`, Classification{Unknown, "HTTP 503", false}},
		{"a transaction", 400, `{"__type":"` + wire + `TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError"}]}`, Classification{Throttled, "ThrottlingError", false}},
		{"throttled with 500", 500, `{"__type":"com.amazon.coral.availability#ThrottlingException"}`, Classification{Throttled, "ThrottlingException", false}},
		// The client computes the checksum and, as of service/dynamodb v1.73, drops the error.
		{"wrong checksum with 200", 200, `{"Attributes":{"value":{"N":"1"}}}`, Classification{Outcome: Applied}},
		{"a page with 200", 200, page, Classification{Unknown, ReasonBadAnswer, false}},
		{"garbage with 200", 200, `{"Attributes":`, Classification{Unknown, ReasonBadAnswer, false}},
		{"acknowledged without a value", 200, `{}`, Classification{Unknown, ReasonBadAnswer, true}},
		{"acknowledged with a fraction", 200, `{"Attributes":{"value":{"N":"1.5"}}}`, Classification{Unknown, ReasonBadAnswer, true}},
		{"acknowledged", 200, `{"Attributes":{"value":{"N":"1"}}}`, Classification{Outcome: Applied}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "application/x-amz-json-1.0")
				if strings.HasPrefix(c.name, "wrong checksum") {
					w.Header().Set("X-Amz-Crc32", "1")
				}
				if c.name == "a code in the head" {
					w.Header().Set("X-Amzn-ErrorType", "com.amazon.coral.availability#ThrottlingException:http://internal.amazon.com/")
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer server.Close()
			var wire Wire
			receipt, err := attempt(WithWire(t.Context(), &wire), server.URL, nil)
			if told := wire.Sends[0].Answer; c.status >= 300 && told != c.want || c.status < 300 && told.Outcome != Applied {
				t.Errorf("on the wire it is %+v, want %+v", told, c.want)
			}
			if receipt.Classification != c.want {
				t.Errorf("got %+v, want %+v (%v)", receipt.Classification, c.want, err)
			}
			if again := Classify(err); again != receipt.Classification {
				t.Errorf("Classify(err) is %+v, the receipt says %+v", again, receipt.Classification)
			}
			if (err == nil) != (receipt.Outcome == Applied) {
				t.Errorf("outcome %v with error %v", receipt.Outcome, err)
			}
		})
	}
}

// attempt makes one conditional write against a server.
func attempt(ctx context.Context, endpoint string, client *http.Client) (Receipt, error) {
	options := dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("key", "secret", ""),
		Retryer:      aws.NopRetryer{},
	}
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	options.HTTPClient = &Meter{Next: client}
	return NewConditional(dynamodb.New(options), OmitConflictState).Add(ctx, Key{Table: "table", Name: "name"}, Change{Delta: 1})
}

func TestClassifyConnections(t *testing.T) {
	hang := func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
	for _, c := range []struct {
		name    string
		serve   func(net.Conn)
		timeout time.Duration
		want    Classification
	}{
		{"reset after sending", func(conn net.Conn) {
			readRequest(conn)
			_ = conn.(*net.TCPConn).SetLinger(0)
		}, 0, Classification{Unknown, ReasonConnection, false}},
		{"closed after sending", readRequest, 0, Classification{Unknown, ReasonConnection, false}},
		{"half an answer", func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Attributes\":")
		}, 0, Classification{Unknown, ReasonBadAnswer, false}},
		{"half a refusal", func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"__type\":")
		}, 0, Classification{Unknown, ReasonBadAnswer, false}},
		{"half a refusal, and then nothing", func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"__type\":")
			hang(conn)
		}, 20 * time.Millisecond, Classification{Unknown, ReasonTimeout, false}},
		{"not HTTP", func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "220 mail.example ESMTP\r\n")
		}, 0, Classification{Unknown, ReasonConnection, false}},
		{"no answer in time", hang, 20 * time.Millisecond, Classification{Unknown, ReasonTimeout, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					c.serve(conn)
					conn.Close()
				}
			}()
			client := &http.Client{Timeout: c.timeout, Transport: &http.Transport{DisableKeepAlives: true}}
			var wire Wire
			receipt, err := attempt(WithWire(t.Context(), &wire), "http://"+listener.Addr().String(), client)
			if s := wire.Sends[0]; s.Answer != c.want && s.Status != http.StatusOK {
				t.Errorf("on the wire it is %+v, want %+v", s.Answer, c.want)
			}
			if receipt.Classification != c.want {
				t.Errorf("got %+v, want %+v (%v)", receipt.Classification, c.want, err)
			}
		})
	}
}

// TestAConnectionThatTheClientClosedIsNotLost: a connection that the client closed
// itself is not counted as broken by the server or the network.
func TestAConnectionThatTheClientClosedIsNotLost(t *testing.T) {
	connections := make(chan net.Conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		_ = (<-connections).Close() // the client's end
		<-r.Context().Done()
	}))
	defer server.Close()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		connections <- conn
		return conn, err
	}}
	receipt, err := attempt(t.Context(), server.URL, &http.Client{Transport: transport})
	if want := (Classification{Unknown, ReasonClosed, false}); receipt.Classification != want {
		t.Errorf("got %+v, want %+v (%v)", receipt.Classification, want, err)
	}
}

// readRequest reads all that was sent, so that closing the connection does not
// reset it.
func readRequest(conn net.Conn) {
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err == nil {
		_, _ = io.Copy(io.Discard, request.Body)
	}
}

func TestClassifyUnsent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := "http://" + listener.Addr().String()
	listener.Close()
	for _, c := range []struct{ name, endpoint string }{
		{"connection refused", refusing},
		{"no such host", "http://nowhere.invalid"},
	} {
		receipt, err := attempt(t.Context(), c.endpoint, nil)
		if want := (Classification{Failed, ReasonNotConnected, false}); receipt.Classification != want {
			t.Errorf("%s: got %+v, want %+v (%v)", c.name, receipt.Classification, want, err)
		}
	}
	noRegion := dynamodb.New(dynamodb.Options{Retryer: aws.NopRetryer{}})
	_, err = NewConditional(noRegion, OmitConflictState).Add(t.Context(), Key{Table: "table", Name: "name"}, Change{Delta: 1})
	if got := Classify(err); got.Outcome != Failed || !got.Permanent {
		t.Errorf("no region: got %+v (%v)", got, err)
	}
	receipt, err := attemptWithCredentials(t, aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("no credentials on this machine")
	}))
	if receipt.Outcome != Failed || !receipt.Permanent {
		t.Errorf("no credentials: got %+v (%v)", receipt, err)
	}
}

func attemptWithCredentials(t *testing.T, provider aws.CredentialsProvider) (Receipt, error) {
	client := dynamodb.New(dynamodb.Options{Region: "us-east-1", Credentials: provider, Retryer: aws.NopRetryer{}})
	return NewConditional(client, OmitConflictState).Add(t.Context(), Key{Table: "table", Name: "name"}, Change{Delta: 1})
}

func TestClassifyContext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer server.Close()
	deadline, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	canceled, cancelNow := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancelNow)
	for _, c := range []struct {
		ctx  context.Context
		want string
	}{{deadline, ReasonTimeout}, {canceled, ReasonCanceled}} {
		receipt, err := attempt(c.ctx, server.URL, nil)
		if receipt.Classification != (Classification{Unknown, c.want, false}) {
			t.Errorf("got %+v, want unknown, %s (%v)", receipt.Classification, c.want, err)
		}
	}
}

// TestClassifyTransactions covers the reasons of a cancelled transaction, which
// a plain write does not meet.
func TestClassifyTransactions(t *testing.T) {
	for _, c := range []struct {
		codes string
		want  Classification
	}{
		{"None ConditionalCheckFailed", Classification{Conflict, "ConditionalCheckFailed", false}},
		{"TransactionConflict", Classification{Conflict, "TransactionConflict", false}},
		{"ConditionalCheckFailed ThrottlingError", Classification{Throttled, "ThrottlingError", false}},
		{"ProvisionedThroughputExceeded", Classification{Throttled, "ProvisionedThroughputExceeded", false}},
		{"ThrottlingError ValidationError", Classification{Failed, "ValidationError", true}},
		{"ValidationError ThrottlingError TransactionConflict", Classification{Failed, "ValidationError", true}},
		{"", Classification{Conflict, "TransactionCanceledException", false}},
	} {
		canceled := &types.TransactionCanceledException{}
		for code := range strings.FieldsSeq(c.codes) {
			canceled.CancellationReasons = append(canceled.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
		}
		if got := Classify(fmt.Errorf("wrapped: %w", canceled)); got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.codes, got, c.want)
		}
	}
}

func TestClassifyOwn(t *testing.T) {
	key := Key{Table: "t", Name: "n"}
	for _, c := range []struct {
		err  error
		want Classification
	}{
		{nil, Classification{Outcome: Applied}},
		{&OverflowError{Key: key}, Classification{Failed, ReasonOverflow, true}},
		{&ValueError{Key: key}, Classification{Failed, ReasonNotCounter, true}},
		{&FloorError{Key: key}, Classification{Failed, ReasonFloor, false}},
		{fmt.Errorf("change: %w", ErrExpired), Classification{Failed, ReasonExpired, false}},
		{Change{}.checkToken(key), Classification{Failed, ReasonToken, true}},
		{fmt.Errorf("read: %w: 1 of 8", ErrUnprocessed), Classification{Throttled, ReasonUnprocessed, false}},
		{notFound(key), Classification{Failed, ReasonNotFound, true}},
		{&OutOfSyncError{Key: key}, Classification{Conflict, "out of sync", false}},
		{errors.New("anything else"), Classification{Unknown, ReasonUnexplained, false}},
	} {
		if got := Classify(c.err); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.err, got, c.want)
		}
	}
}

// TestClassifyThrottles: a throttle is classified by the first reason that the store
// gives, or by its code if there is none.
func TestClassifyThrottles(t *testing.T) {
	reasons := []types.ThrottlingReason{{Reason: aws.String("first")}, {Reason: aws.String("second")}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&types.ProvisionedThroughputExceededException{ThrottlingReasons: reasons}, "first"},
		{&types.ThrottlingException{ThrottlingReasons: reasons}, "first"},
		{&types.RequestLimitExceeded{ThrottlingReasons: reasons}, "first"},
		{&types.RequestLimitExceeded{}, "RequestLimitExceeded"},
		{&types.RequestLimitExceeded{ThrottlingReasons: []types.ThrottlingReason{{}}}, "RequestLimitExceeded"},
		{&types.RequestLimitExceeded{ThrottlingReasons: []types.ThrottlingReason{{Reason: aws.String("")}}}, "RequestLimitExceeded"},
	} {
		if got, want := Classify(c.err), (Classification{Outcome: Throttled, Reason: c.want}); got != want {
			t.Errorf("%#v: got %+v, want %+v", c.err, got, want)
		}
	}
}

// TestTheEndOfAContextIsNoConfiguration: a context that ends is not taken for a wrong
// configuration, even before the client has any answer.
func TestTheEndOfAContextIsNoConfiguration(t *testing.T) {
	for cause, want := range map[error]Classification{
		context.Canceled:         {Unknown, ReasonCanceled, false},
		context.DeadlineExceeded: {Unknown, ReasonTimeout, false},
		errors.New("no region"):  {Failed, ReasonConfiguration, true},
	} {
		if got := Classify(&smithy.OperationError{ServiceID: "DynamoDB", OperationName: "UpdateItem", Err: cause}); got != want {
			t.Errorf("%v: got %+v, want %+v", cause, got, want)
		}
	}
}

// TestOnlyRulesRefuse: only two errors count as refusals by a rule: a counter at its
// floor, and one that is full.
func TestOnlyRulesRefuse(t *testing.T) {
	for err, want := range map[error]bool{
		ErrFloor: true, ErrFull: true, ErrOverflow: false, ErrNotFound: false, ErrOutOfSync: false, context.DeadlineExceeded: false, nil: false,
	} {
		if got := Classify(err).Refused(); got != want {
			t.Errorf("%v: refused %t, want %t", err, got, want)
		}
	}
}

// TestAnAcknowledgementThatIsNotUnderstoodSaysSo: the error says that the
// acknowledgement was not understood, and wraps the cause.
func TestAnAcknowledgementThatIsNotUnderstoodSaysSo(t *testing.T) {
	cause := &ValueError{Key: Key{Table: "t", Name: "n"}, Attribute: "count", Problem: "is missing"}
	err := error(&answerError{cause})
	if got, want := err.Error(), "the write was acknowledged, but "+cause.Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is not told")
	}
}

// cryptic is a store that acknowledges every update with a value that is no number.
type cryptic struct{ DynamoDB }

func (cryptic) UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return &dynamodb.UpdateItemOutput{
		Attributes:       item{attributeValue: &types.AttributeValueMemberS{Value: "x"}},
		ConsumedCapacity: &types.ConsumedCapacity{CapacityUnits: aws.Float64(3)},
	}, nil
}

// TestAnAcknowledgementThatIsNotUnderstoodWasPaidFor: the change was made, so its write
// units count.
func TestAnAcknowledgementThatIsNotUnderstoodWasPaidFor(t *testing.T) {
	receipt, err := NewAtomicAdd(cryptic{}).Add(t.Context(), Key{Table: "t", Name: "n"}, Change{Delta: 1})
	if want := (Units{Write: 3, Reported: true}); receipt.Units != want || receipt.Outcome != Unknown || err == nil {
		t.Errorf("got %+v, %v, want units %+v", receipt, err, want)
	}
}
