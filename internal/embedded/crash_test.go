package embedded

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// tornBody panics while it is read.
type tornBody struct{}

func (tornBody) Read([]byte) (int, error) { panic("planted") }
func (tornBody) Close() error             { return nil }

// A panic while a request is served becomes an InternalServerError, and Err returns it.
func TestAPanicOfARequestIsAnInternalErrorThatIsRemembered(t *testing.T) {
	s := New(Config{})
	if err := s.Err(); err != nil {
		t.Fatalf("a server without requests: %v", err)
	}
	for range 2 {
		r := httptest.NewRequest(http.MethodPost, "/", tornBody{})
		r.Header.Set("Authorization", "any")
		r.Header.Set("X-Amz-Target", targetPrefix+"ListTables")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "InternalServerError") {
			t.Errorf("got status %d, %s", w.Code, w.Body)
		}
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "planted (in crash_test.go:") {
		t.Errorf("got %v, want the panic", err)
	}
}
