package probe

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
)

// rewrites changes an expression of a request before the server gets it.
func rewrites(operation, member, old, new string) fault {
	return func(c call, server func(call) reply) reply {
		if expression, ok := c.body[member].(string); ok && c.operation == operation {
			c.body[member] = strings.ReplaceAll(expression, old, new)
		}
		return server(c)
	}
}

// forgets removes a member from every request.
func forgets(member string) fault {
	return func(c call, server func(call) reply) reply {
		delete(c.body, member)
		return server(c)
	}
}

// cutsOff stores no text beyond 4 KB.
func cutsOff() fault {
	return func(c call, server func(call) reply) reply {
		item, _ := c.body["Item"].(object)
		if bulk, ok := item["bulk"].(object); ok {
			if text, _ := bulk["S"].(string); len(text) > 4096 {
				bulk["S"] = text[:4096]
			}
		}
		return server(c)
	}
}

func countsOne() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if consumed, ok := told.body["ConsumedCapacity"].(object); ok {
			consumed["CapacityUnits"] = 1
		}
		return told
	}
}

func takesAnySize() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if message, _ := told.body["message"].(string); strings.Contains(message, "exceeded the maximum allowed size") {
			return reply{http.StatusOK, object{}}
		}
		return told
	}
}

// everyItem changes the items of each batch.
func everyItem(change func([]any) []any) fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if responses, ok := told.body["Responses"].(object); ok && c.operation == "BatchGetItem" {
			for table, items := range responses {
				responses[table] = change(items.([]any))
			}
		}
		return told
	}
}

func batchesStale() fault {
	last := new(remembered)
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation != "BatchGetItem" {
			return told
		}
		if old, ok := last.swap("", told); ok {
			return old
		}
		return told
	}
}

// endsEarly loses all pages after the second.
func endsEarly() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if c.operation == "Query" && c.body["ExclusiveStartKey"] != nil {
			delete(told.body, "LastEvaluatedKey")
		}
		return told
	}
}

// repeatsItems begins each page with the last item of the page before it.
func repeatsItems() fault {
	last := new(remembered)
	return func(c call, server func(call) reply) reply {
		told := server(c)
		items, ok := told.body["Items"].([]any)
		if c.operation != "Query" || !ok || len(items) == 0 {
			return told
		}
		old, known := last.swap("", reply{body: object{"item": items[len(items)-1]}})
		if known && c.body["ExclusiveStartKey"] != nil {
			told.body["Items"] = append([]any{old.body["item"]}, items...)
		}
		return told
	}
}

// halfTransactions carries out one action of every fourth transaction of two.
func halfTransactions() fault {
	var seen atomic.Int64
	return func(c call, server func(call) reply) reply {
		actions, _ := c.body["TransactItems"].([]any)
		if c.operation == "TransactWriteItems" && len(actions) == 2 && seen.Add(1)%4 == 0 {
			c.body["TransactItems"] = actions[:1]
		}
		return server(c)
	}
}

// tornTransactions carries out the actions of a transaction one after another,
// and reads one item after another.
func tornTransactions() fault {
	var half sync.RWMutex
	var seen atomic.Int64
	return func(c call, server func(call) reply) reply {
		actions, _ := c.body["TransactItems"].([]any)
		if len(actions) != 2 || c.operation != "TransactGetItems" || seen.Add(1)%3 != 0 {
			return server(c)
		}
		half.Lock()
		defer half.Unlock()
		// Both items are changed between the two reads.
		first := server(call{c.operation, object{"TransactItems": actions[:1]}})
		for _, action := range actions {
			get := action.(object)["Get"].(object)
			server(call{"UpdateItem", object{
				"TableName": get["TableName"], "Key": get["Key"], "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": object{":one": object{"N": "1"}},
			}})
		}
		second := server(call{c.operation, object{"TransactItems": actions[1:]}})
		if first.status != http.StatusOK || second.status != http.StatusOK {
			return first
		}
		return reply{http.StatusOK, object{"Responses": append(first.body["Responses"].([]any), second.body["Responses"].([]any)...)}}
	}
}

// answersAnything acknowledges any request with a known token, whatever its parameters.
func answersAnything() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if code, _ := told.body["__type"].(string); strings.HasSuffix(code, "IdempotentParameterMismatchException") {
			return reply{http.StatusOK, object{}}
		}
		return told
	}
}

func onReasons(change func([]any)) fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		if reasons, ok := told.body["CancellationReasons"].([]any); ok {
			change(reasons)
		}
		return told
	}
}

func withoutReasonItem() fault {
	return onReasons(func(reasons []any) {
		for _, reason := range reasons {
			delete(reason.(object), "Item")
		}
	})
}

func swapsReasons() fault {
	return onReasons(func(reasons []any) {
		if len(reasons) == 2 {
			reasons[0], reasons[1] = reasons[1], reasons[0]
		}
	})
}

// makesCancelled carries out the updates of a cancelled transaction.
func makesCancelled() fault {
	return func(c call, server func(call) reply) reply {
		told := server(c)
		actions, _ := c.body["TransactItems"].([]any)
		if _, cancelled := told.body["CancellationReasons"]; !cancelled || c.operation != "TransactWriteItems" {
			return told
		}
		for _, action := range actions {
			if update, ok := action.(object)["Update"]; ok {
				server(call{"TransactWriteItems", object{"TransactItems": []any{object{"Update": update}}}})
			}
		}
		return told
	}
}

// TestMisbehavingServersAreBroken: the rows find the faults that can be planted in the
// embedded server itself.
func TestMisbehavingServersAreBroken(t *testing.T) {
	for kind, names := range map[misbehave.Kind]string{
		misbehave.IgnoreCondition: "conditions", misbehave.IgnoreToken: "transaction-token", misbehave.HalfTransaction: "transaction-atomic",
		misbehave.LoseUpdate: "atomic-add sets set-arithmetic", misbehave.ApplyTwice: "atomic-add",
	} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			config := embedded.Config{Seed: 1}
			config.Misbehave[kind] = 10
			server := embedded.New(config)
			all := client(faulty{server, honest})
			for name, traits := range map[string]counter.Traits{"table": {}, "collection": {SortKey: true}} {
				if _, err := counter.CreateTable(t.Context(), all, name, traits); err != nil {
					t.Fatal(err)
				}
			}
			b := newBattery(nil, Config{Client: all, Other: all, Table: "table", Collection: "collection", Workers: 4, Operations: 12, Seed: 1})
			for name := range strings.FieldsSeq(names) {
				if row := b.ask(t.Context(), rowNamed(name)); row.Verdict != Broken || len(row.Evidence) == 0 {
					t.Errorf("%s: %s: %s", name, row.Verdict, row.Finding)
				}
			}
		})
	}
}
