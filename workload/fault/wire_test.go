package fault_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/workload/fault"
)

// wire is a load's transport to a server at the other end of connections.
type wire struct {
	http.Transport
	endpoint string
	dialled  atomic.Int64
}

func newWire(endpoint string, connections int, dial func(context.Context) (net.Conn, error)) *wire {
	w := &wire{endpoint: endpoint}
	w.MaxIdleConns, w.MaxIdleConnsPerHost = connections, connections
	w.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		w.dialled.Add(1)
		return dial(ctx)
	}
	return w
}

// piped is a wire of pipes, over which time can be virtual.
func piped(t *testing.T, connections int, config embedded.Config) *wire {
	t.Helper()
	accepted := make(pipes)
	server := http.Server{Handler: embedded.New(config)}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(accepted) }) // always http.ErrServerClosed
	w := newWire("http://embedded", connections, func(ctx context.Context) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case accepted <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	t.Cleanup(func() {
		w.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
	return w
}

// pipes is a listener that is dialled by sending to it.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if connection, ok := <-p; ok {
		return connection, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// oftenOf has a rule about each kind.
func oftenOf(kinds []fault.Kind, probability float64) []fault.Rule {
	var rules []fault.Rule
	for _, kind := range kinds {
		rule := fault.Rule{Kind: kind, Probability: probability, On: []string{"update"}}
		if kind == fault.LateRequest {
			rule.Delay = fault.Delay{Mean: time.Millisecond, SD: time.Millisecond}
		}
		rules = append(rules, rule)
	}
	return rules
}

// addAll adds with the given number of workers, each the given number of times. It
// returns how often a client got each outcome.
func (s *scene) addAll(t *testing.T, workers, each int) map[counter.Outcome]int {
	var mu sync.Mutex
	outcomes := map[counter.Outcome]int{}
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for range each {
				_, err := s.add(asWorker(t.Context(), worker))
				mu.Lock()
				outcomes[counter.Classify(err).Outcome]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return outcomes
}

// met counts the notes about each rule.
func (s *scene) met(rules []fault.Rule) []int64 {
	met := make([]int64, len(rules))
	for _, i := range s.notes.list() {
		met[i.Rule]++
	}
	return met
}

// TestManyWorkers: with faults of all kinds at once, the stored number agrees with the
// notes and the answers of the clients.
func TestManyWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 16
		each := longtest.Count(30, 60)
		w := piped(t, workers, embedded.Config{})
		rules := oftenOf(fault.Kinds(), 0.08)
		s := sceneOver(t, w, w.endpoint, fault.Config{Rules: rules, Seed: 1})
		heard := s.addAll(t, workers, each)

		told := map[fault.Kind]int{}
		changed := heard[counter.Applied]
		for _, i := range s.notes.list() {
			told[i.Kind]++
			check(t, "pending", i.Pending, false)
			switch i.Kind {
			case fault.LateRequest: // told of again, or heard by the client
			case fault.Duplicate:
				changed += i.Delivered - 1
			default:
				changed += i.Delivered
			}
		}
		check(t, "applied", s.applied(t), changed)
		check(t, "throttled", heard[counter.Throttled], told[fault.Throttle])
		check(t, "unknown", heard[counter.Unknown], len(s.notes.list())-told[fault.Throttle]-told[fault.LateRequest]-told[fault.Duplicate])
		check(t, "kinds", len(told), len(fault.Kinds()))
		if got, want := s.transport.Counts(), s.met(rules); !slices.Equal(got, want) {
			t.Errorf("counts: got %d, told %d", got, want)
		}
	})
}

// meetAll adds with one worker, all of whose requests meet a fault, and fails if a kind
// was not met or cost a connection. Requests that meet no fault are left out, because
// AWS's client sometimes closes their connections: it does so if an answer comes before
// it has closed the body of its request.
func (s *scene) meetAll(t *testing.T, w *wire, kinds []fault.Kind) {
	t.Helper()
	before := w.dialled.Load()
	s.addAll(t, 1, 100)
	met := s.transport.Counts()
	if slices.Contains(met, 0) {
		t.Errorf("a kind was not met: %d of %v", met, kinds)
	}
	if n := w.dialled.Load() - before; n > 1 {
		t.Errorf("%d connections were dialled", n)
	}
}

// often makes every request meet a fault, and each kind meet many.
func often(kinds []fault.Kind) fault.Config {
	always := fault.Rule{Kind: fault.LateRequest, Probability: 1, Delay: fault.Delay{Mean: 1}}
	return fault.Config{Rules: append(oftenOf(kinds, 0.2), always), Seed: 1}
}

// TestConnectionsStayUsable: whatever fault a request meets, the next request uses the
// same connection.
func TestConnectionsStayUsable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := piped(t, 1, embedded.Config{})
		s := sceneOver(t, w, w.endpoint, often(fault.Kinds()))
		s.meetAll(t, w, fault.Kinds())
	})
}

// TestOverSockets tests only the kinds that lose nothing, because clients wait in real
// time here.
func TestOverSockets(t *testing.T) {
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(listener.Endpoint, "http://")
	w := newWire(listener.Endpoint, 1, func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	})
	defer func() {
		w.CloseIdleConnections()
		if err := listener.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	kinds := []fault.Kind{fault.Reset, fault.LateRequest, fault.ServerErrorAfter, fault.Duplicate, fault.Throttle, fault.ServerErrorBefore}
	s := sceneOver(t, w, w.endpoint, often(kinds))
	s.client = clientOver(s.transport, w.endpoint, time.Minute)
	s.meetAll(t, w, kinds)
}

// TestLostIsLikeASilentNetwork: the client gets the same error as from a server that
// accepts a connection and says nothing.
func TestLostIsLikeASilentNetwork(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	lossy := fault.New(transport, fault.Config{Rules: []fault.Rule{{Kind: fault.LostRequest, Probability: 1}}})
	lossy.Begin(time.Now())

	const soon = 50 * time.Millisecond
	for _, c := range []struct {
		name     string
		patience time.Duration // of the HTTP client
		why      error         // for which the context ends; nil: it does not
	}{
		{"client's time-out", soon, nil},
		{"deadline", time.Hour, context.DeadlineExceeded},
		{"canceled", time.Hour, context.Canceled},
		{"canceled for a reason", time.Hour, errGaveUp},
	} {
		hear := func(next http.RoundTripper) (counter.Classification, bool) {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.why != nil {
				ctx, cancel = endingIn(ctx, soon, c.why)
			}
			defer cancel()
			_, err := (&scene{client: clientOver(next, "http://"+silent.Addr().String(), c.patience)}).add(ctx)
			var timeOut net.Error
			return counter.Classify(err), errors.As(err, &timeOut) && timeOut.Timeout()
		}
		want, wantTimeOut := hear(transport)
		got, timeOut := hear(lossy)
		check(t, c.name, got, want)
		check(t, c.name+": is a time-out", timeOut, wantTimeOut)
	}
}
