package proxy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Upstream is the store to which the proxy forwards requests: either Handler or URL.
type Upstream struct {
	// Handler is a server in the same process.
	Handler http.Handler
	URL     *url.URL
	// Transport sends the requests to URL. It must not add an Accept-Encoding header by itself.
	Transport http.RoundTripper
	// Credentials sign each request again, for Region. If they are nil, the client's signature
	// stays, which a server that verifies signatures refuses.
	Credentials aws.CredentialsProvider
	Region      string
}

// store sends requests to an upstream.
type store struct {
	Upstream
	signer *v4.Signer
}

func newStore(u Upstream) *store { return &store{u, v4.NewSigner()} }

// hopByHop are the headers that belong to one connection (RFC 9110, section 7.6.1).
var hopByHop = [...]string{
	"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
}

// send sends a request with a body, and may change the request's headers. It returns the
// head of the answer, and its body in full. If the answer breaks off, the error is a
// [*brokenAnswer].
func (s *store) send(ctx context.Context, r *http.Request, body []byte) (*http.Response, []byte, error) {
	if s.Handler != nil {
		return s.call(ctx, r, body)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, "", bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	*request.URL = *s.URL
	request.URL.Path, request.URL.RawPath, request.URL.RawQuery = joined(s.URL, r.URL), "", r.URL.RawQuery
	request.Header = r.Header
	for _, name := range hopByHop {
		request.Header.Del(name)
	}
	request.Host = s.URL.Host
	if s.Credentials == nil {
		request.Host = r.Host // which the client has signed
	} else if err := s.sign(request, body); err != nil {
		return nil, nil, err
	}
	response, err := s.Transport.RoundTrip(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := readAll(io.LimitReader(response.Body, maxBody+1), response.ContentLength)
	if err == nil && len(answer) > maxBody {
		return nil, nil, fmt.Errorf("its answer is longer than %d bytes", maxBody)
	}
	if err != nil {
		return nil, nil, &brokenAnswer{response, answer, err}
	}
	return response, answer, nil
}

func joined(base, path *url.URL) string {
	if base.Path == "" || base.Path == "/" {
		return path.Path
	}
	return base.JoinPath(path.Path).Path
}

// sign replaces the client's signature.
func (s *store) sign(r *http.Request, body []byte) error {
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"} {
		r.Header.Del(name)
	}
	credentials, err := s.Credentials.Retrieve(r.Context())
	if err != nil {
		return fmt.Errorf("credentials to sign with: %w", err)
	}
	sum := sha256.Sum256(body)
	return s.signer.SignHTTP(r.Context(), credentials, r, hex.EncodeToString(sum[:]), "dynamodb", s.Region, time.Now())
}

// call hands a request to the server in the same process.
func (s *store) call(ctx context.Context, r *http.Request, body []byte) (response *http.Response, answer []byte, err error) {
	request := r.WithContext(ctx)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	request.RequestURI = r.URL.RequestURI()
	recorder := httptest.NewRecorder()
	defer func() {
		if panicked := recover(); panicked == http.ErrAbortHandler {
			err = errors.New("the server closed the connection")
		} else if panicked != nil {
			panic(panicked)
		}
	}()
	s.Handler.ServeHTTP(recorder, request)
	if err := context.Cause(ctx); err != nil {
		return nil, nil, err
	}
	return recorder.Result(), recorder.Body.Bytes(), nil
}

// brokenAnswer says that an answer broke off.
type brokenAnswer struct {
	head  *http.Response
	part  []byte
	cause error
}

func (e *brokenAnswer) Error() string { return "the answer broke off: " + e.cause.Error() }
func (e *brokenAnswer) Unwrap() error { return e.cause }
