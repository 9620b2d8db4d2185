package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/record"
)

const (
	connections = 16   // how many requests are under way at a time, through the proxy or not
	updates     = 4000 // of a round
)

// BenchmarkProxyToUpstream compares updates through a recording proxy with the same updates
// without it, on 16 connections to a server on a socket that answers as fast as DynamoDB:
// in 4 ms.
func BenchmarkProxyToUpstream(b *testing.B) {
	proxied(b, embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Millisecond, SD: time.Millisecond}})
}

// BenchmarkProxyToInstant compares them where the server answers at once, and shares the
// processor with its clients: what is left is what the second hop costs.
func BenchmarkProxyToInstant(b *testing.B) { proxied(b, embedded.Config{}) }

// BenchmarkProxyToEmbedded compares "contend proxy --upstream embedded" with "contend
// serve": there is one hop in both.
func BenchmarkProxyToEmbedded(b *testing.B) {
	server := embedded.New(embedded.Config{})
	alone := httptest.NewServer(server)
	b.Cleanup(alone.Close)
	direct := clientOf(b, alone.URL)
	newTable(b, direct)
	through := clientOf(b, recording(b, proxy.Upstream{Handler: server}))
	compareRates(b, func() { updateTogether(b, through) }, func() { updateTogether(b, direct) })
}

func proxied(b *testing.B, server embedded.Config) {
	upstream := httptest.NewServer(embedded.New(server))
	b.Cleanup(upstream.Close)
	to, err := url.Parse(upstream.URL)
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	direct := clientOf(b, upstream.URL)
	newTable(b, direct)
	through := clientOf(b, recording(b, proxy.Upstream{URL: to, Transport: transport}))
	compareRates(b, func() { updateTogether(b, through) }, func() { updateTogether(b, direct) })
}

// recording returns the URL of a proxy that watches the counters of the benchmark.
func recording(b *testing.B, upstream proxy.Upstream) string {
	spool, err := os.Create(filepath.Join(b.TempDir(), "spool"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { spool.Close() })
	var p *proxy.Proxy
	recorder, err := record.New(record.Config{Spool: spool, Read: func(ctx context.Context, by proxy.Asker, target *observe.Target, path []string) (int64, error) {
		return p.Read(ctx, by, target, path)
	}}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	p = proxy.New(proxy.Config{
		Upstream: upstream, Before: recorder.Before, Note: recorder.Note,
		Watch: observe.Watch{{Table: table, Key: "*", Attribute: []string{"value"}}},
	})
	b.Cleanup(p.Close)
	front := httptest.NewServer(p.Handler("bench"))
	b.Cleanup(front.Close)
	return front.URL
}

// naive is an update that asks for nothing back, so that the proxy has to ask.
func naive() *dynamodb.UpdateItemInput {
	in := update()
	in.ConditionExpression, in.ReturnValues, in.ReturnConsumedCapacity, in.ReturnValuesOnConditionCheckFailure = nil, "", "", ""
	values := map[string]types.AttributeValue{}
	for name, value := range in.ExpressionAttributeValues {
		if name != ":limit" {
			values[name] = value
		}
	}
	in.ExpressionAttributeValues = values
	return in
}

func updateTogether(b *testing.B, client *dynamodb.Client) {
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for range updates / connections {
				if _, err := client.UpdateItem(context.Background(), naive()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// compareRates reports the median of the ratios of throughput of pairs of rounds, and its
// extremes. It also reports the median of the processor time that an update takes more
// through the proxy, which other programs on the machine disturb less. The
// garbage collector is set as "contend proxy" sets it.
func compareRates(b *testing.B, ours, other func()) {
	const gcPercent = 400
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	ours() // warm up: connections, code, heap
	other()
	var ratios, extra []float64
	for i := 0; b.Loop(); i++ {
		var mine, theirs cost
		if i%2 == 0 {
			mine, theirs = clocked(ours), clocked(other)
		} else {
			theirs, mine = clocked(other), clocked(ours)
		}
		ratios = append(ratios, float64(theirs.elapsed)/float64(mine.elapsed))
		extra = append(extra, float64((mine.cpu-theirs.cpu).Microseconds())/updates)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(extra), "extra-cpu-µs/op")
	middle := median(ratios)
	b.ReportMetric(middle, "proxy/direct")
	b.ReportMetric(ratios[0], "lowest")
	b.ReportMetric(ratios[len(ratios)-1], "highest")
}
