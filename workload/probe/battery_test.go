package probe

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

func TestEmbeddedServerIsRight(t *testing.T) {
	report := ask(t, honest)
	for _, row := range report.Rows {
		if row.Verdict != Right {
			t.Errorf("%s: %s: %s %q", row.Name, row.Verdict, row.Finding, row.Evidence)
		}
	}
	if len(report.Rows) != len(rows()) || report.Verdict() != Right {
		t.Errorf("%d rows, verdict %q", len(report.Rows), report.Verdict())
	}
}

// TestFaults shows that each row can fail: the rows that look for a fault call the
// server broken.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		what  string
		fault fault
		rows  string // the rows that must find it
		want  string // a part of the first row's evidence
	}{
		{"the last answer of an update is given again", repeatsAnswer(), "atomic-add set-counter returned-all-new returned-updated-new returned-all-old returned-updated-old", "is missing"},
		{"an acknowledged update is undone", undoesUpdate(), "conditional atomic-add set-counter", "should be|was acknowledged"},
		{"a strong read shows the state before", readsStale(), "read-your-writes", "worker "},
		{"a strong read shows the first state ever", readsFirst(), "monotonic-reads read-your-writes", "strong read (operation"},
		{"a strong read after a conflict shows the state that was refused", readsStale(), "conflict-read", "worker "},
		{"a second create wins", createsTwice(), "create-race", "were both acknowledged"},
		{"nobody wins a create", createsNever(), "create-race", "workers were refused"},
		{"a refused condition comes without its item", omitsItem(), "conflict-item", "got no item"},
		{"a refused condition comes with the first item ever", oldItem(), "conflict-item", "worker "},
		{"a refused update is carried out", writesRefused("UpdateItem"), "refused-is-untouched all-or-nothing", "turned"},
		{"a refused put is carried out", writesRefused("PutItem"), "refused-is-untouched", "turned"},
		{"a refused delete is carried out", writesRefused("DeleteItem"), "refused-is-untouched", "no item"},
		{"a false condition is taken for true", ignoresCondition(), "refused-is-untouched all-or-nothing conditional", "was acknowledged"},
		{"an update of two attributes is carried out in halves", halves(), "all-or-nothing", "read x="},
		{"numbers are doubles", doubles(), "exact-numbers", "was returned as"},
		{"ADD to nothing begins at one", addsToOne(), "add-to-absent", "nothing + 5"},
		{"an update writes the whole item back", writesBack(), "neighbour-attribute", ""},
		{"another attribute is returned", returnsMore(), "returned-updated-new", "attributes"},
		{"a write consumes nothing", overReports(), "consumed-capacity large-items", "consumed 0 units"},
		{"SET subtracts what it should add", rewrites("UpdateItem", "UpdateExpression", "#n = #n + :n", "#n = #n - :n"), "set-arithmetic", "was returned as"},
		{"SET adds what it should subtract", rewrites("UpdateItem", "UpdateExpression", "#n = #n - :n", "#n = #n + :n"), "set-arithmetic", "was returned as"},
		{"numbers that SET stores are doubles", doubles(), "set-arithmetic", "was returned as"},
		{"<= is taken for <", rewrites("UpdateItem", "ConditionExpression", "<=", "<"), "conditions", "<="},
		{"> is taken for >=", rewrites("UpdateItem", "ConditionExpression", "n > :five", "n >= :five"), "conditions", "n > :five"},
		{"NOT is left out", rewrites("UpdateItem", "ConditionExpression", "NOT ", ""), "conditions sets", "NOT n"},
		{"AND is taken for OR", rewrites("UpdateItem", "ConditionExpression", " AND ", " OR "), "conditions", "AND"},
		{"an upper bound is left out", rewrites("UpdateItem", "ConditionExpression", "n BETWEEN :four AND :five", "n > :four AND n < :five"), "conditions", "BETWEEN"},
		{"an element replaces the set", rewrites("UpdateItem", "UpdateExpression", "ADD #t :set", "SET #t = :set"), "sets", "token"},
		{"an element is not taken out", rewrites("UpdateItem", "UpdateExpression", "DELETE #t :set", "ADD #t :set"), "sets", "removed: true"},
		{"an element is added again", ignoresCondition(), "sets", "was added again"},
		{"a large item is cut off", cutsOff(), "large-items", "returned as another"},
		{"a large item counts as a small one", countsOne(), "large-items", "consumed 1 units"},
		{"a large item is taken whatever its size", takesAnySize(), "large-items", "410 KB"},
		{"a batch leaves an item out", everyItem(func(items []any) []any { return items[1:] }), "batch-get", "returned 0 times"},
		{"a batch brings an item twice", everyItem(func(items []any) []any { return append(items, items[0]) }), "batch-get", "returned 2 times"},
		{"a batch is stale", batchesStale(), "batch-get", "was acknowledged"},
		{"the last page is lost", endsEarly(), "query-pages", "counted"},
		{"the last item of a page begins the next", repeatsItems(), "query-pages", "pages of"},
		{"pages come in one direction only", forgets("ScanIndexForward"), "query-pages", "forward false"},
		{"transactions are made in halves", halfTransactions(), "transaction-atomic", "and in the end|read x="},
		{"transactions are seen half done", tornTransactions(), "transaction-atomic", "read x="},
		{"a token is ignored", forgets("ClientRequestToken"), "transaction-token", "sent three times"},
		{"other parameters are taken under a token", answersAnything(), "transaction-token", "other parameters"},
		{"a cancellation comes without the item", withoutReasonItem(), "transaction-cancelled", "no item"},
		{"the reasons change places", swapsReasons(), "transaction-cancelled", "the reasons are"},
		{"a cancelled transaction is made but for what refused", makesCancelled(), "transaction-cancelled", "cancelled transaction left"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			b := newBattery(nil, configure(t, c.fault))
			for i, name := range strings.Fields(c.rows) {
				row := b.ask(t.Context(), rowNamed(name))
				if row.Verdict != Broken || len(row.Evidence) == 0 {
					t.Errorf("%s: %s: %s %q", name, row.Verdict, row.Finding, row.Evidence)
				}
				if i == 0 && !containsAny(strings.Join(row.Evidence, "\n"), c.want) {
					t.Errorf("%s: evidence %q, want %q", name, row.Evidence, c.want)
				}
			}
		})
	}
}

func rowNamed(name string) row {
	return rows()[slices.IndexFunc(rows(), func(r row) bool { return r.name == name })]
}

func containsAny(text, alternatives string) bool {
	for alternative := range strings.SplitSeq(alternatives, "|") {
		if strings.Contains(text, alternative) {
			return true
		}
	}
	return false
}

func find(t *testing.T, report *Report, name string) Row {
	t.Helper()
	for _, row := range report.Rows {
		if row.Name == name {
			return row
		}
	}
	t.Fatalf("no row %q", name)
	return Row{}
}

func repeatsAnswer() fault {
	last := new(remembered)
	var mu sync.Mutex
	answers := 0
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation != "UpdateItem" || told.status != http.StatusOK {
			return told
		}
		mu.Lock()
		answers++
		repeat := answers%5 == 0
		mu.Unlock()
		if old, ok := last.swap(keyOf(c), told); ok && repeat {
			return old
		}
		return told
	}
}

// undoesUpdate undoes every ninth update that was carried out. If it counted refused
// updates too, it might hit only those.
func undoesUpdate() fault {
	var applied atomic.Int64
	return func(c call, server func(call) reply) reply {
		if c.operation != "UpdateItem" {
			return server(c)
		}
		before := server(call{"GetItem", object{"TableName": c.body["TableName"], "Key": c.body["Key"], "ConsistentRead": true}})
		told := server(c)
		if item, ok := before.body["Item"]; ok && told.status == http.StatusOK && applied.Add(1)%9 == 0 {
			server(call{"PutItem", object{"TableName": c.body["TableName"], "Item": item}})
		}
		return told
	}
}

func readsStale() fault {
	last := new(remembered)
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation != "GetItem" {
			return told
		}
		if old, ok := last.swap(keyOf(c), told); ok {
			return old
		}
		return told
	}
}

func readsFirst() fault {
	first := new(remembered)
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation != "GetItem" {
			return told
		}
		if old, ok := first.swap(keyOf(c), told); ok {
			first.swap(keyOf(c), old)
			return old
		}
		return told
	}
}

func createsTwice() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation == "PutItem" && told.refused() {
			return reply{http.StatusOK, object{}}
		}
		return told
	}
}

var refusal400 = reply{http.StatusBadRequest, object{
	"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "The conditional request failed",
}}

func createsNever() fault {
	return func(c call, server func(call) reply) reply {
		if _, conditional := c.body["ConditionExpression"]; c.operation == "PutItem" && conditional {
			item, _ := c.body["Item"].(object)
			if _, isRace := item["owner"]; isRace {
				return refusal400
			}
		}
		return server(c)
	}
}

func omitsItem() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if told.refused() {
			delete(told.body, "Item")
		}
		return told
	}
}

func oldItem() fault {
	first := new(remembered)
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if !told.refused() || told.body["Item"] == nil {
			return told
		}
		if old, ok := first.swap(keyOf(c), told); ok {
			first.swap(keyOf(c), old)
			return old
		}
		return told
	}
}

// unconditional is a request without its condition, and without the names and values
// that only the condition uses.
func unconditional(c call) call {
	body := maps.Clone(c.body)
	delete(body, "ConditionExpression")
	delete(body, "ReturnValuesOnConditionCheckFailure")
	expression := fmt.Sprint(body["UpdateExpression"])
	for _, field := range []string{"ExpressionAttributeNames", "ExpressionAttributeValues"} {
		entries, _ := body[field].(object)
		entries = maps.Clone(entries)
		maps.DeleteFunc(entries, func(name string, _ any) bool { return !strings.Contains(expression, name) })
		if body[field] = entries; len(entries) == 0 {
			delete(body, field)
		}
	}
	return call{c.operation, body}
}

func writesRefused(operation string) fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation == operation && told.refused() {
			server(unconditional(c))
		}
		return told
	}
}

func ignoresCondition() fault {
	return func(c call, server func(call) reply) reply {
		if _, conditional := c.body["ConditionExpression"]; conditional {
			return server(unconditional(c))
		}
		return server(c)
	}
}

func halves() fault {
	return func(c call, server func(call) reply) reply {
		if c.body["UpdateExpression"] != "ADD #x :one, #y :one" {
			return server(c)
		}
		first := call{c.operation, maps.Clone(c.body)}
		first.body["UpdateExpression"] = "ADD #x :one"
		first.body["ExpressionAttributeNames"] = object{"#x": "x", "#gate": "gate"}
		if told := server(first); told.status != http.StatusOK {
			return told
		}
		second := call{c.operation, maps.Clone(c.body)}
		second.body["UpdateExpression"] = "ADD #y :one"
		second.body["ExpressionAttributeNames"] = object{"#y": "y", "#gate": "gate"}
		return server(second)
	}
}

// doubles rounds every stored number to a float64.
func doubles() fault {
	return func(c call, server func(call) reply) reply {
		if item, ok := c.body["Item"].(object); ok {
			for name, value := range item {
				var n float64
				if text, ok := value.(object)["N"].(string); ok {
					_, _ = fmt.Sscan(text, &n)
					item[name] = object{"N": fmt.Sprintf("%.0f", n)}
				}
			}
		}
		return server(c)
	}
}

func addsToOne() fault {
	return func(c call, server func(call) reply) reply {
		if c.operation == "UpdateItem" && c.body["UpdateExpression"] == "ADD #n :n" {
			c.body["UpdateExpression"] = "SET #n = if_not_exists(#n, :n) + :n"
		}
		return server(c)
	}
}

// writesBack carries out a plain SET on a copy of the item, and then stores the whole
// copy.
func writesBack() fault {
	return func(c call, server func(call) reply) reply {
		if c.body["UpdateExpression"] != "SET #own = :n" {
			return server(c)
		}
		before := server(call{"GetItem", object{"TableName": c.body["TableName"], "Key": c.body["Key"], "ConsistentRead": true}})
		told := server(c)
		item, _ := before.body["Item"].(object)
		names, _ := c.body["ExpressionAttributeNames"].(object)
		values, _ := c.body["ExpressionAttributeValues"].(object)
		item[names["#own"].(string)] = values[":n"]
		server(call{"PutItem", object{"TableName": c.body["TableName"], "Item": item}})
		return told
	}
}

func returnsMore() fault {
	return func(c call, server func(call) reply) reply {
		if c.body["ReturnValues"] == "UPDATED_NEW" {
			c.body["ReturnValues"] = "ALL_NEW"
		}
		return server(c)
	}
}

func overReports() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if consumed, ok := told.body["ConsumedCapacity"].(object); ok {
			consumed["CapacityUnits"] = 0
		}
		return told
	}
}

// TestNotSupported: a feature that the server lacks is reported in the server's words,
// and is not called broken.
func TestNotSupported(t *testing.T) {
	t.Parallel()
	report := ask(t, func(c call, server func(call) reply) reply {
		if c.body["ReturnValuesOnConditionCheckFailure"] != nil {
			return reply{http.StatusBadRequest, object{"__type": "com.amazon.coral.validate#ValidationException", "message": "no such parameter"}}
		}
		if c.operation == "DeleteItem" {
			return reply{http.StatusBadRequest, object{"__type": "com.amazon.coral.service#UnknownOperationException", "message": "never heard of"}}
		}
		told := server(c)
		delete(told.body, "ConsumedCapacity")
		return told
	})
	for name, want := range map[string]string{
		"conflict-item":        "no such parameter",
		"atomic-add":           "no such parameter",
		"refused-is-untouched": "never heard of",
		"consumed-capacity":    "not returned",
	} {
		if row := find(t, report, name); row.Verdict != NotSupported || !strings.Contains(row.Finding, want) {
			t.Errorf("%s: %s: %s", name, row.Verdict, row.Finding)
		}
	}
	if report.Verdict() != Right || report.Count(NotSupported) != 4 {
		t.Errorf("the table is %s: %+v", report.Verdict(), report.Rows)
	}
}

// TestNotJudged: if an answer does not say whether an update was carried out, the row is
// neither right nor broken.
func TestNotJudged(t *testing.T) {
	t.Parallel()
	lost := reply{http.StatusInternalServerError, object{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "try again"}}
	for what, f := range map[string]fault{
		"carried out":     every(7, "UpdateItem", func(c call, server func(call) reply) reply { server(c); return lost }),
		"not carried out": every(7, "UpdateItem", func(call, func(call) reply) reply { return lost }),
	} {
		report := ask(t, f)
		if report.Count(Broken) > 0 || report.Verdict() != NotJudged {
			t.Errorf("%s: %+v", what, report.Rows)
		}
		if row := find(t, report, "atomic-add"); row.Verdict != NotJudged {
			t.Errorf("%s: %s: %s", what, row.Verdict, row.Finding)
		}
	}
}

// TestThrottlesAreAwaited: throttled requests are sent again, and do not count against
// the server.
func TestThrottlesAreAwaited(t *testing.T) {
	t.Parallel()
	throttle := reply{http.StatusBadRequest, object{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "slow down"}}
	report := ask(t, every(9, "UpdateItem", func(call, func(call) reply) reply { return throttle }))
	if report.Verdict() != Right {
		t.Errorf("%+v", report.Rows)
	}
}

// TestStop: a row that is interrupted is not judged, and later rows send nothing.
func TestStop(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	config := configure(t, every(100, "UpdateItem", func(c call, server func(call) reply) reply {
		select {
		case <-stop:
		default:
			close(stop)
		}
		return server(c)
	}))
	report := Run(t.Context(), stop, config)
	if report.Count(Broken) > 0 || report.Count(NotJudged) < len(rows())-3 || report.Verdict() != NotJudged {
		t.Errorf("%+v", report.Rows)
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	config := configure(t, every(40, "UpdateItem", func(c call, server func(call) reply) reply { cancel(); return server(c) }))
	report := Run(ctx, nil, config)
	if report.Count(Broken) > 0 || report.Verdict() != NotJudged {
		t.Errorf("%+v", report.Rows)
	}
}

// TestRealTime: if the server exchanges two answers, every sum and every step is still
// right. Only the times of the answers show it.
func TestRealTime(t *testing.T) {
	state := func(value, version int64) history.State {
		return history.State{Value: value, Version: version, Known: true}
	}
	op := func(worker int, invoked int64, after history.State) history.Op {
		return history.Op{
			Worker: worker, Sequence: 1, Kind: history.Increment, Delta: 1, Invoked: invoked, Returned: invoked + 5, Ending: history.Applied,
			Attempts: []history.Attempt{{Invoked: invoked, Returned: invoked + 5, Outcome: counter.Applied, Written: true, After: after}},
		}
	}
	for _, c := range []struct {
		what   string
		first  history.State
		second history.State
		want   Verdict
	}{
		{"in order", state(1, 2), state(2, 3), Right},
		{"exchanged", state(2, 3), state(1, 2), Broken},
	} {
		b := &battery{}
		b.keep("atomic-add", trial{initial: state(0, 1), final: state(2, 3), ops: []history.Op{op(1, 0, c.first), op(2, 10, c.second)}})
		row := b.realTime(t.Context(), "")
		if row.Verdict != c.want || (c.want == Broken) != strings.Contains(strings.Join(row.Evidence, ""), "worker 2's increment") {
			t.Errorf("%s: %s: %s %q", c.what, row.Verdict, row.Finding, row.Evidence)
		}
	}
	if row := (&battery{}).realTime(t.Context(), ""); row.Verdict != NotJudged {
		t.Errorf("without operations: %s", row.Verdict)
	}
}
