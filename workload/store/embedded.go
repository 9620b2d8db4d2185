package store

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"contend/internal/clock"
	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
	"contend/internal/embedded/throughput"
	"contend/workload/scenario"
)

func openEmbedded(s *scenario.Scenario, o Options) (*Target, error) {
	server := newServer(s, clock.Clock{})
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	o.Consent = OnlyHere
	way := newNetwork(listener.Endpoint, o)
	if len(s.Embedded.Latencies) > 0 {
		way.reached.next = &named{way.reached.next}
	}
	t := newTarget(scenario.TargetEmbedded, listener.Endpoint, aws.Config{Region: localRegion, Credentials: localCredentials()}, s, way)
	t.planted = func() []Planted { return plantedIn(server) }
	closeClients := t.close
	t.close = func() error {
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return errors.Join(closeClients(), listener.Close(ctx), server.Err())
	}
	return t, nil
}

// named says in a header which worker sends a request, for the latencies of the embedded
// server.
type named struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (n *named) RoundTrip(r *http.Request) (*http.Response, error) {
	if worker := senderOf(r.Context()); worker >= 0 {
		r = r.Clone(r.Context()) // a transport must not change its requests
		r.Header.Set(embedded.WorkerHeader, strconv.Itoa(worker))
	}
	return n.next.RoundTrip(r)
}

// newServer makes the server that a scenario describes.
func newServer(s *scenario.Scenario, c clock.Clock) *embedded.Server {
	latencies := s.Embedded.Kinds()
	var latencyOf []embedded.Latency
	for _, part := range s.LatencyOf() {
		latencyOf = append(latencyOf, embedded.Latency(latencies[part]))
	}
	return embedded.New(embedded.Config{
		Latency:       embedded.Latency(latencies[0]),
		LatencyOf:     latencyOf,
		WriteCapacity: s.Embedded.WriteCapacity,
		ReadCapacity:  s.Embedded.ReadCapacity,
		Throughput:    modelled(s.Embedded.Throughput),
		BurstUsed:     s.Embedded.BurstUsed,
		ReadLag:       s.Embedded.ReadLag,
		Misbehave:     planned(s.Embedded.Misbehave),
		Seed:          s.Seed,
		Clock:         c,
	})
}

// modelled returns the model of the server; a scenario without one has none.
func modelled(t scenario.Throughput) throughput.Config {
	return throughput.Config{
		Mode: throughput.Mode(t.Mode), Units: throughput.Units(t.Units), Warm: throughput.Units(t.Warm), Maximum: throughput.Units(t.Maximum), Quota: throughput.Units(t.Quota),
		Account:   throughput.Units(t.Account),
		Partition: throughput.Units(t.Partition), Partitions: t.Partitions, Burst: t.Burst, Window: t.Window, PeakOver: t.PeakOver, SplitForHeat: t.SplitForHeat,
	}
}

// plantedIn returns how often the server's planted faults have happened.
func plantedIn(server *embedded.Server) []Planted {
	var list []Planted
	for _, c := range server.Misbehaviours() {
		list = append(list, Planted{Kind: c.Kind.String(), OneIn: c.OneIn, Times: c.Times})
	}
	return list
}

// planned returns the faults that the server plants. The kinds were validated.
func planned(list []scenario.Misbehaviour) misbehave.Plan {
	var plan misbehave.Plan
	for _, m := range list {
		if kind, ok := misbehave.ParseKind(m.Kind); ok {
			plan[kind] = m.OneIn
		}
	}
	return plan
}
