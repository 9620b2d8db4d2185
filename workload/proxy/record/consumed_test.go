package record_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded"
	"contend/workload/proxy/record"
)

// ignorant is a store that does not know how to report what requests consume.
func ignorant(store http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		body = bytes.ReplaceAll(body, []byte("ReturnConsumedCapacity"), []byte("ReturnItemCollectionMetrics"))
		body = bytes.ReplaceAll(body, []byte(`"TOTAL"`), []byte(`"NONE"`))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		store.ServeHTTP(w, r)
	})
}

// TestConsumed: units are counted that the store reports although the program did not ask,
// and those that it does not report are not taken for none.
func TestConsumed(t *testing.T) {
	for _, c := range []struct {
		store http.Handler
		want  record.Consumed
	}{
		{embedded.New(embedded.Config{}), record.Consumed{WriteUnits: 2, ReadUnits: 1, Reported: 3, Refused: 1}},
		{ignorant(embedded.New(embedded.Config{})), record.Consumed{Unreported: 3, Refused: 1}},
	} {
		s := newScene(t, c.store)
		for range 2 {
			if err := s.add("home"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: aws.String(table), Key: key("home"), ConditionExpression: aws.String("attribute_not_exists(hits)"),
		})
		if err == nil {
			t.Fatal("the condition holds")
		}
		read, err := s.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(table), Key: key("home"), ConsistentRead: aws.Bool(true)})
		if err != nil || read.ConsumedCapacity != nil {
			t.Fatalf("%+v, %v", read, err)
		}
		if _, summary, _ := s.judged(); summary.Consumed == nil || *summary.Consumed != c.want {
			t.Errorf("%+v, want %+v", summary.Consumed, c.want)
		}
	}
}
