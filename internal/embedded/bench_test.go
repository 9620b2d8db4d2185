package embedded_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// updateBody is the write of a counter strategy, as the SDK sends it.
const updateBody = `{"TableName":"bench","Key":{"id":{"S":"hits"}},` +
	`"ConditionExpression":"#version = :seen OR attribute_not_exists(#version)",` +
	`"UpdateExpression":"SET #value = :new, #at = :at ADD #version :one",` +
	`"ExpressionAttributeNames":{"#version":"version","#value":"value","#at":"timestamp"},` +
	`"ExpressionAttributeValues":{":seen":{"N":"0"},":new":{"N":"17"},":at":{"S":"2026-01-02T03:04:05.678901Z"},":one":{"N":"0"}},` +
	`"ReturnValues":"ALL_NEW","ReturnConsumedCapacity":"TOTAL"}`

// sink is a ResponseWriter that keeps only the status.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header            { return s.header }
func (s *sink) Write(text []byte) (int, error) { return len(text), nil }
func (s *sink) WriteHeader(status int)         { s.status = status }

// BenchmarkUpdateItem measures the handler for one write to an existing item.
func BenchmarkUpdateItem(b *testing.B) {
	server := embedded.New(embedded.Config{})
	send(b, server, "CreateTable", `{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	benchmark(b, server, "UpdateItem", updateBody)
}

// BenchmarkGetItem measures the handler for one strongly consistent read.
func BenchmarkGetItem(b *testing.B) {
	server := embedded.New(embedded.Config{})
	send(b, server, "CreateTable", `{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	send(b, server, "UpdateItem", updateBody)
	benchmark(b, server, "GetItem", `{"TableName":"bench","Key":{"id":{"S":"hits"}},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"}`)
}

// BenchmarkConstant measures the least that any handler does: it reads the body and sends
// a constant answer like that of UpdateItem.
func BenchmarkConstant(b *testing.B) {
	benchmark(b, constant, "UpdateItem", updateBody)
}

var constant = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	const answer = `{"Attributes":{"id":{"S":"hits"},"value":{"N":"17"},"version":{"N":"0"},"timestamp":{"S":"2026-01-02T03:04:05.678901Z"}},` +
		`"ConsumedCapacity":{"TableName":"bench","CapacityUnits":1.0}}`
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	_, _ = io.WriteString(w, answer)
})

func benchmark(b *testing.B, handler http.Handler, operation, body string) {
	ballast := make([]byte, 64<<20) // the collector rests more, as it does in a run
	defer runtime.KeepAlive(ballast)
	text, r, w := strings.NewReader(body), request(operation, body), &sink{header: http.Header{}}
	r.Body = io.NopCloser(text)
	b.ReportAllocs()
	for b.Loop() {
		text.Reset(body)
		clear(w.header)
		handler.ServeHTTP(w, r)
	}
	if w.status != 0 && w.status != http.StatusOK {
		b.Fatalf("%s: status %d", operation, w.status)
	}
}

func send(b *testing.B, handler http.Handler, operation, body string) {
	w := &sink{header: http.Header{}}
	handler.ServeHTTP(w, request(operation, body))
	if w.status != 0 && w.status != http.StatusOK {
		b.Fatalf("%s: status %d", operation, w.status)
	}
}

// BenchmarkAddToken measures a change of a set of ten thousand tokens: its condition
// looks for a token, and its update adds it.
func BenchmarkAddToken(b *testing.B) {
	server := embedded.New(embedded.Config{})
	send(b, server, "CreateTable", `{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	const tokens = 10_000
	elements := make([]string, tokens)
	for i := range elements {
		elements[i] = fmt.Sprintf(`"token-of-26-bytes-%08d"`, i)
	}
	send(b, server, "PutItem", `{"TableName":"bench","Item":{"id":{"S":"hits"},"tokens":{"SS":[`+strings.Join(elements, ",")+`]}}}`)
	change := func(section string) string {
		return `{"TableName":"bench","Key":{"id":{"S":"hits"}},"UpdateExpression":"` + section + ` #tokens :tokens",` +
			`"ConditionExpression":"NOT contains(#tokens, :absent) AND size(#tokens) < :most","ExpressionAttributeNames":{"#tokens":"tokens"},` +
			`"ExpressionAttributeValues":{":tokens":{"SS":["one-more"]},":absent":{"S":"absent"},":most":{"N":"10959"}}}`
	}
	b.ReportAllocs()
	for b.Loop() {
		send(b, server, "UpdateItem", change("ADD"))
		send(b, server, "UpdateItem", change("DELETE"))
	}
}

// BenchmarkDirect measures the requests of the designs through the direct door, including
// their outputs.
func BenchmarkDirect(b *testing.B) {
	names := map[string]string{"#value": "value", "#version": "version", "#updated": "updated"}
	now := text("2026-01-02T03:04:05.678901Z")
	conditional := func(seen int) *dynamodb.UpdateItemInput {
		return &dynamodb.UpdateItemInput{
			TableName: aws.String(tableName), Key: key("hits"),
			UpdateExpression:         aws.String("SET #value = :new, #updated = :now ADD #version :one"),
			ConditionExpression:      aws.String("#value = :seen"),
			ExpressionAttributeNames: names, ExpressionAttributeValues: item{":new": number(1700), ":seen": number(seen), ":now": now, ":one": number(1)},
			ReturnValues: types.ReturnValueUpdatedNew, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}
	}
	adding := conditional(0)
	adding.UpdateExpression = aws.String("SET #updated = :now ADD #value :one, #version :one")
	adding.ConditionExpression, adding.ExpressionAttributeValues = nil, item{":now": now, ":one": number(1)}
	for _, c := range []struct {
		name  string
		input any
	}{
		{"conditional", conditional(1700)},
		{"refused", conditional(5)},
		{"read", &dynamodb.GetItemInput{
			TableName: aws.String(tableName), Key: key("hits"), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}},
		{"add", adding},
	} {
		b.Run(c.name, func(b *testing.B) {
			ctx, direct := context.Background(), embedded.New(embedded.Config{}).Direct()
			createDirectly(b, direct)
			first := conditional(1700)
			first.ConditionExpression = nil
			delete(first.ExpressionAttributeValues, ":seen")
			if _, err := direct.Do(ctx, embedded.Request{Input: first}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := direct.Do(ctx, embedded.Request{Input: c.input}); (err != nil) != (c.name == "refused") {
					b.Fatal(err)
				}
			}
		})
	}
}
