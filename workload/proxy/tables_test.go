package proxy_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"contend/internal/embedded"
	"contend/workload/proxy"
)

// TestATableThatCannotBeDescribed: the store is not asked at every request, the writes are
// listed as not understood, and a table that is created then is understood at once.
func TestATableThatCannotBeDescribed(t *testing.T) {
	var denied atomic.Bool
	var described atomic.Int64
	denied.Store(true)
	store := embedded.New(embedded.Config{})
	denying := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch operation := r.Header.Get("X-Amz-Target"); {
		case strings.HasSuffix(operation, ".DescribeTable"):
			described.Add(1)
			if denied.Load() {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"__type":"x#AccessDeniedException"}`))
				return
			}
			store.ServeHTTP(w, r)
		case strings.HasSuffix(operation, ".UpdateItem") && denied.Load():
			_, _ = w.Write([]byte("{}"))
		default:
			store.ServeHTTP(w, r)
		}
	})
	noted := make(chan *proxy.Exchange, 100)
	to := behind(t, denying, func(c *proxy.Config) { c.Note = func(x *proxy.Exchange) { noted <- x } })
	for range 20 {
		send(t, to, "UpdateItem", []byte(anUpdate))
		if d := (<-noted).Deliveries[0]; len(d.Unseen) != 1 || !d.Unseen[0].Write {
			t.Fatalf("delivery: %+v", d)
		}
	}
	if n := described.Load(); n < 1 || n > 10 {
		t.Errorf("the table was asked for %d times by 20 requests", n)
	}
	denied.Store(false)
	send(t, to, "CreateTable", []byte(aTable))
	<-noted
	send(t, to, "UpdateItem", []byte(anUpdate))
	if d := (<-noted).Deliveries[0]; len(d.Effects) != 1 || d.Effects[0].After.Value != 1 {
		t.Errorf("delivery: %+v", d)
	}
}
