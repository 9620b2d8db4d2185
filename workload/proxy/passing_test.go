package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/workload/proxy"
)

// behind returns the URL of a proxy in front of a server on a socket.
func behind(t *testing.T, server http.Handler, change func(*proxy.Config), around ...func(http.Handler) http.Handler) string {
	t.Helper()
	upstream := httptest.NewServer(server)
	t.Cleanup(upstream.Close)
	to, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	config := proxy.Config{Upstream: proxy.Upstream{URL: to, Transport: transport}, Watch: watching(t, "visits/*:hits")}
	if change != nil {
		change(&config)
	}
	p := proxy.New(config)
	p.Begin(time.Now())
	t.Cleanup(p.Close)
	handler := p.Handler("program")
	for _, wrap := range around {
		handler = wrap(handler)
	}
	front := httptest.NewServer(handler)
	t.Cleanup(front.Close)
	return front.URL
}

// send posts a request, and returns the answer with its body.
func send(t *testing.T, to, operation string, body []byte, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if operation != "" {
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=contend/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, answer
}

// echo is a server that answers with what it got.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header()["X-Got"] = []string{r.Method + " " + r.URL.RequestURI() + " " + r.Host + " " + r.Header.Get("X-Amz-Target")}
	w.Header()["x-odd-Name"] = []string{"1"}
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write(body)
}

// TestEverythingElsePasses: requests that contend does not know, whatever their bodies, and
// their answers arrive as they were sent.
func TestEverythingElsePasses(t *testing.T) {
	to := behind(t, http.HandlerFunc(echo), nil)
	large := bytes.Repeat([]byte("0123456789abcdef"), longtest.Count(1<<17, 1<<20)) // 2 MiB, or 16
	for _, c := range []struct {
		operation string
		body      []byte
	}{{"ShuffleItems", []byte(`{ "TableName" : "visits" ,"Odd":[1,2]}`)}, {"", []byte("\x00\xff not JSON")}, {"PutItem", large}, {"ListTables", nil}, {"UpdateItem", []byte(`{`)}} {
		response, answer := send(t, to+"/a%2Fb?x=1", c.operation, c.body)
		if response.StatusCode != http.StatusAccepted || !bytes.Equal(answer, c.body) {
			t.Errorf("%s: %d with %d bytes, want the %d that were sent", c.operation, response.StatusCode, len(answer), len(c.body))
		}
		if got := response.Header.Get("X-Got"); !strings.HasPrefix(got, "POST /a") || !strings.Contains(got, "?x=1") || response.Header.Get("X-Odd-Name") != "1" {
			t.Errorf("%s: headers %v", c.operation, response.Header)
		}
	}
}

// TestTooLong: a request beyond the limit is refused in words. A test of the package watching
// shows it at short length.
func TestTooLong(t *testing.T) {
	longtest.Only(t)
	to := behind(t, http.HandlerFunc(echo), nil)
	response, answer := send(t, to, "PutItem", make([]byte, 64<<20+1))
	if response.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(answer), "longer than") {
		t.Errorf("%d %s", response.StatusCode, answer)
	}
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpacked(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestGzip: a compressed request about a watched item is understood, and so is an answer
// that comes compressed although the proxy asked for none.
func TestGzip(t *testing.T) {
	store := embedded.New(embedded.Config{})
	packing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		store.ServeHTTP(answer, r)
		body := packed(t, answer.Body.String())
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	})
	var noted []*proxy.Exchange
	done := make(chan *proxy.Exchange, 10)
	to := behind(t, packing, func(c *proxy.Config) { c.Note = func(x *proxy.Exchange) { done <- x } })
	send(t, to, "CreateTable", []byte(`{"TableName":"visits","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"page","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"page","AttributeType":"S"}]}`))
	update := `{"TableName":"visits","Key":{"page":{"S":"home"}},"UpdateExpression":"ADD hits :d","ExpressionAttributeValues":{":d":{"N":"2"}},"ReturnConsumedCapacity":"TOTAL"}`
	for range 2 {
		response, answer := send(t, to, "UpdateItem", packed(t, update), "Content-Encoding", "gzip", "Accept-Encoding", "gzip")
		text := answer
		if response.Header.Get("Content-Encoding") == "gzip" {
			text = unpacked(t, answer)
		}
		if strings.Contains(string(text), "Attributes") || !strings.Contains(string(text), "ConsumedCapacity") {
			t.Errorf("%v %s", response.Header, text)
		}
		if sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10); response.Header.Get("X-Amz-Crc32") != sum {
			t.Errorf("checksum %s, want %s", response.Header.Get("X-Amz-Crc32"), sum)
		}
	}
	for len(noted) < 3 {
		noted = append(noted, <-done)
	}
	slices.SortFunc(noted, func(a, b *proxy.Exchange) int { return int(a.Number - b.Number) })
	last := noted[2].Deliveries[0]
	if len(last.Effects) != 1 || last.Effects[0].After.Value != 4 || last.Effects[0].Delta != 2 {
		t.Errorf("delivery: %+v", last)
	}
}

// TestHTTPS: the certificate that the proxy makes is one that a client can trust.
func TestHTTPS(t *testing.T) {
	p := proxy.New(proxy.Config{Upstream: proxy.Upstream{Handler: http.HandlerFunc(echo)}})
	defer p.Close()
	certificate, err := proxy.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	l, err := p.Listen("127.0.0.1:0", "", certificate)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close(context.WithoutCancel(t.Context())) }()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificate.PEM) {
		t.Fatal("the certificate cannot be read")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	for _, host := range []string{l.Endpoint, strings.Replace(l.Endpoint, "127.0.0.1", "localhost", 1)} {
		response, err := (&http.Client{Transport: transport}).Post(host, "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || string(text) != "hello" || response.ProtoMajor != 1 {
			t.Errorf("%s: %q, %v, %s", host, text, err, response.Proto)
		}
	}
}

// verifying accepts only requests whose signature is that of the SDK's own signer for the
// credentials and the region.
func verifying(t *testing.T, as aws.Credentials, region string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.Sum256(body)
		at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		again, _ := http.NewRequestWithContext(r.Context(), r.Method, "http://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
		_, signed, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
		names, _, _ := strings.Cut(signed, ",")
		for name := range strings.SplitSeq(names, ";") {
			if value := r.Header.Get(name); value != "" {
				again.Header.Set(name, value)
			}
		}
		if err == nil {
			err = v4.NewSigner().SignHTTP(r.Context(), as, again, hex.EncodeToString(sum[:]), "dynamodb", region, at)
		}
		if err != nil || again.Header.Get("Authorization") != r.Header.Get("Authorization") {
			t.Logf("%v\n got %s\nwant %s", err, r.Header.Get("Authorization"), again.Header.Get("Authorization"))
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#InvalidSignatureException"}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestSignedAgain: towards a store that verifies signatures, requests carry those of the
// proxy's credentials, also its own; the client's, which are for another host, would be
// refused.
func TestSignedAgain(t *testing.T) {
	own := aws.Credentials{AccessKeyID: "OWN", SecretAccessKey: "own secret", SessionToken: "session"}
	store := verifying(t, own, "eu-north-1", embedded.New(embedded.Config{}))
	resign := func(c *proxy.Config) {
		c.Upstream.Credentials = credentials.NewStaticCredentialsProvider(own.AccessKeyID, own.SecretAccessKey, own.SessionToken)
		c.Upstream.Region = "eu-north-1"
	}
	client := newClient(t, behind(t, store, resign))
	s := &scene{client: client}
	createTable(t, client)
	for range 3 {
		if err := s.add(t); err != nil {
			t.Fatal(err)
		}
	}
	unsigned := behind(t, store, nil)
	if response, answer := send(t, unsigned, "ListTables", []byte("{}")); response.StatusCode != http.StatusForbidden {
		t.Errorf("without signing again: %d %s", response.StatusCode, answer)
	}
}
