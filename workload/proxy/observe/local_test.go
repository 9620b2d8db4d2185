package observe_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"testing"

	"contend/internal/localtest"
	"contend/internal/longtest"
)

// TestWhatIsObservedIsTrueOnDynamoDBLocal is [TestWhatIsObservedIsTrue] with AWS's own
// server in place of contend's.
func TestWhatIsObservedIsTrueOnDynamoDBLocal(t *testing.T) {
	to, err := url.Parse(localtest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	local := httputil.NewSingleHostReverseProxy(to)
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	local.Transport = transport
	plain := renaming{local, "shop", "plain-shop"}
	for _, server := range []http.Handler{local, plain} {
		if status, answer := ask(t, server, "CreateTable", []byte(createTable)); status != http.StatusOK {
			t.Fatalf("CreateTable: %s", answer)
		}
	}
	seen := hold(t, plain, local, longtest.Count(150, 5000))
	if seen["applied, known"] < 15 || seen["conflict, known"] < 2 {
		t.Errorf("effects: %v", seen)
	}
}

// renaming gives a table another name on its server.
type renaming struct {
	next      http.Handler
	from, own string
}

func (n renaming) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err) // it is in memory
	}
	quoted := func(name string) []byte { return []byte(strconv.Quote(name)) }
	body = bytes.ReplaceAll(body, quoted(n.from), quoted(n.own))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer := httptest.NewRecorder()
	n.next.ServeHTTP(answer, r)
	text := answer.Body.Bytes()
	if !bytes.Contains(body, []byte("ReturnConsumedCapacity")) {
		text = withoutUnits(text)
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(bytes.ReplaceAll(text, quoted(n.own), quoted(n.from)))
}

// withoutUnits is an answer without the units that DynamoDB Local reports unasked if a
// DeleteItem finds nothing.
func withoutUnits(answer []byte) []byte {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(answer, &members); err != nil {
		panic(err) // it answers JSON
	}
	delete(members, "ConsumedCapacity")
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // it was JSON before
	}
	return text
}
