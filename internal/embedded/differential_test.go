package embedded_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

// handWritten has one request a line: the operation and its body. It begins by
// creating the tables that the generated requests use too.
//
//go:embed testdata/requests.txt
var handWritten string

// updatedTables has requests that change the throughput of tables.
//
//go:embed testdata/throughput.txt
var updatedTables string

// TestDifferential sends the same requests, in one order, to the embedded
// server and to AWS's DynamoDB Local. Both must give the same answer, or one of
// [differences].
func TestDifferential(t *testing.T) {
	endpoint := localtest.Start(t)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c := &comparison{
		ours:  peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}},
		local: peer{endpoint, transport},
		used:  make([]int, len(differences)), reworded: make([]int, len(wordings)),
	}
	if tables := c.local.ask(t, call{"ListTables", "{}"}); tables != `200 {"TableNames":[]}` {
		t.Skipf("SKIPPED: the comparison wants a DynamoDB Local without tables, this one answers %s", tables)
	}
	t.Cleanup(func() { c.local.deleteTables(t) })
	for _, r := range calls(handWritten) {
		c.compare(t, r)
	}
	for _, r := range slices.Concat(bulky(), bulkyPages()) {
		c.compare(t, r)
	}
	generated := longtest.Count(150, 2000)
	for _, r := range newGenerator(1).calls(generated) {
		c.compare(t, r)
	}
	for _, r := range calls(collections) {
		c.compare(t, r)
	}
	for _, r := range newGenerator(2).collectionCalls(generated) {
		c.compare(t, r)
	}
	for _, r := range slices.Concat(withNewTokens(transactions(largeTransactions())), calls(updatedTables)) {
		c.compare(t, r)
	}
	// The sizes of the tables show whether both measure all kinds of items alike.
	for _, name := range []string{"hash", "range", "binary", "number", "rich", "bulky", "numbers", "texts", "blobs", "single"} {
		c.compare(t, call{"DescribeTable", fmt.Sprintf(`{"TableName":%q}`, name)})
	}
	for _, h := range headers {
		c.judge(t, h.String(), c.ours.send(t, h.request()), c.local.send(t, h.request()))
	}
	c.reportStale(t)
	t.Logf("%d requests, %d of them answered with a listed difference", c.requests, c.differed)
}

// comparison counts what was compared.
type comparison struct {
	ours, local        peer
	used               []int // of each difference
	reworded           []int // of each wording
	requests, differed int
}

// complainer is the part of a test that a comparison needs.
type complainer interface {
	Helper()
	Errorf(format string, args ...any)
}

func (c *comparison) compare(t *testing.T, r call) {
	t.Helper()
	c.judge(t, r.String(), c.ours.ask(t, r), c.local.ask(t, r))
}

func (c *comparison) judge(t complainer, request, ours, local string) {
	t.Helper()
	c.requests++
	if ours == local {
		return
	}
	refused := strings.HasPrefix(ours, "400 ") && strings.HasPrefix(local, "400 ")
	for i, w := range wordings {
		if refused && w.ours.MatchString(ours) && w.local.MatchString(local) {
			c.reworded[i]++
		}
	}
	plainOurs, plainLocal := inOneWording(ours), inOneWording(local)
	if plainOurs == plainLocal {
		c.differed++
		return
	}
	i := slices.IndexFunc(differences, func(d difference) bool { return d.covers(ours, local) || d.covers(plainOurs, plainLocal) })
	if i < 0 {
		t.Errorf("%.2000s\n  ours:  %.1000s\n  Local: %.1000s", request, ours, local)
		return
	}
	c.used[i]++
	c.differed++
}

// reportStale complains of differences that did not occur.
func (c *comparison) reportStale(t complainer) {
	for i, n := range c.used {
		if n == 0 {
			t.Errorf("this difference no longer occurs, strike it from the list: %s", differences[i].why)
		}
	}
	for i, n := range c.reworded {
		if n == 0 {
			t.Errorf("this wording no longer occurs, strike it from the list: %s", wordings[i].why)
		}
	}
}

// difference is a kind of answers that are allowed to differ.
type difference struct {
	why    string
	covers func(ours, local string) bool
}

// differs makes a difference of two patterns that must match the whole answers.
func differs(why, ours, local string) difference {
	a, b := regexp.MustCompile("^(?:"+ours+")$"), regexp.MustCompile("^(?:"+local+")$")
	return difference{why, func(ours, local string) bool { return a.MatchString(ours) && b.MatchString(local) }}
}

// complaints is a test that only counts.
type complaints int

func (*complaints) Helper()                 {}
func (c *complaints) Errorf(string, ...any) { *c++ }

// TestComparisonFails shows that a comparison finds differences that are not listed, and
// listed ones that no longer occur.
func TestComparisonFails(t *testing.T) {
	body := func(status int, text string) string { return canonical(status, []byte(text)) }
	equal := [][2]string{
		{body(200, `{"A":{"NS":["1","2"]},"B":1}`), body(200, `{"B":1,"A":{"NS":["2","1"]}}`)},
		{body(400, `{"__type":"a#X","message":"m"}`), body(400, `{"__type":"a#X","Message":"m"}`)},
		{body(200, `{"Responses":{"a":[{"a":{"N":"1"}},{"a":{"N":"2"}}]}}`), body(200, `{"Responses":{"a":[{"a":{"N":"2"}},{"a":{"N":"1"}}]}}`)},
		{body(200, `{"ConsumedCapacity":[{"TableName":"a"},{"TableName":"b"}]}`), body(200, `{"ConsumedCapacity":[{"TableName":"b"},{"TableName":"a"}]}`)},
	}
	for _, pair := range equal {
		if pair[0] != pair[1] {
			t.Errorf("%s and %s differ", pair[0], pair[1])
		}
	}
	different := [][2]string{
		{body(200, `{"A":{"NS":["1","2"]}}`), body(200, `{"A":{"NS":["1","3"]}}`)},
		{body(200, `{"A":{"L":["1","2"]}}`), body(200, `{"A":{"L":["2","1"]}}`)},
		{body(200, `{"CapacityUnits":1.0}`), body(200, `{"CapacityUnits":0.5}`)},
		{body(200, `{"Count":1,"ConsumedCapacity":{"CapacityUnits":1.0}}`), body(200, `{"Count":1,"ConsumedCapacity":{"CapacityUnits":0.5}}`)},
		{body(200, `{"Count":0,"ConsumedCapacity":{"CapacityUnits":0.0}}`), body(200, `{"Count":0,"ConsumedCapacity":{"CapacityUnits":0.5}}`)},
		{body(200, `{"Count":0,"ScannedCount":1}`), body(200, `{"Count":0,"ScannedCount":2}`)},
		{body(200, `{"Items":[{"a":{"N":"1"}},{"a":{"N":"2"}}]}`), body(200, `{"Items":[{"a":{"N":"2"}},{"a":{"N":"1"}}]}`)},
		{body(200, `{"Responses":{"a":[{"a":{"N":"1"}},{"a":{"N":"2"}}]}}`), body(200, `{"Responses":{"a":[{"a":{"N":"1"}},{"a":{"N":"3"}}]}}`)},
		{body(200, `{}`), body(400, `{}`)},
		{body(400, `{"__type":"a#X","message":"m"}`), body(400, `{"__type":"b#X","message":"m"}`)},
		{body(400, `{"__type":"a#X","message":"m"}`), body(400, `{"__type":"a#X","message":"n"}`)},
		{body(400, `{"__type":"a#X","message":"m"}`), body(400, `{"__type":"a#X","message":"m","Item":{}}`)},
		{body(200, `{"Attributes":{"a":{"M":{"x":{"N":"1"}}}}}`), body(200, `{"Attributes":{"a":{"M":{"x":{"N":"2"},"y":{"N":"1"}}}}}`)},
		{body(200, `{"Attributes":{"a":{"L":[{"N":"2"},{"N":"1"}]}}}`), body(200, `{"Attributes":{"a":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}}}`)},
		{body(200, `{"Attributes":{"a":{"NS":["1"]}}}`), body(200, `{"Attributes":{"a":{"NS":["1","2"]}}}`)},
		{body(200, `{"Attributes":{"a":{"L":[]}}}`), body(200, `{"Attributes":{"a":{"L":[{"N":"1"}]}}}`)},
		{body(200, `{"Attributes":{"a":{"N":"1"}}}`), body(200, `{"Attributes":{"a":{"N":"1"},"b":{"N":"1"}}}`)},
	}
	var seen complaints
	c := &comparison{used: make([]int, len(differences)), reworded: make([]int, len(wordings))}
	for _, pair := range different {
		c.judge(&seen, "", pair[0], pair[1])
	}
	if int(seen) != len(different) {
		t.Errorf("%d of %d differences were seen", seen, len(different))
	}
	seen = 0
	c.reportStale(&seen)
	if int(seen) != len(differences)+len(wordings) {
		t.Errorf("%d of %d stale differences were seen", seen, len(differences)+len(wordings))
	}
}

// call is one request.
type call struct{ operation, body string }

func (c call) String() string { return c.operation + " " + c.body }

// calls reads one request a line; a line that begins with # is a comment.
func calls(text string) []call {
	var all []call
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		operation, body, _ := strings.Cut(line, " ")
		all = append(all, call{operation, body})
	}
	return all
}

// headerCase is a request that may be wrong outside its body.
type headerCase struct{ method, target, authorization string }

func (h headerCase) String() string {
	return fmt.Sprintf("%s, target %q, authorization %q", h.method, h.target, h.authorization)
}

func (h headerCase) request() *http.Request {
	r := request("", "{}")
	r.Method = h.method
	r.Header = http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
	if h.target != "" {
		r.Header["X-Amz-Target"] = []string{h.target}
	}
	if h.authorization != "" {
		r.Header["Authorization"] = []string{h.authorization}
	}
	return r
}

var headers = []headerCase{
	{"POST", "", authorization},
	{"POST", "DynamoDB_20120810", authorization},
	{"POST", "DynamoDB_20120810.", authorization},
	{"POST", "DynamoDB_20111205.ListTables", authorization},
	{"POST", "Kinesis_20131202.ListStreams", authorization},
	{"POST", "ListTables", authorization},
	{"POST", "DynamoDB_20120810.ListTables", ""},
	{"POST", "", ""},
	{"POST", "DynamoDB_20120810.ListTables", "nonsense"},
	{"POST", "DynamoDB_20120810.ListTables", "AWS4-HMAC-SHA256 nonsense"},
	{"POST", "DynamoDB_20120810.ListTables", "Bearer token"},
	{"GET", "DynamoDB_20120810.ListTables", authorization},
	{"PUT", "DynamoDB_20120810.ListTables", authorization},
	{"DELETE", "DynamoDB_20120810.ListTables", authorization},
	{"GET", "", ""},
}
