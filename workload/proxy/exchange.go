package proxy

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/proxy/observe"
)

// Exchange is one request of a client, from its arrival at the proxy to the end of its answer.
type Exchange struct {
	// Number counts the requests of all processes from 1, in the order of arrival.
	Number int64
	// Process is the name that was given to [Proxy.Handler] or [Proxy.Listen].
	Process string
	// Client is the client's address, such as "127.0.0.1:50122".
	Client string
	// Call is the header amz-sdk-invocation-id, which all requests of one SDK call share; "" if
	// the request has none.
	Call string
	// Attempt is the number of the request within its call, from 1, and MaxAttempts the largest
	// number that the SDK makes, both from the header amz-sdk-request; 0 if it does not say.
	Attempt, MaxAttempts int
	Operation            string // its API name, such as "UpdateItem"; "" if it is none of DynamoDB
	// Items and Tables are what the request names; see [observe.Question].
	Items  []observe.Target
	Tables []string
	// Watched lists the watched attributes among them.
	Watched []observe.Watched

	// Received is when the whole request had arrived. Ended is when its answer was written to
	// the client's connection, or when it was clear that the client gets none.
	Received, Ended time.Time
	// Deliveries are the times that the request was sent to the store, in order.
	Deliveries []Delivery
	Faults     []fault.Injected

	// Status is the HTTP status of the answer that the client got, and Code its error code; 0
	// and "" if it got none.
	Status int
	Code   string
	// Outcome is what the answer means to the client: [counter.Unknown] if it got no usable
	// answer.
	Outcome counter.Outcome
	Reason  string
	// Gone is true if the client no longer waited for the answer.
	Gone bool

	header   http.Header // of the request, for requests of the proxy's own
	question *observe.Question
	encoded  bool // the body of the request is compressed
	mu       sync.Mutex
}

// Delivery is one time that a request was sent to the store.
type Delivery struct {
	Sent time.Time
	// Answered is when the whole answer had arrived; zero if none did.
	Answered time.Time
	Status   int // of HTTP; 0 if there was no usable answer
	observe.Observation
}

// newExchange reads the head of a request.
func newExchange(r *http.Request, process string) *Exchange {
	x := &Exchange{
		Process: process, Client: r.RemoteAddr, Operation: operationOf(r),
		Call: r.Header.Get("Amz-Sdk-Invocation-Id"), header: r.Header,
	}
	const longest = 256 // a UUID has 36 bytes
	if len(x.Call) > longest {
		x.Call = ""
	}
	for field := range strings.SplitSeq(r.Header.Get("Amz-Sdk-Request"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		n, err := strconv.Atoi(value)
		switch {
		case err != nil:
		case name == "attempt":
			x.Attempt = n
		case name == "max":
			x.MaxAttempts = n
		}
	}
	return x
}

func operationOf(r *http.Request) string {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	if !ok {
		return ""
	}
	return name
}

// touches reports whether the request is one that a rule is limited to: by its number, and
// by an item of the rule's table and keys.
func (x *Exchange) touches(r *fault.Rule) bool {
	if len(r.Requests) > 0 && !slices.Contains(r.Requests, x.Number) {
		return false
	}
	if r.Table == "" && r.Key == "" {
		return true
	}
	for i := range x.Items {
		if t := &x.Items[i]; (r.Table == "" || observe.FitsTable(r.Table, t.Table)) && (r.Key == "" || observe.Fits(r.Key, t)) {
			return true
		}
	}
	if r.Key != "" {
		return false
	}
	for _, table := range x.Tables {
		if observe.FitsTable(r.Table, table) {
			return true
		}
	}
	return false
}

// Asker holds the headers, with their signature, that let the proxy send a request on behalf of
// a client.
type Asker struct{ header http.Header }

// Asker returns the asker for the client of the exchange.
func (x *Exchange) Asker() Asker {
	header := http.Header{}
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"} {
		if value := x.header.Get(name); value != "" {
			header.Set(name, value)
		}
	}
	return Asker{header}
}

// LosingFault returns the kind of injected fault because of which the client got no answer; ""
// if there is none.
func (x *Exchange) LosingFault() fault.Kind {
	if n := len(x.Faults); n > 0 && x.Faults[n-1].Unanswered > 0 {
		return x.Faults[n-1].Kind
	}
	return ""
}

// deliver notes that the request is sent to the store, and returns its delivery's place.
func (x *Exchange) deliver(at time.Time) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.Deliveries = append(x.Deliveries, Delivery{Sent: at})
	return len(x.Deliveries) - 1
}

// settle notes what a delivery came to.
func (x *Exchange) settle(n int, d Delivery) {
	x.mu.Lock()
	defer x.mu.Unlock()
	d.Sent = x.Deliveries[n].Sent
	x.Deliveries[n] = d
}

func (x *Exchange) meet(met fault.Injected) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.Faults = append(x.Faults, met)
}
