package counter

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// body counts how often it is closed. Like the SDK's body, it ends once it is closed.
type body struct {
	io.Reader
	closed int
}

func (b *body) Read(p []byte) (int, error) {
	if b.closed > 0 {
		return 0, io.EOF
	}
	return b.Reader.Read(p)
}

func (b *body) Close() error {
	b.closed++
	return nil
}

// lateReader is a transport that reads the body only after its owner has closed it.
type lateReader struct {
	original io.Closer
	got      string
	again    string // from GetBody
}

func (l *lateReader) RoundTrip(r *http.Request) (*http.Response, error) {
	_ = l.original.Close()
	text, err := io.ReadAll(r.Body)
	l.got = string(text)
	if r.GetBody != nil {
		more, _ := r.GetBody()
		text, _ := io.ReadAll(more)
		l.again = string(text)
	}
	return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, err
}

func (l *lateReader) Do(r *http.Request) (*http.Response, error) { return l.RoundTrip(r) }

func request(t *testing.T, b io.ReadCloser) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost", b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestABodyThatItsOwnerClosesIsSentInFull(t *testing.T) {
	const text = `{"TableName":"t"}`
	for _, c := range []struct {
		what  string
		do    func(*lateReader, *http.Request) (*http.Response, error)
		again string
	}{
		{"transport", func(l *lateReader, r *http.Request) (*http.Response, error) {
			return (&WholeBody{Next: l}).RoundTrip(r)
		}, text},
		{"client", func(l *lateReader, r *http.Request) (*http.Response, error) { return wholeBodyClient{l}.Do(r) }, ""},
	} {
		sent := &body{Reader: strings.NewReader(text)}
		late, r := &lateReader{original: sent}, request(t, sent)
		if _, err := c.do(late, r); err != nil {
			t.Fatal(err)
		}
		if late.got != text || late.again != c.again || sent.closed == 0 {
			t.Errorf("%s: got %q, again %q, closed %d times", c.what, late.got, late.again, sent.closed)
		}
		if r.Body != sent {
			t.Errorf("%s: the original request was changed", c.what)
		}
	}
}

func TestABodyThatCannotBeReadIsNotSent(t *testing.T) {
	broken := errors.New("broken")
	sent := &body{Reader: iotest.ErrReader(broken)}
	late := &lateReader{original: sent}
	_, err := (&WholeBody{Next: late}).RoundTrip(request(t, sent))
	if !errors.Is(err, broken) || sent.closed != 1 || late.got != "" {
		t.Errorf("got %v, closed %d times, sent %q", err, sent.closed, late.got)
	}
}

func TestARequestWithoutABodyPasses(t *testing.T) {
	r := request(t, nil)
	whole, body, err := withWholeBody(r)
	if whole != r || body != nil || err != nil {
		t.Errorf("got %v, %q, %v", whole, body, err)
	}
}

// closing is a transport that counts how often its idle connections were closed, and
// keeps the last request.
type closing struct {
	closed int
	last   *http.Request
}

func (c *closing) CloseIdleConnections() { c.closed++ }

func (c *closing) RoundTrip(r *http.Request) (*http.Response, error) {
	c.last = r
	return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
}

// TestIdleConnectionsAreClosedBelow, where the next transport has any.
func TestIdleConnectionsAreClosedBelow(t *testing.T) {
	next := new(closing)
	client := http.Client{Transport: &WholeBody{Next: next}}
	client.CloseIdleConnections()
	if next.closed != 1 {
		t.Errorf("closed %d times", next.closed)
	}
	(&http.Client{Transport: &WholeBody{Next: struct{ http.RoundTripper }{next}}}).CloseIdleConnections()
}

// TestARequestWithoutABodyGetsNone.
func TestARequestWithoutABodyGetsNone(t *testing.T) {
	next := new(closing)
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&WholeBody{Next: next}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if next.last.GetBody != nil || next.last.Body != nil {
		t.Errorf("got a body: %+v", next.last)
	}
}
