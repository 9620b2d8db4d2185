package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
	"contend/report"
	"contend/workload"
)

// What a server on this machine is asked with if nothing is configured.
const (
	localRegion = "us-east-1"
	localKey    = "contend"
)

// target is a store to put load on.
type target struct {
	kind     string // "embedded", "aws" or "url"
	endpoint string
	reached  *reached
	region   string
	load     *dynamodb.Client // with the scenario's retries below it, and its faults
	sdk      report.SDK       // of load
	// begin starts the windows of the faults.
	begin func(time.Time)
	setup *dynamodb.Client // retries by itself, outside of what is measured
	close func() error
	// misbehaviours tells what faults a server of our own showed until now.
	misbehaviours func() []misbehave.Count
}

// openTarget makes the clients of a scenario's target, and starts it if it is the
// embedded server. Nothing is sent to any other, and without consent nothing ever
// is to one that is not on this machine.
func (p *program) openTarget(ctx context.Context, s *workload.Scenario, allowed consent) (*target, error) {
	return p.openTargetIn(ctx, s, "", allowed)
}

// openTargetIn is openTarget in a region, "" for the user's.
func (p *program) openTargetIn(ctx context.Context, s *workload.Scenario, region string, allowed consent) (*target, error) {
	if err := chooseRetries(s.SDKRetry); err != nil {
		return nil, err
	}
	switch s.Target {
	case workload.TargetEmbedded:
		return p.openEmbedded(s)
	case workload.TargetAWS:
		return p.openAWS(ctx, s, region, allowed)
	}
	settings, err := urlSettings(ctx, s.Target)
	if err != nil {
		return nil, err
	}
	settings.Region = cmp.Or(region, settings.Region)
	return newTarget("url", s.Target, settings, s, p.newNetwork(s.Target, allowed)), nil
}

// openAWS follows the user's configuration, which may lead elsewhere.
func (p *program) openAWS(ctx context.Context, s *workload.Scenario, region string, allowed consent) (*target, error) {
	settings, err := loadSettings(ctx)
	if err != nil {
		return nil, err
	}
	settings.Region = cmp.Or(region, settings.Region)
	if settings.Region == "" {
		return nil, noRegion()
	}
	endpoint, err := endpointOf(ctx, dynamodb.NewFromConfig(settings))
	if err != nil {
		return nil, err
	}
	t := newTarget("aws", "", settings, s, p.newNetwork(endpoint, allowed))
	t.endpoint = endpoint
	return t, nil
}

func (p *program) openEmbedded(s *workload.Scenario) (*target, error) {
	server := embedded.New(embedded.Config{
		Latency:       embedded.Latency(s.Embedded.Latency),
		WriteCapacity: s.Embedded.WriteCapacity,
		ReadCapacity:  s.Embedded.ReadCapacity,
		ReadLag:       s.Embedded.ReadLag,
		Misbehave:     s.Embedded.Misbehave,
		Seed:          s.Seed,
	})
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	t := newTarget("embedded", listener.Endpoint, aws.Config{Region: localRegion, Credentials: localCredentials()}, s,
		p.newNetwork(listener.Endpoint, onlyHere))
	t.misbehaviours = server.Misbehaviours
	closeClients := t.close
	t.close = func() error {
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return errors.Join(closeClients(), listener.Close(ctx), server.Err())
	}
	return t, nil
}

func localCredentials() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(localKey, localKey, "")
}

// setupPatience is how long a request before or after the load may take, beside
// the modelled latency, if the scenario does not give it more.
const setupPatience = 5 * time.Second

// maxConnections is how many connections a run opens at most. The embedded server
// has the other ends of them in the same process, which may open so many files.
const maxConnections = 4096

// sharedConnections is the warning of a run with more workers than connections; ""
// if each has its own.
func sharedConnections(workers int) string {
	if workers <= maxConnections {
		return ""
	}
	return fmt.Sprintf("%d workers share %d connections: a request that waits for a free one has that wait in its latency", workers, maxConnections)
}

// stay keeps a client from following a redirection: to whom requests go is what
// the user said, and a repeated request would be counted once.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newTarget makes the clients. Each worker keeps its connection: the default
// transport would close most of them after every request, and workers beyond its
// limit would wait for each other.
func newTarget(kind, endpoint string, settings aws.Config, s *workload.Scenario, way network) *target {
	forSetup := max(s.RequestTimeout, setupPatience)
	if kind == workload.TargetEmbedded {
		forSetup += s.Embedded.Latency.Mean + 6*s.Embedded.Latency.SD // hardly any is longer
	}
	connections := min(s.Load.Workers+1, maxConnections)
	way.transport.MaxIdleConns, way.transport.MaxIdleConnsPerHost = connections, connections
	way.transport.MaxConnsPerHost = maxConnections // the SDK's client has 2048
	whole := &counter.WholeBody{Next: way.reached}
	client := func(settings aws.Config, through counter.HTTPClient) *dynamodb.Client {
		return dynamodb.NewFromConfig(settings, func(o *dynamodb.Options) {
			o.HTTPClient = through
			// The client warns of every refused condition that its checksum is
			// wrong, which it is not (seen with service/dynamodb v1.73).
			o.Logger = logging.Nop{}
			// A server that names others is not followed there.
			o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
			if endpoint != "" {
				o.BaseEndpoint = aws.String(endpoint)
			}
		})
	}
	forLoad, begin := &http.Client{Transport: whole, CheckRedirect: stay}, func(time.Time) {}
	if faults := injecting(whole, s); faults != nil {
		forLoad.Transport, begin = faults, faults.Begin
	}
	t := &target{
		kind:     kind,
		endpoint: endpoint,
		reached:  way.reached,
		region:   settings.Region,
		load:     client(withRetries(settings, s.SDKRetry), &counter.Meter{Next: patience{forLoad, s.RequestTimeout}}),
		setup:    client(withRetries(settings, workload.SDKRetryStandard), patience{&http.Client{Transport: whole, CheckRedirect: stay}, forSetup}),
		begin:    begin,
		close: func() error {
			way.transport.CloseIdleConnections()
			return nil
		},
		misbehaviours: func() []misbehave.Count { return nil },
	}
	t.sdk = sdkOf(t.load, s.SDKRetry)
	return t
}

// needsConsent reports whether the target may be another machine, or costs money.
func (t *target) needsConsent() bool { return t.kind == workload.TargetAWS || !isLoopback(t.endpoint) }

// sentTo is where requests were sent to, and before the first one where they are
// to be sent.
func (t *target) sentTo() string {
	at := t.reached.endpoint.Load()
	if at == nil || hostOf(*at) == hostOf(t.endpoint) {
		return t.endpoint
	}
	return *at
}
