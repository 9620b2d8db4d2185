package fault_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"contend/workload/fault"
)

// TestAnswers: answers that no server gave can be checked by their client like
// any other.
func TestAnswers(t *testing.T) {
	const throttled = "400 com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException "
	for i, c := range []struct {
		kind            fault.Kind
		operation, want string
	}{
		{fault.Throttle, "UpdateItem", throttled + "TableWriteProvisionedThroughputExceeded"},
		{fault.Throttle, "TransactWriteItems", throttled + "TableWriteProvisionedThroughputExceeded"},
		{fault.Throttle, "GetItem", throttled + "TableReadProvisionedThroughputExceeded"},
		{fault.ServerErrorBefore, "UpdateItem", "500 com.amazonaws.dynamodb.v20120810#InternalServerError "},
		{fault.ServerErrorAfter, "UpdateItem", "500 com.amazonaws.dynamodb.v20120810#InternalServerError "},
	} {
		t.Run(fmt.Sprint(i, c.kind), func(t *testing.T) {
			transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{once(c.kind)}})
			transport.Begin(time.Now())
			response, err := transport.RoundTrip(requestOf(t.Context(), c.operation))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			var body struct {
				Type              string `json:"__type"`
				ThrottlingReasons []struct{ Reason string }
			}
			if err := json.Unmarshal(text, &body); err != nil {
				t.Fatal(err)
			}
			reason := ""
			if len(body.ThrottlingReasons) == 1 {
				reason = body.ThrottlingReasons[0].Reason
			}
			check(t, "answer", fmt.Sprint(response.StatusCode, " ", body.Type, " ", reason), c.want)
			header := response.Header
			check(t, "CRC", header.Get("X-Amz-Crc32"), strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10))
			check(t, "length", header.Get("Content-Length"), strconv.Itoa(len(text)))
			check(t, "length", response.ContentLength, int64(len(text)))
			check(t, "type", header.Get("Content-Type"), "application/x-amz-json-1.0")
			check(t, "request id", header.Get("X-Amzn-Requestid"), "contend-fault-1")
			if _, err := http.ParseTime(header.Get("Date")); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRequestIDsDiffer: also those of different rules.
func TestRequestIDsDiffer(t *testing.T) {
	transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{
		{Kind: fault.Throttle, Count: 2}, {Kind: fault.ServerErrorBefore, Count: 2},
	}})
	transport.Begin(time.Now())
	for i := range 4 {
		response, err := transport.RoundTrip(requestOf(t.Context(), "UpdateItem"))
		if err != nil {
			t.Fatal(err)
		}
		check(t, "request id", response.Header.Get("X-Amzn-Requestid"), fmt.Sprint("contend-fault-", i+1))
	}
}

// TestErrorType: the code is found in the server's answer, whatever that answer
// contains.
func TestErrorType(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{200, `{"__type":"a#B"}`, ""}, // an item may have such a name
		{400, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}`, "ConditionalCheckFailedException"},
		{400, `{"__type":"ValidationException"}`, "ValidationException"},
		{503, `{}`, ""},
		{502, `<html>Bad gateway</html>`, ""},
		{500, ``, ""},
	} {
		next := roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.status, Body: io.NopCloser(strings.NewReader(c.body))}, nil
		})
		var told notes
		transport := fault.New(next, fault.Config{Rules: []fault.Rule{once(fault.Duplicate)}, Note: told.add})
		transport.Begin(time.Now())
		response, err := transport.RoundTrip(requestOf(t.Context(), "UpdateItem"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "body", string(body), c.body)
		got := told.list()[0]
		check(t, c.body, fmt.Sprint(got.Status, got.ErrorType), fmt.Sprint(c.status, c.want))
	}
}
