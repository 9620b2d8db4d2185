package expression

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
	"contend/internal/localtest"
)

// TestLocalAgrees compares the tables of expressions with DynamoDB Local, except for
// [TestTouched], where DynamoDB Local is known to differ from AWS.
func TestLocalAgrees(t *testing.T) {
	l := &local{endpoint: localtest.Start(t), transport: &http.Transport{}}
	t.Cleanup(l.transport.CloseIdleConnections)
	l.ask(t, "CreateTable", `{"TableName":"expressions","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	t.Cleanup(func() { l.ask(t, "DeleteTable", `{"TableName":"expressions"}`) })
	l.refuses(t)
	l.matches(t)
	l.applies(t)
}

func (l *local) refuses(t *testing.T) {
	conditions := slices.Concat(conditionRefusals, beyondLimits)
	tables := map[string][]refusal{conditionLabel: conditions, updateLabel: updateRefusals, projectionLabel: projectionRefusals}
	for label, table := range tables {
		for _, c := range table {
			if got, want := l.tell(t, label, c.text, "x").message, c.message(label); got != want {
				t.Errorf("%q:\n Local %s\n want  %s", c.text, got, want)
			}
		}
	}
}

func (l *local) matches(t *testing.T) {
	l.store(t)
	for key, table := range map[string][]match{"x": slices.Concat(matches, atLimits), "nothing": matchesNothing} {
		for _, c := range table {
			answer := l.tell(t, conditionLabel, c.text, key)
			refused := answer.message == "The conditional request failed"
			if !refused && answer.message != "" || refused == c.want {
				t.Errorf("%s: want %t, Local says %q", c.text, c.want, answer.message)
			}
			if !refused {
				l.ask(t, "DeleteItem", `{"TableName":"expressions","Key":{"id":{"S":"nothing"}}}`)
			}
		}
	}
}

func (l *local) applies(t *testing.T) {
	for _, c := range changes {
		l.store(t)
		if got := l.tell(t, updateLabel, c.text, "x"); !equal(got.item, changedTo(t, c.part)) {
			t.Errorf("%s: Local has %s %s, want the change %s", c.text, got.message, text(got.item), c.part)
		}
	}
	l.store(t)
	for _, c := range itemRefusals {
		// AWS has other words for it.
		want := strings.ReplaceAll(c.why, "Attempting to store more than 38 significant digits in a Number", "DynamoDB only supports precision up to 38 digits")
		if got := l.tell(t, updateLabel, c.text, "x"); got.message != want {
			t.Errorf("%s: Local says %q, want %q", c.text, got.message, want)
		}
	}
	for _, c := range projections {
		if got := l.tell(t, projectionLabel, c.text, "x"); !same(t, got.item, c.part) {
			t.Errorf("%s: Local has %s, want %s", c.text, text(got.item), c.part)
		}
	}
}

// local is a DynamoDB Local.
type local struct {
	endpoint  string
	transport *http.Transport
}

type answer struct {
	item    attribute.Item
	message string // of an error
}

func (l *local) store(t *testing.T) {
	t.Helper()
	l.ask(t, "PutItem", `{"TableName":"expressions","Item":`+stored+`}`)
}

// tell lets DynamoDB Local apply an expression to an item. It sends only the
// placeholders that the expression uses, because unused ones are refused.
func (l *local) tell(t *testing.T, label, text, key string) answer {
	t.Helper()
	request := map[string]any{"TableName": "expressions", "Key": map[string]any{"id": map[string]any{"S": key}}, label: text}
	operation := "UpdateItem"
	if label == projectionLabel {
		operation = "GetItem"
	} else {
		request["ReturnValues"] = "ALL_NEW"
		addUsed(request, "ExpressionAttributeValues", text, decoded(t, operands))
	}
	addUsed(request, "ExpressionAttributeNames", text, names)
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return l.ask(t, operation, string(body))
}

func decoded(t *testing.T, object string) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func addUsed[V any](request map[string]any, parameter, text string, all map[string]V) {
	used := map[string]V{}
	for _, token := range lex(nil, text) {
		word := text[token.start:token.end]
		if value, ok := all[word]; ok {
			used[word] = value
		}
	}
	if len(used) > 0 {
		request[parameter] = used
	}
}

func (l *local) ask(t *testing.T, operation, body string) answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, l.endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x")
	response, err := l.transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	reply, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, reply)
}

func read(t *testing.T, reply []byte) answer {
	t.Helper()
	v, err := fastjson.ParseBytes(bytes.TrimSpace(reply))
	if err != nil {
		t.Fatalf("%s: %v", reply, err)
	}
	for _, name := range []string{"Item", "Attributes"} {
		if v.Exists(name) {
			item, err := attribute.DecodeItem(v.Get(name))
			if err != nil {
				t.Fatalf("%s: %v", reply, err)
			}
			return answer{item: item}
		}
	}
	return answer{message: fmt.Sprintf("%s%s", v.GetStringBytes("message"), v.GetStringBytes("Message"))}
}
