package embedded_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x"

// request is a request as an SDK sends it.
func request(operation, body string) *http.Request {
	r, _ := http.NewRequest(http.MethodPost, "http://embedded/", strings.NewReader(body)) // method and URL are right
	r.Header["X-Amz-Target"] = []string{"DynamoDB_20120810." + operation}
	r.Header["Content-Type"] = []string{"application/x-amz-json-1.0"}
	r.Header["Authorization"] = []string{authorization}
	return r
}

// inProcess serves requests without sockets.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// peer is a server that can be asked.
type peer struct {
	endpoint  string
	transport http.RoundTripper
}

// ask sends a request and returns the answer in canonical form.
func (p peer) ask(t testing.TB, c call) string {
	t.Helper()
	return p.send(t, request(c.operation, c.body))
}

func (p peer) send(t testing.TB, r *http.Request) string {
	t.Helper()
	target, err := r.URL.Parse(p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	r.URL, r.Host = target, target.Host
	response, err := p.transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return canonical(response.StatusCode, text)
}

func (p peer) deleteTables(t testing.TB) {
	var tables struct{ TableNames []string }
	_, body, _ := strings.Cut(p.ask(t, call{"ListTables", "{}"}), " ")
	if err := json.Unmarshal([]byte(body), &tables); err != nil {
		t.Error(err)
	}
	for _, name := range tables.TableNames {
		p.ask(t, call{"DeleteTable", fmt.Sprintf(`{"TableName":%q}`, name)})
	}
}

// canonical is an answer as "status type: message rest", in a form that does not depend
// on the order of members, of the elements of sets, of the items of a BatchGetItem and of
// the tables of consumed capacity, nor on times and the spelling of JSON's numbers. It has
// the hash of a long text, so that answers of many kilobytes are compared quickly.
func canonical(status int, text []byte) string {
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		return fmt.Sprintf("%d not JSON: %.60q", status, text)
	}
	kind, failed := body["__type"]
	if !failed {
		return fmt.Sprintf("%d %s", status, marshal(settled(body)))
	}
	message := body["message"]
	if message == nil {
		message = body["Message"]
	}
	for _, member := range []string{"__type", "message", "Message"} {
		delete(body, member)
	}
	rest := ""
	if len(body) > 0 {
		rest = " " + marshal(settled(body))
	}
	return fmt.Sprintf("%d %v: %v%s", status, kind, message, rest)
}

func marshal(body any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body) // it was decoded from JSON, so that it can be encoded
	return strings.TrimSpace(text.String())
}

func settled(v any) any {
	switch v := v.(type) {
	case string:
		const long = 200
		if len(v) > long {
			return fmt.Sprintf("%d bytes with the hash %x", len(v), sha256.Sum256([]byte(v)))
		}
	case json.Number:
		number, _ := v.Float64() // the decoder has checked that it is a number
		return number
	case []any:
		for i := range v {
			v[i] = settled(v[i])
		}
	case map[string]any:
		for name, member := range v {
			v[name] = settled(member)
			switch elements, isList := member.([]any); {
			case name == "Responses":
				sortResponses(member)
			case isList && name == "ConsumedCapacity":
				slices.SortFunc(elements, byTable)
			case name == "CreationDateTime" || name == "LastUpdateToPayPerRequestDateTime":
				v[name] = "a time"
			case isList && len(v) == 1 && (name == "SS" || name == "NS" || name == "BS"):
				slices.SortFunc(elements, byText)
			}
		}
	}
	return v
}

func byText(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

// byTable orders consumed capacities by their tables.
func byTable(a, b any) int {
	table := func(v any) any { consumed, _ := v.(map[string]any); return consumed["TableName"] }
	return byText(table(a), table(b))
}

// sortResponses sorts the items of a BatchGetItem within each table.
func sortResponses(tables any) {
	all, _ := tables.(map[string]any)
	for _, items := range all {
		if items, isList := items.([]any); isList {
			slices.SortFunc(items, byText)
		}
	}
}
