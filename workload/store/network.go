package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The region and key for a server on this machine, if none are configured.
const (
	localRegion = "us-east-1"
	localKey    = "contend"
)

func localCredentials() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(localKey, localKey, "")
}

// isLoopback reports whether a URL surely leads to this machine. It sends no request,
// so a host name other than localhost does not count. An unspecified address stands
// for every address of the machine, and does not count either.
func isLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && IsLoopbackHost(u.Hostname())
}

// SameHost reports whether two URLs have the same scheme, host and port.
func SameHost(a, b string) bool { return hostOf(a) == hostOf(b) }

// hostOf is the scheme, host and port of a URL.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// IsLoopbackHost reports whether a host, a name or an address, is surely this machine.
func IsLoopbackHost(host string) bool {
	if isLocalhost(host) {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Zone() == "" && address.Unmap().IsLoopback()
}

func isLocalhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// Dialer opens connections, as a [net.Dialer] does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// onlyLoopback opens connections to this machine only, even if a redirection, a proxy
// or a list of servers leads the client elsewhere. The name localhost is not looked
// up.
func (d Dialer) onlyLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if !IsLoopbackHost(host) {
		return nil, fmt.Errorf("%s is not on this machine: refused without --yes", address)
	}
	if !isLocalhost(host) {
		return d(ctx, network, address)
	}
	connection, err := d(ctx, network, net.JoinHostPort("127.0.0.1", port))
	if err == nil {
		return connection, nil
	}
	if connection, other := d(ctx, network, net.JoinHostPort("::1", port)); other == nil {
		return connection, nil
	}
	return nil, err
}

// network says how a target's clients connect to it.
type network struct {
	transport *http.Transport
	reached   *reached
}

// newNetwork returns the network for an endpoint. Without consent, or for an endpoint
// on this machine, it connects to this machine only, and uses no proxy.
func newNetwork(endpoint string, o Options) network {
	base := awshttp.NewBuildableClient().GetTransport() // the client's own settings
	dial := Dialer(base.DialContext)
	if o.Dial != nil {
		dial = o.Dial
	}
	base.DialContext = dial
	if o.Consent == OnlyHere || isLoopback(endpoint) {
		base.DialContext, base.Proxy = dial.onlyLoopback, nil
	}
	return network{transport: base, reached: &reached{next: base}}
}

// reached remembers where requests were sent to.
type reached struct {
	next     http.RoundTripper
	endpoint atomic.Pointer[string] // of the first; nil: of none
}

// RoundTrip implements [http.RoundTripper].
func (r *reached) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.endpoint.Load() == nil {
		to := request.URL.Scheme + "://" + request.URL.Host
		r.endpoint.CompareAndSwap(nil, &to)
	}
	return r.next.RoundTrip(request)
}

// loadSettings reads the user's own AWS configuration. It sends no request: what the
// SDK needs from other machines, it asks for later.
func loadSettings(ctx context.Context, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	// The mode "auto" asks the instance metadata service where it runs; modes
	// choose retries and time-outs, which are the scenario's.
	options = append(options, config.WithDefaultsMode(aws.DefaultsModeLegacy))
	settings, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	return settings, nil
}

// urlSettings returns the user's own configuration. For a server on this machine,
// which accepts anything, it fills in a missing region and missing credentials; also
// those that another machine would have to supply count as missing.
func urlSettings(ctx context.Context, endpoint string) (aws.Config, error) {
	settings, err := loadSettings(ctx, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	if err != nil || !isLoopback(endpoint) {
		return settings, err
	}
	if settings.Region == "" {
		settings.Region = localRegion
	}
	if !aws.IsCredentialsProvider(settings.Credentials, (*credentials.StaticCredentialsProvider)(nil)) {
		settings.Credentials = localCredentials()
	}
	return settings, nil
}

// endpointOf returns where a client will send its requests, as far as that is known
// before the first one.
func endpointOf(ctx context.Context, client *dynamodb.Client) (string, error) {
	o := client.Options()
	if o.BaseEndpoint != nil {
		return plainEndpoint(*o.BaseEndpoint)
	}
	resolved, err := dynamodb.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, dynamodb.EndpointParameters{
		Region:       aws.String(o.Region),
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return "", fmt.Errorf("AWS configuration: %w", err)
	}
	return resolved.URI.String(), nil
}

// plainEndpoint returns a configured endpoint without user, password and query.
func plainEndpoint(configured string) (string, error) {
	u, err := url.Parse(configured)
	if err != nil || u.Host == "" {
		return "", errors.New("AWS configuration: the configured endpoint (AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or endpoint_url) is not a URL")
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String(), nil
}
