package store

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"

	"contend/counter"
	"contend/workload/scenario"
)

// Target is a store under load. It is safe for use by several goroutines.
type Target struct {
	// Kind is [scenario.TargetEmbedded], [scenario.TargetSimulated],
	// [scenario.TargetAWS] or [URL].
	Kind string
	// Endpoint is the URL that requests should go to; see [Target.SentTo].
	Endpoint string
	// Region is the AWS region that requests are signed for.
	Region string
	// Load is the client for the measured load, with the scenario's SDK retries,
	// time-out and faults.
	Load API
	// Setup is the client for everything else. It retries by itself, without
	// faults.
	Setup API
	// InFlight is the largest number of attempts that Load has connections for;
	// 0 means no limit. The field InFlight of a fleet should have the same value.
	InFlight int
	// SDK says how Load retries.
	SDK SDK
	// Begin starts the time windows of the scenario's faults.
	Begin func(time.Time)

	way     func() *Way
	reached *reached
	planted func() []Planted
	close   func() error
}

// URL is the [Target.Kind] of a server that the scenario names by its URL.
const URL = "url"

// Planted is a fault that was planted in the embedded server.
type Planted struct {
	Kind  string
	OneIn int64 // the fault hits one in this many of the requests that it applies to
	Times int64
}

// Options say how a target may be reached.
type Options struct {
	// Region replaces the region of the user's AWS configuration; "" keeps it.
	Region string
	// Consent allows targets that are not on this machine.
	Consent Consent
	// Dial opens connections; nil is the dialer of the SDK's own transport.
	Dial Dialer
}

// Open makes the clients of a scenario's target, and starts the embedded server if
// that is the target. It sends no request. The caller must close the target.
//
// Whether the SDK uses its retries of 2026 is a setting of the whole process. So
// targets whose scenarios differ in it cannot be used at the same time.
//
// The simulated target works by the clock of the context, by which all its requests must
// be sent.
func Open(ctx context.Context, s *scenario.Scenario, o Options) (*Target, error) {
	if s.Target == scenario.TargetSimulated {
		return openSimulated(ctx, s)
	}
	if err := chooseRetries(s.SDKRetry); err != nil {
		return nil, err
	}
	switch s.Target {
	case scenario.TargetEmbedded:
		return openEmbedded(s, o)
	case scenario.TargetAWS:
		return openAWS(ctx, s, o)
	}
	settings, err := urlSettings(ctx, s.Target)
	if err != nil {
		return nil, err
	}
	settings.Region = cmp.Or(o.Region, settings.Region)
	return newTarget(URL, s.Target, settings, s, newNetwork(s.Target, o)), nil
}

// ErrNoRegion says that the target is AWS and no region is configured.
var ErrNoRegion = errors.New("no AWS region is set")

// openAWS uses the user's configuration, which may name another endpoint.
func openAWS(ctx context.Context, s *scenario.Scenario, o Options) (*Target, error) {
	settings, endpoint, err := awsPlace(ctx, o)
	if err != nil {
		return nil, err
	}
	t := newTarget(scenario.TargetAWS, "", settings, s, newNetwork(endpoint, o))
	t.Endpoint = endpoint
	return t, nil
}

// awsPlace returns the user's configuration for the target aws, and the endpoint that it
// leads to.
func awsPlace(ctx context.Context, o Options) (settings aws.Config, endpoint string, err error) {
	if settings, err = loadSettings(ctx); err != nil {
		return settings, "", err
	}
	settings.Region = cmp.Or(o.Region, settings.Region)
	if settings.Region == "" {
		return settings, "", ErrNoRegion
	}
	endpoint, err = endpointOf(ctx, dynamodb.NewFromConfig(settings))
	return settings, endpoint, err
}

// Client returns a client for the load of a scenario, with the caller's own
// configuration, which says where requests go. The time windows of faults begin now.
func Client(cfg aws.Config, s *scenario.Scenario) (*dynamodb.Client, error) {
	if err := chooseRetries(s.SDKRetry); err != nil {
		return nil, err
	}
	t := newTarget(URL, "", cfg, s, newNetwork("", Options{Consent: Anywhere}))
	t.Begin(time.Now())
	return t.Load.(*dynamodb.Client), nil
}

// SetupPatience is how long a request before or after the load may take, in addition
// to the modelled latency, unless the scenario's time-out is longer.
const SetupPatience = 5 * time.Second

// stay keeps a client from following redirections: the user decides where requests
// go, and a redirected request would be sent twice but counted once.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newTarget makes the clients. Each worker keeps its connection: the default
// transport would close most of them after every request, and workers beyond its
// limit would wait for each other.
func newTarget(kind, endpoint string, settings aws.Config, s *scenario.Scenario, way network) *Target {
	forSetup := setupPatience(s, kind)
	connections := min(s.Load.Workers+1, maxConnections)
	way.transport.MaxIdleConns, way.transport.MaxIdleConnsPerHost = connections, connections
	way.transport.MaxConnsPerHost = maxConnections
	whole := &counter.WholeBody{Next: way.reached}
	forLoad, begin := &http.Client{Transport: whole, CheckRedirect: stay}, func(time.Time) {}
	if faults := injecting(whole, s); faults != nil {
		forLoad.Transport, begin = faults, faults.Begin
	}
	load := newClient(withRetries(settings, s.SDKRetry), endpoint, &counter.Meter{Next: patience{forLoad, s.RequestTimeout}})
	t := &Target{
		Kind:     kind,
		Endpoint: endpoint,
		Region:   settings.Region,
		Load:     load,
		Setup:    newClient(withRetries(settings, scenario.SDKRetryStandard), endpoint, patience{&http.Client{Transport: whole, CheckRedirect: stay}, forSetup}),
		InFlight: inFlight(s.Strategy),
		Begin:    begin,
		reached:  way.reached,
		planted:  func() []Planted { return nil },
		close: func() error {
			way.transport.CloseIdleConnections()
			return nil
		},
	}
	t.way = func() *Way { return wayOf(t, settings, way.transport.Clone()) }
	t.SDK = sdkOf(load, s.SDKRetry)
	return t
}

// setupPatience returns how long one request before or after the load may take.
func setupPatience(s *scenario.Scenario, kind string) time.Duration {
	patience := max(s.RequestTimeout, SetupPatience)
	if kind == scenario.TargetEmbedded || kind == scenario.TargetSimulated {
		first := s.Embedded.Kinds()[0]      // of requests that no worker sends
		patience += first.Mean + 6*first.SD // hardly any is longer
	}
	return patience
}

// newClient makes a client whose requests go through an HTTP client; an empty
// endpoint is that of the settings.
func newClient(settings aws.Config, endpoint string, through counter.HTTPClient) *dynamodb.Client {
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

// Close closes the target's connections, and the embedded server if it is the
// target. The error includes any that the embedded server had while it served.
func (t *Target) Close() error { return t.close() }

// Way returns a way to the same store for requests of another program, which are to be
// signed with the target's credentials. It must not be called for the target simulated.
func (t *Target) Way() *Way { return t.way() }

// Planted returns how often the embedded server's planted faults have happened so
// far; nil if none was planted.
func (t *Target) Planted() []Planted { return t.planted() }

// SentTo returns the URL that the first request was sent to; before that it is
// Endpoint.
func (t *Target) SentTo() string {
	at := t.reached.endpoint.Load()
	if at == nil || SameHost(*at, t.Endpoint) {
		return t.Endpoint
	}
	return *at
}
