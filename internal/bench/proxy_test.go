package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
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

// connections is how many requests are under way at a time, through the proxy or not.
const connections = 16

// BenchmarkProxyToUpstream compares updates through a recording proxy with the same updates
// without it, on 16 connections to a server on a socket that answers as fast as DynamoDB:
// in 4 ms.
func BenchmarkProxyToUpstream(b *testing.B) {
	proxied(b, embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Millisecond, SD: time.Millisecond}}, 4000)
}

// BenchmarkProxyToInstant compares them where the server answers at once, and shares the
// processor with its clients: what is left is what the second hop costs.
func BenchmarkProxyToInstant(b *testing.B) { proxied(b, embedded.Config{}, 4000) }

// BenchmarkProxyToEmbedded compares "contend proxy --upstream embedded" with "contend
// serve": there is one hop in both.
func BenchmarkProxyToEmbedded(b *testing.B) {
	server := embedded.New(embedded.Config{})
	alone := httptest.NewServer(server)
	b.Cleanup(alone.Close)
	direct := clientOf(b, alone.URL)
	newTable(b, direct)
	through := clientOf(b, recording(b, proxy.Upstream{Handler: server}))
	compareRates(b, func() { updateTogether(b, through, 4000) }, func() { updateTogether(b, direct, 4000) })
}

func proxied(b *testing.B, server embedded.Config, updates int) {
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
	compareRates(b, func() { updateTogether(b, through, updates) }, func() { updateTogether(b, direct, updates) })
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

func updateTogether(b *testing.B, client *dynamodb.Client, updates int) {
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
// extremes.
func compareRates(b *testing.B, ours, other func()) {
	ours() // warm up: connections, code, heap
	other()
	var ratios []float64
	for i := 0; b.Loop(); i++ {
		var mine, theirs cost
		if i%2 == 0 {
			mine, theirs = clocked(ours), clocked(other)
		} else {
			theirs, mine = clocked(other), clocked(ours)
		}
		ratios = append(ratios, float64(theirs.elapsed)/float64(mine.elapsed))
	}
	b.ReportMetric(0, "ns/op")
	middle := median(ratios)
	b.ReportMetric(middle, "proxy/direct")
	b.ReportMetric(ratios[0], "lowest")
	b.ReportMetric(ratios[len(ratios)-1], "highest")
}
