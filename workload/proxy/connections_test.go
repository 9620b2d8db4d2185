package proxy_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/workload/proxy"
)

// TestAThousandConnections: as many requests are under way at the store at the same time,
// each on a connection of its own, and none is lost or confused with another. At short length
// there are a tenth as many.
func TestAThousandConnections(t *testing.T) {
	connections := longtest.Count(100, 1000)
	var arrived sync.WaitGroup
	arrived.Add(connections)
	store := embedded.New(embedded.Config{})
	gathering := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") {
			arrived.Done()
			arrived.Wait()
		}
		store.ServeHTTP(w, r)
	})
	noted := make(chan *proxy.Exchange, connections+1)
	to := behind(t, gathering, func(c *proxy.Config) { c.Note = func(x *proxy.Exchange) { noted <- x } })
	send(t, to, "CreateTable", []byte(aTable))
	<-noted
	var group sync.WaitGroup
	for range connections {
		group.Go(func() {
			if response, answer := send(t, to, "UpdateItem", []byte(anUpdate)); response.StatusCode != http.StatusOK || string(answer) != "{}" {
				t.Errorf("%d %s", response.StatusCode, answer)
			}
		})
	}
	group.Wait()
	left := map[int64]bool{}
	for range connections {
		select {
		case x := <-noted:
			left[x.Deliveries[0].Effects[0].After.Value] = true
		case <-time.After(time.Minute):
			t.Fatal("exchanges are missing")
		}
	}
	if len(left) != connections || !left[1] || !left[int64(connections)] {
		t.Errorf("the updates left %d values", len(left))
	}
}
