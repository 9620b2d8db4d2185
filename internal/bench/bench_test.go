// Package bench measures what the harness costs, as ratios within one run:
// machines differ and are noisy, ratios of neighbouring moments less so.
package bench

import (
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/embedded"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
)

const (
	workers    = 32
	operations = 16000 // of one round: what a run costs only once is small beside them
	table      = "bench"
	timeout    = 5 * time.Second // of a request
)

// BenchmarkHarnessToBareLoop compares a run, by the client that "contend run"
// makes, with the loop that one would write by hand: the same updates on the same
// server from as many goroutines, by a client of the SDK with as long a timeout. A
// ratio of 1 is a harness that costs nothing.
func BenchmarkHarnessToBareLoop(b *testing.B) {
	client := newClient(b, embedded.New(embedded.Config{}))
	newTable(b, client)
	ours := contendClient(b, client)
	compare(b, "harness", func() { harness(b, ours, nil) }, "bare", func() { bareLoop(b, client) })
}

// BenchmarkFleetToItsClient compares the same run with the same loop by the same
// client, that of "contend run": what is left is what the fleet itself costs.
func BenchmarkFleetToItsClient(b *testing.B) {
	client := newClient(b, embedded.New(embedded.Config{}))
	newTable(b, client)
	ours := contendClient(b, client)
	compare(b, "fleet", func() { harness(b, ours, nil) }, "client", func() { bareLoop(b, ours) })
}

// BenchmarkHistoryToBareLoop compares the fleet that keeps a history in a file
// with the same loop.
func BenchmarkHistoryToBareLoop(b *testing.B) {
	client := newClient(b, embedded.New(embedded.Config{}))
	newTable(b, client)
	ours := contendClient(b, client)
	var size int64
	compare(b, "history", func() { size = withHistory(b, ours) }, "bare", func() { bareLoop(b, client) })
	b.ReportMetric(float64(size)/operations, "history-B/op")
}

// BenchmarkHistoryToNone compares the fleet that keeps a history with the one
// that does not.
func BenchmarkHistoryToNone(b *testing.B) {
	client := newClient(b, embedded.New(embedded.Config{}))
	newTable(b, client)
	ours := contendClient(b, client)
	compare(b, "history", func() { withHistory(b, ours) }, "none", func() { harness(b, ours, nil) })
}

// withHistory is one run of the fleet with a history, whose size it returns.
func withHistory(b *testing.B, client *dynamodb.Client) (size int64) {
	file, err := os.Create(filepath.Join(b.TempDir(), "history"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	harness(b, client, file)
	status, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return status.Size()
}

// BenchmarkEmbeddedToConstant compares the embedded server with a handler that
// answers a constant, under the same clients. A ratio of 1 is a server that
// costs no more than HTTP itself.
func BenchmarkEmbeddedToConstant(b *testing.B) {
	real, fake := newClient(b, embedded.New(embedded.Config{})), newClient(b, http.HandlerFunc(constant))
	newTable(b, real)
	compare(b, "embedded", func() { bareLoop(b, real) }, "constant", func() { bareLoop(b, fake) })
}

// cost is the throughput and the CPU time of a round of operations.
type cost struct {
	elapsed, cpu time.Duration
	allocations  uint64
}

func clocked(round func()) cost {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, began := processTime(), time.Now()
	round()
	c := cost{elapsed: time.Since(began), cpu: processTime() - cpu}
	runtime.ReadMemStats(&after)
	c.allocations = after.Mallocs - before.Mallocs
	return c
}

func processTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it fails only for wrong arguments
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// compare runs pairs of rounds, the order changing from pair to pair, and
// reports the median of the pairs' ratios of throughput with its extremes, and
// that of CPU time, which other programs on the machine disturb less.
func compare(b *testing.B, name string, ours func(), otherName string, other func()) {
	// The fleet's histograms are a heap that lets the collector rest more than
	// that of the bare loop would. A ballast makes the two alike.
	ballast := make([]byte, 256<<20)
	defer runtime.KeepAlive(ballast)
	ours() // warm up: connections, code, heap
	other()
	var ratios, cpuRatios, cpu, otherCPU, allocations, otherAllocations []float64
	for i := 0; b.Loop(); i++ {
		var mine, theirs cost
		if i%2 == 0 {
			mine, theirs = clocked(ours), clocked(other)
		} else {
			theirs, mine = clocked(other), clocked(ours)
		}
		ratios = append(ratios, float64(theirs.elapsed)/float64(mine.elapsed))
		cpuRatios = append(cpuRatios, float64(theirs.cpu)/float64(mine.cpu))
		cpu = append(cpu, float64(mine.cpu.Microseconds())/operations)
		otherCPU = append(otherCPU, float64(theirs.cpu.Microseconds())/operations)
		allocations = append(allocations, float64(mine.allocations)/operations)
		otherAllocations = append(otherAllocations, float64(theirs.allocations)/operations)
	}
	b.ReportMetric(0, "ns/op") // a round's time says nothing
	b.ReportMetric(median(ratios), name+"/"+otherName)
	b.ReportMetric(median(cpuRatios), name+"/"+otherName+"-cpu")
	b.ReportMetric(slices.Min(ratios), "lowest")
	b.ReportMetric(slices.Max(ratios), "highest")
	b.ReportMetric(median(cpu), name+"-cpu-µs/op")
	b.ReportMetric(median(otherCPU), otherName+"-cpu-µs/op")
	b.ReportMetric(median(allocations), name+"-allocs/op")
	b.ReportMetric(median(otherAllocations), otherName+"-allocs/op")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// harness is one run of the fleet; a nil file: without history.
func harness(b *testing.B, client *dynamodb.Client, file io.Writer) {
	strategy := counter.NewAtomicAdd(client)
	fleet := fleet.Fleet{
		Scenario: increments(), Table: table, Setup: strategy, Live: new(measure.Live),
		Strategy: func(int) counter.Strategy { return strategy },
	}
	if file != nil {
		fleet.History = history.To(file)
	}
	result, err := fleet.Run(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	if result.Tally.Applied != operations {
		b.Fatalf("%d operations were applied", result.Tally.Applied)
	}
}

// bareLoop sends the update of counter.AtomicAdd and looks at nothing but the
// error.
func bareLoop(b *testing.B, client *dynamodb.Client) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range operations / workers {
				if _, err := client.UpdateItem(context.Background(), update()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

var names = map[string]string{"#value": "value", "#version": "version", "#updated": "updated"}

func update() *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName:                aws.String(table),
		Key:                      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "counter-0"}},
		UpdateExpression:         aws.String("SET #updated = :now ADD #value :delta, #version :one"),
		ConditionExpression:      aws.String("#value <= :limit"),
		ExpressionAttributeNames: names,
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":delta": &types.AttributeValueMemberN{Value: strconv.FormatInt(1, 10)},
			":limit": &types.AttributeValueMemberN{Value: strconv.FormatInt(1<<63-2, 10)},
			":one":   &types.AttributeValueMemberN{Value: "1"},
			":now":   &types.AttributeValueMemberS{Value: time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")},
		},
		ReturnValues:                        types.ReturnValueUpdatedNew,
		ReturnConsumedCapacity:              types.ReturnConsumedCapacityTotal,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// constant answers every update alike, with the headers of a real answer.
func constant(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	header := w.Header()
	header["Content-Type"], header["X-Amz-Crc32"], header["X-Amzn-Requestid"] = constantType, constantCRC, constantID
	_, _ = io.WriteString(w, constantAnswer)
}

const constantAnswer = `{"Attributes":{"value":{"N":"17"},"version":{"N":"18"},"updated":{"S":"2026-01-02T03:04:05.678901Z"}},"ConsumedCapacity":{"TableName":"bench","CapacityUnits":1.0}}`

var (
	constantType = []string{"application/x-amz-json-1.0"}
	constantCRC  = []string{strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(constantAnswer))), 10)}
	constantID   = []string{"0000000000000000000000000000000000000000000000000001"}
)

// newClient is a client of the SDK as one would configure it by hand, with a
// connection for each worker, for a handler on a socket.
func newClient(b *testing.B, handler http.Handler) *dynamodb.Client {
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	return clientOf(b, server.URL)
}

// clientOf is such a client for an endpoint.
func clientOf(b *testing.B, endpoint string) *dynamodb.Client {
	b.Helper()
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("bench", "bench", ""),
		Retryer:      aws.NopRetryer{},
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(timeout).WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns, t.MaxIdleConnsPerHost = workers, workers
		}),
	})
}

// contendClient is the client of "contend run" for the server that another one asks.
func contendClient(b *testing.B, client *dynamodb.Client) *dynamodb.Client {
	options, s := client.Options(), increments()
	ours, err := store.Client(aws.Config{
		Region: options.Region, BaseEndpoint: options.BaseEndpoint, Credentials: options.Credentials,
	}, &s)
	if err != nil {
		b.Fatal(err)
	}
	return ours
}

// increments is the scenario of a round.
func increments() scenario.Scenario {
	s := scenario.Default()
	s.Name, s.Strategy = "bench", counter.AtomicAddName
	s.Load = scenario.Load{Workers: workers, Operations: operations}
	s.Operations = scenario.Mix{history.Increment: 1}
	s.RequestTimeout = timeout
	return s
}

func newTable(b *testing.B, client *dynamodb.Client) {
	ctx := context.Background()
	if _, err := counter.CreateTable(ctx, client, table, counter.Traits{}); err != nil {
		b.Fatal(err)
	}
	if err := counter.NewAtomicAdd(client).Create(ctx, counter.Key{Table: table, Name: "counter-0"}, 0); err != nil {
		b.Fatal(err)
	}
}
