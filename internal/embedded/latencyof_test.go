package embedded_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// TestWorkersHaveLatenciesOfTheirOwn: over HTTP and through the direct door, each worker
// has its own latency. Requests without a worker have the common one.
func TestWorkersHaveLatenciesOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const near, far, common = 5 * time.Millisecond, 50 * time.Millisecond, 20 * time.Millisecond
		server := embedded.New(embedded.Config{
			Latency: embedded.Latency{Mean: common}, LatencyOf: []embedded.Latency{{Mean: near}, {Mean: far}, {}},
		})
		createTable(t, clientOf(server))
		input := &dynamodb.GetItemInput{TableName: aws.String("counters"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}}}
		direct := server.Direct()
		for _, c := range []struct {
			worker int
			header string
			want   time.Duration
		}{{0, "0", near}, {1, "1", far}, {2, "2", 0}, {-1, "", common}, {3, "3", common}, {-1, "-1", common}, {-1, "x", common}} {
			took := elapsed(func() {
				if _, err := direct.Do(t.Context(), embedded.Request{Input: input, Worker: c.worker}); err != nil {
					t.Error(err)
				}
			})
			if took != c.want {
				t.Errorf("worker %d: took %v, want %v", c.worker, took, c.want)
			}
			options := clientOf(server).Options()
			options.HTTPClient = &http.Client{Transport: headed{c.header, inProcess{server}}}
			if took := elapsed(func() { read(t, dynamodb.New(options), "a", true) }); took != c.want {
				t.Errorf("the header %q: took %v, want %v", c.header, took, c.want)
			}
		}
	})
}

// TestTheHeaderMeansNothingWithoutSuchLatencies: a server without latencies for workers
// ignores the number of a worker.
func TestTheHeaderMeansNothingWithoutSuchLatencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := embedded.Config{Latency: embedded.Latency{Mean: 20 * time.Millisecond, SD: 5 * time.Millisecond}}
		var times []time.Duration
		for _, header := range []string{"", "1"} {
			server := embedded.New(config)
			createTable(t, clientOf(server))
			options := clientOf(server).Options()
			options.HTTPClient = &http.Client{Transport: headed{header, inProcess{server}}}
			times = append(times, elapsed(func() { read(t, dynamodb.New(options), "a", true) }))
		}
		if times[0] != times[1] {
			t.Errorf("got %v", times)
		}
	})
}

// headed sends the number of a worker with each request.
type headed struct {
	worker string
	next   http.RoundTripper
}

func (h headed) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set(embedded.WorkerHeader, h.worker)
	return h.next.RoundTrip(r)
}
