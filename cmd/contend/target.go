package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
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

// openTarget connects to a scenario's target, and starts it if it is the
// embedded server.
func openTarget(ctx context.Context, s *workload.Scenario) (*target, error) {
	if err := chooseRetries(s.SDKRetry); err != nil {
		return nil, err
	}
	switch s.Target {
	case workload.TargetEmbedded:
		return openEmbedded(s)
	case workload.TargetAWS:
		settings, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, fmt.Errorf("AWS configuration: %w", err)
		}
		if settings.Region == "" {
			return nil, noRegion()
		}
		return newTarget("aws", "", settings, s), nil
	}
	settings, err := urlConfig(ctx, s.Target)
	if err != nil {
		return nil, err
	}
	return newTarget("url", s.Target, settings, s), nil
}

func openEmbedded(s *workload.Scenario) (*target, error) {
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
	t := newTarget("embedded", listener.Endpoint, aws.Config{Region: localRegion, Credentials: localCredentials()}, s)
	t.misbehaviours = server.Misbehaviours
	closeClients := t.close
	t.close = func() error {
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return errors.Join(closeClients(), listener.Close(ctx))
	}
	return t, nil
}

func localCredentials() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(localKey, localKey, "")
}

// urlConfig is the user's own configuration; for a server on this machine,
// which takes anything, what is missing is filled in.
func urlConfig(ctx context.Context, endpoint string) (aws.Config, error) {
	settings, err := config.LoadDefaultConfig(ctx, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	if !isLoopback(endpoint) {
		return settings, nil
	}
	if settings.Region == "" {
		settings.Region = localRegion
	}
	if settings.Credentials == nil {
		settings.Credentials = localCredentials()
	} else if _, err := settings.Credentials.Retrieve(ctx); err != nil {
		settings.Credentials = localCredentials()
	}
	return settings, nil
}

func isLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}

// setupPatience is how long a request before or after the load may take, beside
// the modelled latency, if the scenario does not give it more.
const setupPatience = 5 * time.Second

// stay keeps a client from following a redirection: to whom requests go is what
// the user said, and a repeated request would be counted once.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newTarget makes the clients. Each worker keeps its connection: the default
// transport would close most of them after every request.
func newTarget(kind, endpoint string, settings aws.Config, s *workload.Scenario) *target {
	forSetup := max(s.RequestTimeout, setupPatience)
	if kind == workload.TargetEmbedded {
		forSetup += s.Embedded.Latency.Mean + 6*s.Embedded.Latency.SD // hardly any is longer
	}
	connections := s.Load.Workers + 1
	transport := awshttp.NewBuildableClient().GetTransport() // the client's own settings
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = connections, connections
	whole := &counter.WholeBody{Next: transport}
	client := func(settings aws.Config, through counter.HTTPClient) *dynamodb.Client {
		return dynamodb.NewFromConfig(settings, func(o *dynamodb.Options) {
			o.HTTPClient = through
			// The client warns of every refused condition that its checksum is
			// wrong, which it is not (seen with service/dynamodb v1.73).
			o.Logger = logging.Nop{}
			if endpoint != "" {
				o.BaseEndpoint = aws.String(endpoint)
			}
		})
	}
	forLoad, begin := &http.Client{Transport: whole, Timeout: s.RequestTimeout, CheckRedirect: stay}, func(time.Time) {}
	if faults := injecting(whole, s); faults != nil {
		forLoad.Transport, begin = faults, faults.Begin
	}
	t := &target{
		kind:     kind,
		endpoint: endpoint,
		region:   settings.Region,
		load:     client(withRetries(settings, s.SDKRetry), &counter.Meter{Next: forLoad}),
		setup:    client(withRetries(settings, workload.SDKRetryStandard), &http.Client{Transport: whole, Timeout: forSetup, CheckRedirect: stay}),
		begin:    begin,
		close: func() error {
			transport.CloseIdleConnections()
			return nil
		},
		misbehaviours: func() []misbehave.Count { return nil },
	}
	t.sdk = sdkOf(t.load, s.SDKRetry)
	if kind == "aws" {
		t.endpoint = "https://dynamodb." + settings.Region + ".amazonaws.com"
	}
	return t
}
