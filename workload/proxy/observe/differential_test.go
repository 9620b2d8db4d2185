package observe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/longtest"
	"contend/workload/proxy/observe"
)

// ask sends a request to a server, as any client may.
func ask(t testing.TB, server http.Handler, operation string, body []byte) (int, []byte) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://server/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=contend/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

const createTable = `{"TableName":"shop","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],
	"AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"SK","AttributeType":"N"}]}`

func newServer(t testing.TB) *embedded.Server {
	t.Helper()
	server := embedded.New(embedded.Config{})
	if status, answer := ask(t, server, "CreateTable", []byte(createTable)); status != http.StatusOK {
		t.Fatalf("CreateTable: %s", answer)
	}
	return server
}

func schemas(string) (observe.Schema, bool) { return observe.Schema{Partition: "PK", Sort: "SK"}, true }

var watch = observe.Watch{{Table: "shop", Key: "*", Attribute: []string{"n"}}, {Table: "shop", Key: "*", Attribute: []string{"stats", "sold"}}}

// drawn makes random requests from parts.
type drawn struct{ *rand.Rand }

func (d drawn) of(parts ...string) string { return parts[d.IntN(len(parts))] }

func (d drawn) key() string {
	return fmt.Sprintf(`{"PK":{"S":"%s"},"SK":{"N":"%s"}}`, d.of("a", "b/c"), d.of("1", "2"))
}

func (d drawn) number() string { return d.of("0", "1", "2", "3", "-1", "7", "1.5") }

// update is an UpdateExpression with its values.
func (d drawn) update() string {
	return d.of(
		"ADD n :d", "SET n = n + :d", "SET n = n - :d", "SET n = :d", "SET n = if_not_exists(n, :z) + :d", "SET n = if_not_exists(n, :z) - :d",
		"SET n = if_not_exists(n, :d)", "REMOVE n", "SET other = :d", "ADD other :d", "SET n = other + :d", "SET n = :d + n", "SET n = :d - n",
		"ADD stats.sold :d", "SET stats.sold = if_not_exists(stats.sold, :z) + :d", "SET stats = :m", "REMOVE stats", "SET n = stats.sold",
		"SET n = n + :d, stats.sold = :d", "ADD n :d REMOVE stats.sold", "SET n = :s", "SET #n = #n + :d", "SET n = (n + :d)", "SET n = n + :d +",
	)
}

func (d drawn) condition() string {
	return d.of(
		"", "", "n = :o", ":o = n", "attribute_not_exists(n)", "attribute_exists(n)", "attribute_not_exists(PK)", "n = :o AND other = :d", "n = :o OR other = :d",
		"NOT n = :o", "n < :o", "stats.sold = :o", "stats.sold = :o AND n = :o",
	)
}

// expressions are the members for an update, a condition or both. All placeholders that are
// not used are left out.
func (d drawn) expressions(update, condition string) string {
	var parts []string
	add := func(name, text string) {
		if text != "" {
			parts = append(parts, fmt.Sprintf(`"%s":"%s"`, name, text))
		}
	}
	add("UpdateExpression", strings.ReplaceAll(update, "other", "another"))
	add("ConditionExpression", strings.ReplaceAll(condition, "other", "another"))
	text := update + condition
	var values []string
	for name, value := range map[string]string{
		":d": `{"N":"` + d.number() + `"}`, ":z": `{"N":"` + d.of("0", "0", "5") + `"}`, ":o": `{"N":"` + d.of("0", "1", "2", "3") + `"}`,
		":s": `{"S":"text"}`, ":m": `{"M":{"sold":{"N":"` + d.number() + `"}}}`,
	} {
		if strings.Contains(text, name) {
			values = append(values, `"`+name+`":`+value)
		}
	}
	if len(values) > 0 {
		parts = append(parts, `"ExpressionAttributeValues":{`+strings.Join(values, ",")+`}`)
	}
	if strings.Contains(text, "#n") {
		parts = append(parts, `"ExpressionAttributeNames":{"#n":"n"}`)
	}
	return strings.Join(parts, ",")
}

// keyIn is the key in the object of a write.
var keyIn = regexp.MustCompile(`"PK":{"S":"[^"]*"},"SK":{"N":"[^"]*"}`)

// write is the object of one write.
func (d drawn) write(kind string, single bool) string {
	parts := []string{`"TableName":"shop"`}
	update := ""
	switch kind {
	case "Update":
		update = d.update()
		parts = append(parts, `"Key":`+d.key())
	case "Put":
		item := strings.TrimSuffix(d.key(), "}") + d.of("", `,"n":{"N":"`+d.number()+`"}`, `,"stats":{"M":{"sold":{"N":"4"}}}`, `,"n":{"S":"x"}`) + "}"
		parts = append(parts, `"Item":`+item)
	default:
		parts = append(parts, `"Key":`+d.key())
	}
	if e := d.expressions(update, d.condition()); e != "" {
		parts = append(parts, e)
	}
	if single {
		choices := []string{"", "", "NONE", "ALL_OLD"}
		if kind == "Update" {
			choices = append(choices, "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")
		}
		if v := d.of(choices...); v != "" {
			parts = append(parts, `"ReturnValues":"`+v+`"`)
		}
	}
	if v := d.of("", "", "ALL_OLD", "NONE"); v != "" {
		parts = append(parts, `"ReturnValuesOnConditionCheckFailure":"`+v+`"`)
	}
	if v := d.of("", "", "", "TOTAL", "INDEXES"); v != "" && single {
		parts = append(parts, `"ReturnConsumedCapacity":"`+v+`"`)
	}
	d.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, d.of(",", " , ")) + d.of("}", " }")
}

func (d drawn) request() (operation, body string) {
	switch d.IntN(10) {
	case 0:
		return "PutItem", d.write("Put", true)
	case 1:
		return "DeleteItem", d.write("Delete", true)
	case 2, 3:
		var items []string
		for range 1 + d.IntN(2) {
			kind := d.of("Update", "Update", "Put", "Delete", "ConditionCheck")
			items = append(items, fmt.Sprintf(`{"%s":%s}`, kind, d.write(kind, false)))
		}
		if len(items) == 2 && keyIn.FindString(items[0]) == keyIn.FindString(items[1]) {
			items = items[:1] // AWS refuses two actions on one item
		}
		return "TransactWriteItems", `{` + d.metered() + `"TransactItems":[` + strings.Join(items, ",") + `]}`
	case 4:
		return "GetItem", fmt.Sprintf(`{%s"TableName":"shop","Key":%s,"ConsistentRead":%s%s}`, d.metered(), d.key(), d.of("true", "false"), d.of("", "", `,"ProjectionExpression":"n"`, `,"ProjectionExpression":"another"`))
	case 5:
		return "Query", fmt.Sprintf(`{%s"TableName":"shop","ConsistentRead":true,"KeyConditionExpression":"PK = :p","ExpressionAttributeValues":{":p":{"S":"%s"}}}`, d.metered(), d.of("a", "b/c"))
	case 6:
		return d.batch()
	}
	return "UpdateItem", d.write("Update", true)
}

// metered is the member by which a client asks what its request consumes, or nothing.
func (d drawn) metered() string {
	return d.of("", "", `"ReturnConsumedCapacity":"TOTAL",`)
}

// batch is a batch of writes, or of reads.
func (d drawn) batch() (operation, body string) {
	if d.IntN(2) == 0 {
		return "BatchGetItem", fmt.Sprintf(`{%s"RequestItems":{"shop":{"Keys":[%s],"ConsistentRead":true}}}`, d.metered(), d.key())
	}
	put := fmt.Sprintf(`{"PutRequest":{"Item":%s,"n":{"N":"%s"}}}}`, strings.TrimSuffix(d.key(), "}"), d.number())
	return "BatchWriteItem", fmt.Sprintf(`{%s"RequestItems":{"shop":[%s]}}`, d.metered(), d.of(put, `{"DeleteRequest":{"Key":`+d.key()+`}}`))
}

// truth is what the counters of a server hold, by reading it directly.
func truth(t testing.TB, server http.Handler, e *observe.Effect) (int64, bool) {
	t.Helper()
	_, answer := ask(t, server, "GetItem", fmt.Appendf(nil, `{"TableName":"shop","Key":%s,"ConsistentRead":true}`, e.Target.Key))
	var got struct {
		Item map[string]struct {
			N string
			S *string
			M map[string]struct{ N string }
		}
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	text := got.Item["n"].N
	if strings.HasSuffix(e.Counter, ":stats.sold") {
		text = got.Item["stats"].M["sold"].N
	} else if got.Item["n"].S != nil {
		return 0, false
	}
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(text, 64) // DynamoDB Local may say 3.0
	return int64(n), err == nil && n == math.Trunc(n)
}

// TestWhatIsObservedIsTrue sends random requests to two servers: to one as they are, to the
// other as the observer changes them. The client must get the same answers, and each effect must be what reading the item before and after shows.
func TestWhatIsObservedIsTrue(t *testing.T) {
	seen := hold(t, newServer(t), newServer(t), longtest.Count(3000, 6000))
	for _, needed := range []string{"applied, known", "applied, not known", "conflict, known", "read"} {
		if seen[needed] < 100 {
			t.Errorf("only %d effects are %q: %v", seen[needed], needed, seen)
		}
	}
}

// reads are the operations that change nothing. DynamoDB Local charges nothing for a search
// that finds nothing.
var reads = map[string]bool{"GetItem": true, "BatchGetItem": true, "Query": true}

// hold sends random requests to two servers, one of them observed, and returns how many
// effects of each class there were.
func hold(t *testing.T, plain, observed http.Handler, requests int) map[string]int {
	t.Helper()
	d := drawn{newRand(1)}
	observer := observe.NewObserver(watch)
	seen := map[string]int{}
	for range requests {
		operation, body := d.request()
		q := observer.Ask(operation, []byte(body), schemas)
		unanswered := q.Observe(0, nil)
		before := map[string]int64{}
		for _, e := range unanswered.Effects {
			if n, whole := truth(t, observed, &e); whole {
				before[e.Counter] = n
			}
		}
		wantStatus, want := ask(t, plain, operation, []byte(body))
		status, answer := ask(t, observed, operation, q.Body)
		got := q.Observe(status, answer)
		if status != wantStatus || !sameJSON(t, got.Body, want) || !isPart(got.Body, answer) {
			t.Fatalf("%s %s:\nsent %s\n got %d %s\nwant %d %s", operation, body, q.Body, status, got.Body, wantStatus, want)
		}
		if got.Outcome == counter.Applied && (!got.Units.Reported || got.Units.Write == 0 && !reads[operation]) {
			t.Fatalf("%s %s: units %+v of %s", operation, body, got.Units, answer)
		}
		for i := range got.Effects {
			if wrong := untrue(t, observed, &got.Effects[i], before); wrong != "" {
				t.Fatalf("%s %s: %s: %+v\nanswer %s", operation, body, wrong, got.Effects[i], answer)
			}
			seen[class(&got.Effects[i])]++
		}
		for i := range unanswered.Effects {
			if wrong := unforeseen(t, observed, &unanswered.Effects[i], got.Outcome, before); wrong != "" {
				t.Fatalf("%s %s: without an answer: %s: %+v", operation, body, wrong, unanswered.Effects[i])
			}
		}
		if got.Outcome == counter.Applied {
			if wrong := overlooked(t, observed, operation, &got, &unanswered, before); wrong != "" {
				t.Fatalf("%s %s: %s", operation, body, wrong)
			}
		}
	}
	return seen
}

// sameJSON compares two texts, whose members may have another order.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatalf("%v: %s and %s", err, a, b)
	}
	return reflect.DeepEqual(x, y)
}

// isPart reports whether a text is the whole one with parts taken out, and all else as it
// was.
func isPart(part, whole []byte) bool {
	i := 0
	for _, c := range whole {
		if i < len(part) && part[i] == c {
			i++
		}
	}
	return i == len(part)
}

func class(e *observe.Effect) string {
	switch {
	case !e.Write:
		return "read"
	case e.DeltaKnown:
		return e.Outcome.String() + ", known"
	}
	return e.Outcome.String() + ", not known"
}

// untrue says what an effect claims that reading the item does not show; "" if all is true.
func untrue(t *testing.T, server http.Handler, e *observe.Effect, before map[string]int64) string {
	now, whole := truth(t, server, e)
	was, wasWhole := before[e.Counter]
	switch {
	case e.Write && e.Outcome == counter.Applied && e.DeltaKnown && wasWhole != whole:
		return "it was no whole number before or after"
	case e.Write && !wasWhole:
	case !e.Write:
		if !whole || e.Saw.Value != now {
			return fmt.Sprintf("it holds %d", now)
		}
	case e.Outcome == counter.Applied && e.After.Known && (!whole || e.After.Value != now):
		return fmt.Sprintf("it left %d", now)
	case e.Outcome == counter.Applied && e.DeltaKnown && e.Delta != now-was:
		return fmt.Sprintf("it changed %d to %d", was, now)
	case e.Outcome != counter.Applied && now != was:
		return fmt.Sprintf("it changed %d to %d although it was refused", was, now)
	case e.Outcome == counter.Applied && e.Built.Known && e.Built.Value != was:
		return fmt.Sprintf("it was built on %d", was)
	case e.Saw.Known && e.Saw.Value != now:
		return fmt.Sprintf("it was refused by %d", now)
	}
	return ""
}

// unforeseen says what the request alone claims that did not come true.
func unforeseen(t *testing.T, server http.Handler, e *observe.Effect, outcome counter.Outcome, before map[string]int64) string {
	if _, whole := before[e.Counter]; !whole || outcome != counter.Applied || !e.DeltaKnown {
		return ""
	}
	if now, whole := truth(t, server, e); whole && e.Delta != now-before[e.Counter] {
		return fmt.Sprintf("it changed %d to %d", before[e.Counter], now)
	}
	return ""
}

// overlooked says which counter of the request's items changed although no effect says so.
func overlooked(t *testing.T, server http.Handler, operation string, got, unanswered *observe.Observation, before map[string]int64) string {
	if reads[operation] {
		return ""
	}
	told := map[string]bool{}
	for _, e := range got.Effects {
		told[e.Counter] = true
	}
	for i := range unanswered.Effects {
		if e := &unanswered.Effects[i]; !told[e.Counter] {
			if now, whole := truth(t, server, e); whole && now != before[e.Counter] {
				return e.Counter + " changed, and nothing says so"
			}
		}
	}
	return ""
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }
