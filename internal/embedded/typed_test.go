package embedded_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// doors are servers with the same history: one is asked through the direct door, one by
// HTTP. The third counts the requests that the direct door carries out without JSON.
type doors struct {
	direct         *embedded.Direct
	client         *dynamodb.Client
	typed          *embedded.Server
	sent, withJSON int
}

func newDoors(config embedded.Config) *doors {
	return &doors{
		direct: embedded.New(config).Direct(), client: newClient(config), typed: embedded.New(config),
	}
}

// compare sends an input through both doors.
func (d *doors) compare(t complainer, input any) {
	t.Helper()
	d.sent++
	direct, directErr := d.direct.Do(context.Background(), embedded.Request{Input: input})
	if !d.typed.Typed(input) {
		d.withJSON++
		_, _ = d.typed.Direct().Do(context.Background(), embedded.Request{Input: input})
	}
	answer := reflect.ValueOf(d.client).MethodByName(embedded.OperationOf(input)).Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(input)})
	httpErr, _ := answer[1].Interface().(error)
	judgeDoors(t, input, direct, directErr, answer[0].Interface(), httpErr)
}

// judgeDoors complains if two answers differ.
func judgeDoors(t complainer, input, direct any, directErr error, byHTTP any, httpErr error) {
	t.Helper()
	if directErr != nil || httpErr != nil {
		if one, two := described(directErr), described(httpErr); one != two {
			t.Errorf("%T %.2000s\n  direct: %.1000s\n  HTTP:   %.1000s", input, shown(input), one, two)
		}
		return
	}
	if one, two := plainOutput(direct), plainOutput(byHTTP); !reflect.DeepEqual(one, two) {
		t.Errorf("%T %.2000s\n  direct: %.1000s\n  HTTP:   %.1000s", input, shown(input), shown(one), shown(two))
	}
}

func shown(v any) string {
	text, _ := json.Marshal(v) // inputs and outputs always marshal
	return string(text)
}

// plainOutput is an output without the parts that may differ: the SDK's data about the
// transport, times, and the order of tables.
func plainOutput(output any) any {
	v := reflect.ValueOf(output).Elem()
	v.FieldByName("ResultMetadata").SetZero()
	for _, name := range []string{"TableDescription", "Table"} {
		if table := v.FieldByName(name); table.IsValid() {
			table.Elem().FieldByName("CreationDateTime").SetZero()
			table.Elem().FieldByName("BillingModeSummary").SetZero()
			if units := table.Elem().FieldByName("ProvisionedThroughput"); !units.IsNil() {
				units.Elem().FieldByName("LastIncreaseDateTime").SetZero()
				units.Elem().FieldByName("LastDecreaseDateTime").SetZero()
			}
		}
	}
	if batch, ok := output.(*dynamodb.BatchGetItemOutput); ok {
		slices.SortFunc(batch.ConsumedCapacity, func(a, b types.ConsumedCapacity) int { return cmp.Compare(*a.TableName, *b.TableName) })
	}
	return output
}

// described is an error with its status, its type and all its fields.
func described(err error) string {
	var refused *embedded.Refusal
	var response *awshttp.ResponseError
	var api smithy.APIError
	status := 0
	switch {
	case err == nil:
		return "no error"
	case errors.As(err, &refused):
		status = refused.Status
	case errors.As(err, &response):
		status = response.HTTPStatusCode()
	}
	if !errors.As(err, &api) {
		return err.Error()
	}
	return fmt.Sprintf("%d %T %s %s %q", status, api, api.ErrorCode(), shown(api), api.ErrorMessage())
}

// TestDoors sends the requests of [TestDifferential] through both doors, except those that
// the SDK's types cannot hold. Time only passes between two requests: some tables have few
// units, and servers that were asked at different times would throttle different requests.
func TestDoors(t *testing.T) {
	generated := longtest.Count(200, 10000)
	var large []call // in a short test TestDifferential sends them by one door, and TestSizeLimits
	if longtest.Asked() {
		large = largeTransactions()
	}
	all := slices.Concat(
		calls(handWritten), bulky(), bulkyPages(), newGenerator(3).calls(generated),
		calls(collections), newGenerator(4).collectionCalls(generated), transactions(large), calls(updatedTables),
	)
	synctest.Test(t, func(t *testing.T) {
		d := newDoors(embedded.Config{})
		for _, c := range all {
			input, ok := inputOf(c)
			if !ok {
				continue
			}
			d.compare(t, input)
			time.Sleep(time.Millisecond)
			if in, ok := input.(*dynamodb.TransactWriteItemsInput); ok && !embedded.SameFingerprint(c.body, in) {
				t.Errorf("the fingerprints of %.1000s differ", c.body)
			}
		}
		if d.sent < generated || d.withJSON*4 > d.sent {
			t.Errorf("%d requests were compared, %d of them by JSON", d.sent, d.withJSON)
		}
		t.Logf("%d requests were compared, %d of them by JSON", d.sent, d.withJSON)
	})
}
