package store

import (
	"cmp"
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"contend/workload/scenario"
)

// Way is a way to a store for a program that sends requests of its own. Its target has no
// clients, and need not be closed.
type Way struct {
	*Target
	// Credentials are the user's, for a store that is not on this machine; otherwise nil.
	Credentials aws.CredentialsProvider
	// Transport owns the connections, and asks for no compression.
	Transport *http.Transport
}

// OpenWay returns the way to a target, "aws" or a URL. It sends no request. Without consent,
// the transport connects to this machine only.
func OpenWay(ctx context.Context, target string, o Options) (*Way, error) {
	w := &Way{Target: &Target{Kind: URL, Endpoint: target}}
	var settings aws.Config
	var err error
	switch {
	case target == scenario.TargetAWS:
		w.Kind = target
		if settings, w.Endpoint, err = awsPlace(ctx, o); err != nil {
			return nil, err
		}
	case !isLoopback(target):
		if settings, err = urlSettings(ctx, target); err != nil {
			return nil, err
		}
		if settings.Region = cmp.Or(o.Region, settings.Region); settings.Region == "" {
			return nil, ErrNoRegion
		}
	}
	w.Region = settings.Region
	return wayOf(w.Target, settings, newNetwork(w.Endpoint, o).transport), nil
}

// wayOf completes a way with connections of its own.
func wayOf(t *Target, settings aws.Config, transport *http.Transport) *Way {
	transport.DisableCompression, transport.ForceAttemptHTTP2 = true, false
	transport.MaxIdleConnsPerHost, transport.MaxIdleConns = maxConnections, maxConnections
	return &Way{Target: t, Credentials: settings.Credentials, Transport: transport}
}
