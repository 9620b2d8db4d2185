package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/report/folder"
	"contend/workload/scenario"
	"contend/workload/store"
)

// recorder notes every attempt to open a connection or to look up a name. It allows only
// connections to this machine.
type recorder struct {
	mu    sync.Mutex
	asked []string
}

func (r *recorder) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, what)
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.asked = nil
	return asked
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	r.note(address)
	host, _, _ := net.SplitHostPort(address)
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, errors.New("the test opens no connection to " + address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// watchNetwork records every connection and look-up of this process, and lets none of them
// leave this machine.
func watchNetwork(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		r.note("DNS at " + address)
		return nil, errors.New("the test asks no name server")
	}}
	t.Cleanup(func() { net.DefaultResolver = before })
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "credentials"))
	t.Setenv("HOME", t.TempDir())
	t.Chdir(t.TempDir())
	r.witness(t)
	return r
}

// witness stands in for the other servers that the SDK may ask: for a region, for
// credentials, for a role.
func (r *recorder) witness(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.note("the SDK's " + request.URL.Path)
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.URL+"/metadata")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.URL+"/credentials")
	t.Setenv("AWS_ENDPOINT_URL_STS", server.URL+"/role")
}

// contend runs a command line in this process.
func (r *recorder) contend(args ...string) (code int, said string) {
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr, dial: r.dial}
	app := p.app()
	ordered, err := flagsFirst(app, append([]string{"contend"}, args...))
	if err == nil {
		err = app.Run(ordered)
	}
	return p.exit(err), stdout.String() + stderr.String()
}

// elsewhere are targets that are not this machine, or may not be.
var elsewhere = []string{
	"https://dynamodb.eu-west-1.amazonaws.com", "http://dynamodb.eu-west-1.amazonaws.com:80", "http://192.0.2.1:8000", "http://example.invalid",
	"http://localhost.evil.invalid:8000", "http://evil.localhost:8000", "http://localhost..:8000", "http://127.0.0.1.evil.invalid", "http://127.0.0.1.:8000",
	"http://0.0.0.0:8000", "http://[::]:8000", "http://[::ffff:192.0.2.1]:8000", "http://[::ffff:0.0.0.0]:8000", "http://[fe80::1%25lo]:8000", "http://[::1%25eth0]:8000",
	"http://2130706433:8000", "http://0x7f000001:8000", "http://0177.0.0.1:8000", "http://127.1:8000", "http://126.255.255.255", "http://128.0.0.1",
	"http://loopback:8000", "http://[64:ff9b::7f00:1]:8000", "http://[2001:db8::1]", "http://１２７.0.0.1:8000", "http://localhost%2eevil.invalid:8000",
}

var here = []string{
	"http://localhost:8000", "http://LOCALHOST:8000", "http://localhost.:8000", "http://127.0.0.1", "https://127.0.0.1:8000", "http://127.255.255.254:1", "http://[::1]:8000",
	"http://[0:0:0:0:0:0:0:1]:8000", "http://[::ffff:127.0.0.1]:8000",
}

func TestWhatIsThisMachine(t *testing.T) {
	for _, url := range here {
		if (&store.Target{Kind: store.URL, Endpoint: url}).NeedsConsent() {
			t.Errorf("%s is not taken for this machine", url)
		}
	}
	for _, url := range append(elsewhere, "", "127.0.0.1", "http://", "http://127.0.0.1@evil.invalid/", "http://localhost:x@evil.invalid", "//evil.invalid", ":") {
		if !(&store.Target{Kind: store.URL, Endpoint: url}).NeedsConsent() {
			t.Errorf("%s is taken for this machine", url)
		}
	}
}

// TestNothingIsSentElsewhereWithoutConsent: without consent, contend opens no connection
// and looks up no name.
func TestNothingIsSentElsewhereWithoutConsent(t *testing.T) {
	r := watchNetwork(t)
	t.Setenv("AWS_REGION", "eu-west-1")
	for _, modes := range []string{"", "auto"} {
		t.Setenv("AWS_DEFAULTS_MODE", modes)
		for _, url := range append([]string{"aws"}, elsewhere...) {
			for _, args := range [][]string{
				{"run", "atomic-add", "--target", url, "--operations", "5"},
				{"run", "atomic-add", "--target", url, "--operations", "5", "--quiet", "--set", "repeat=3"},
				{"run", "atomic-add", "--set", "target=" + url, "--set", "load={operations: 5}", "--set", "table=mine"},
				{"probe", url},
			} {
				if args[0] == "probe" && url == "aws" {
					continue
				}
				code, said := r.contend(args...)
				if asked := r.take(); len(asked) > 0 {
					t.Errorf("%q asked %q", args, asked)
				}
				if code != exitUsage || !strings.Contains(said, "refused without --yes") && !strings.Contains(said, "must be") {
					t.Errorf("%q: exit code %d: %s", args, code, said)
				}
			}
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("a refused run leaves %v, %v", left, err)
	}
}

// TestCheckAsksElsewhereOnlyWithConsent: check reads the counters of a history from another
// machine only with consent.
func TestCheckAsksElsewhereOnlyWithConsent(t *testing.T) {
	r := watchNetwork(t)
	t.Setenv("AWS_REGION", "eu-west-1")
	const text = `{"contend_history":1,"table":"mine","strategy":"atomic-add","counters":[{"key":"c","initial":0,"initial_version":1}]}` + "\n"
	if err := os.WriteFile("history.jsonl", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"aws", "https://dynamodb.eu-west-1.amazonaws.com", "http://192.0.2.1"} {
		code, said := r.contend("check", "history.jsonl", "--target", url)
		if asked := r.take(); len(asked) > 0 || code == exitPass || !strings.Contains(said, "refused without --yes") {
			t.Errorf("%s: exit code %d, asked %q: %s", url, code, asked, said)
		}
	}
}

// TestConfigurationLeadsElsewhereOnlyWithConsent: the user's settings for the SDK decide
// the address of the target aws. It always needs consent, and the message names the
// address.
func TestConfigurationLeadsElsewhereOnlyWithConsent(t *testing.T) {
	for _, c := range []struct {
		what, config string
		env          map[string]string
		want         string
	}{
		{"the region's", "", nil, "https://dynamodb.eu-west-1.amazonaws.com"},
		{"China's", "", map[string]string{"AWS_REGION": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn"},
		{"FIPS", "", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_REGION": "us-east-1"}, "https://dynamodb-fips.us-east-1.amazonaws.com"},
		{"dual stack", "", map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "https://dynamodb.eu-west-1.api.aws"},
		{"a variable of all services", "", map[string]string{"AWS_ENDPOINT_URL": "http://192.0.2.7:9"}, "http://192.0.2.7:9"},
		{"a variable of this service", "", map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_DYNAMODB": "http://192.0.2.8:9"}, "http://192.0.2.8:9"},
		{"this machine", "", map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9"}, "http://127.0.0.1:9"},
		{"the file", "[default]\nendpoint_url = http://192.0.2.9:9\n", nil, "http://192.0.2.9:9"},
		{"the file's services", "[default]\nservices = mine\n[services mine]\ndynamodb =\n  endpoint_url = http://192.0.2.10:9\n", nil, "http://192.0.2.10:9"},
		{"a secret inside", "", map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:hidden@192.0.2.11:9/?hidden"}, "http://192.0.2.11:9/"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := watchNetwork(t)
			t.Setenv("AWS_REGION", "eu-west-1")
			if err := os.WriteFile(os.Getenv("AWS_CONFIG_FILE"), []byte(c.config), 0o644); err != nil {
				t.Fatal(err)
			}
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			code, said := r.contend("run", "atomic-add", "--target", "aws", "--operations", "5")
			if asked := r.take(); len(asked) > 0 || code != exitUsage {
				t.Errorf("exit code %d, asked %q", code, asked)
			}
			if !strings.Contains(said, "uses AWS at "+c.want+", region ") || strings.Contains(said, "hidden") {
				t.Errorf("want %s: %s", c.want, said)
			}
		})
	}
}

// TestALoopbackTargetIsTheOnlyOneThatIsReached: if the target is this machine, no proxy,
// configuration or redirection leads elsewhere.
func TestALoopbackTargetIsTheOnlyOneThatIsReached(t *testing.T) {
	r := watchNetwork(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
		w.Header().Set("Location", "http://192.0.2.1:8000/")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	for name, value := range map[string]string{
		"HTTP_PROXY": "http://192.0.2.2:3128", "http_proxy": "http://192.0.2.2:3128", "HTTPS_PROXY": "http://192.0.2.2:3128", "ALL_PROXY": "http://192.0.2.2:3128", "NO_PROXY": "",
		"AWS_ENDPOINT_URL": "http://192.0.2.3", "AWS_ENDPOINT_URL_DYNAMODB": "http://192.0.2.4", "AWS_ENABLE_ENDPOINT_DISCOVERY": "true", "AWS_DEFAULTS_MODE": "auto",
	} {
		t.Setenv(name, value)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "LOCALHOST", "localhost.", "[::ffff:127.0.0.1]"} {
		target := "http://" + host + ":" + port
		for _, args := range [][]string{
			{"run", "atomic-add", "--target", target, "--operations", "5", "--quiet"},
			{"probe", target},
		} {
			r.contend(args...)
			asked := r.take()
			if len(asked) == 0 {
				t.Errorf("%q: nothing was asked", args)
			}
			for _, address := range asked {
				if address != "127.0.0.1:"+port && address != "[::ffff:127.0.0.1]:"+port && address != "[::1]:"+port {
					t.Errorf("%q asked %s", args, address)
				}
			}
		}
	}
}

// TestCredentialsForThisMachine: a server on this machine gets the user's credentials, or
// invented ones if there are none.
func TestCredentialsForThisMachine(t *testing.T) {
	watchNetwork(t)
	for _, want := range []string{"contend", "mine"} {
		if want == "mine" {
			t.Setenv("AWS_ACCESS_KEY_ID", want)
			t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
		}
		target, err := store.Open(t.Context(), &scenario.Scenario{Target: "http://127.0.0.1:8000"}, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Close()
		got, err := target.Load.(*dynamodb.Client).Options().Credentials.Retrieve(t.Context())
		if err != nil || got.AccessKeyID != want || target.Region != "us-east-1" {
			t.Errorf("%q in %q, %v; want %q", got.AccessKeyID, target.Region, err, want)
		}
	}
}

// TestConsentIsForTheWholeCampaign: the request for consent has the cost of all runs.
func TestConsentIsForTheWholeCampaign(t *testing.T) {
	r := watchNetwork(t)
	code, said := r.contend("run", "atomic-add", "--target", "http://192.0.2.1:8000", "--set", "load={workers: 1, operations: 1000}",
		"--set", "strategy=[atomic-add,transaction-marker]", "--set", "repeat=5")
	if code != exitUsage || !strings.Contains(said, "10 runs, one after another, each with a table of its own, in total about 10010 writes and 20 reads, $0.0156") {
		t.Errorf("exit code %d: %s", code, said)
	}
	if asked := r.take(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
}

// TestTheReportNamesWhereRequestsWereSent: the report of a run on the target aws has the
// address from the SDK's configuration.
func TestTheReportNamesWhereRequestsWereSent(t *testing.T) {
	r := watchNetwork(t)
	h := newHostile(t, nil)
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "any")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "any")
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", h.url())
	code, said := r.contend("run", "atomic-add", "--target", "aws", "--yes", "--operations", "5", "--workers", "2", "--quiet", "--out", "run")
	if code != exitPass {
		t.Fatalf("exit code %d: %s", code, said)
	}
	saved, err := folder.Load("run")
	if err != nil || saved.Target.Endpoint != h.url() {
		t.Errorf("%+v, %v; want %s", saved.Target, err, h.url())
	}
}
