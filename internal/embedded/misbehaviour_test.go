package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/embedded/misbehave"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

// faulty is a server with planted faults and its only client, which sends one
// request after the other.
type faulty struct {
	t      *testing.T
	server *embedded.Server
	client *dynamodb.Client
}

// withFault runs a test in virtual time on two servers with one fault, one for each door.
// A request takes 4ms.
func withFault(t *testing.T, kind misbehave.Kind, oneIn int64, test func(t *testing.T, f faulty)) {
	t.Helper()
	for name, client := range map[string]func(*embedded.Server) *dynamodb.Client{"HTTP": clientOf, "direct": directClientOf} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config := embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Millisecond}, Seed: 1}
				config.Misbehave[kind] = oneIn
				server := embedded.New(config)
				f := faulty{t: t, server: server, client: client(server)}
				createTable(t, f.client)
				test(t, f)
			})
		})
	}
}

// tick is a counter's write: it adds one to two numbers and stores the time.
func tick(id string) *dynamodb.UpdateItemInput {
	in := adding(id)
	in.UpdateExpression = aws.String("SET #when = :now ADD n :one, v :one")
	in.ConditionExpression = aws.String("attribute_not_exists(n) OR n <= :limit")
	in.ExpressionAttributeNames = map[string]string{"#when": "when"}
	in.ExpressionAttributeValues[":now"] = text(time.Now().String())
	in.ExpressionAttributeValues[":limit"] = number(1_000_000)
	return in
}

// bump adds one to the item's number, and returns the number in the answer.
func (f faulty) bump(id string) int {
	f.t.Helper()
	out, err := f.client.UpdateItem(f.t.Context(), tick(id))
	if err != nil {
		f.t.Fatal(err)
	}
	return f.number(out.Attributes)
}

// number returns the number of an item. Its parts must agree.
func (f faulty) number(attributes item) int {
	f.t.Helper()
	n, v := numberOf(attributes, "n"), numberOf(attributes, "v")
	if n != v {
		f.t.Errorf("half of a change: %s and %s", n, v)
	}
	whole, _ := strconv.Atoi(n) // "" stands for a missing item
	return whole
}

// stored returns the number that a strong read shows.
func (f faulty) stored(id string) int {
	f.t.Helper()
	out, err := f.client.GetItem(f.t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key(id), ConsistentRead: aws.Bool(true)})
	if err != nil {
		f.t.Fatal(err)
	}
	return f.number(out.Item)
}

// happened checks how often the server says that it misbehaved.
func (f faulty) happened(kind misbehave.Kind, oneIn int64, times int) {
	f.t.Helper()
	want := []misbehave.Count{{Kind: kind, OneIn: oneIn, Times: int64(times)}}
	if got := f.server.Misbehaviours(); !slices.Equal(got, want) {
		f.t.Errorf("the server tells %v, want %v", got, want)
	}
}

// oncePerBlock checks that one request was chosen in each block of n.
func oncePerBlock(t *testing.T, chosen []int, n, requests int) {
	t.Helper()
	for i, at := range chosen {
		if at/n != i {
			t.Errorf("chosen were the requests %v, want one of every %d", chosen, n)
		}
	}
	if len(chosen) != requests/n {
		t.Errorf("%d of %d requests were chosen, want one of every %d", len(chosen), requests, n)
	}
}

func TestLoseUpdate(t *testing.T) {
	withFault(t, misbehave.LoseUpdate, 5, func(t *testing.T, f faulty) {
		var lost []int
		want := 0
		for i := range 30 {
			if got := f.bump("a"); got != want+1 {
				t.Errorf("update %d of %d was answered with %d", i, want, got)
			}
			if f.stored("a") == want {
				lost = append(lost, i)
				continue
			}
			want++
			if got := f.stored("a"); got != want {
				t.Fatalf("after update %d: %d is stored, want %d", i, got, want)
			}
		}
		oncePerBlock(t, lost, 5, 30)
		f.happened(misbehave.LoseUpdate, 5, 6)
	})
}

func TestApplyTwice(t *testing.T) {
	withFault(t, misbehave.ApplyTwice, 5, func(t *testing.T, f faulty) {
		var twice []int
		want := 0
		for i := range 30 {
			if got := f.bump("a"); got != want+1 {
				t.Errorf("update %d of %d was answered with %d", i, want, got)
			}
			want++
			if f.stored("a") == want+1 {
				twice = append(twice, i)
				want++
			}
			if got := f.stored("a"); got != want {
				t.Fatalf("after update %d: %d is stored, want %d", i, got, want)
			}
		}
		oncePerBlock(t, twice, 5, 30)
		f.happened(misbehave.ApplyTwice, 5, 6)
	})
}

// TestApplyTwiceAgainstTheCondition: the second time, the condition is not evaluated. The
// second write sets the same value again, so that only the version shows it.
func TestApplyTwiceAgainstTheCondition(t *testing.T) {
	withFault(t, misbehave.ApplyTwice, 1, func(t *testing.T, f faulty) {
		f.set("a", 0, 7)
		out, err := f.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("a")})
		if err != nil || numberOf(out.Item, "n") != "7" || numberOf(out.Item, "v") != "2" {
			t.Errorf("got %v, %v, want the value 7 in version 2", out.Item, err)
		}
	})
}

// set is a conditional write; it returns the answer's version.
func (f faulty) set(id string, seen, n int) (version string) {
	f.t.Helper()
	out, err := f.client.UpdateItem(f.t.Context(), f.setting(id, seen, n))
	if err != nil {
		f.t.Fatal(err)
	}
	return numberOf(out.Attributes, "v")
}

func (f faulty) setting(id string, seen, n int) *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key(id), UpdateExpression: aws.String("SET n = :n ADD v :one"),
		ConditionExpression:       aws.String("n = :seen OR attribute_not_exists(n)"),
		ExpressionAttributeValues: item{":n": number(n), ":seen": number(seen), ":one": number(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	}
}

func TestStaleRead(t *testing.T) {
	withFault(t, misbehave.StaleRead, 5, func(t *testing.T, f faulty) {
		var stale []int
		for i := range 30 {
			now := f.bump("a")
			if now != i+1 {
				t.Fatalf("update %d was answered with %d", i, now)
			}
			if got := f.stored("a"); got < now {
				stale = append(stale, i)
			} else if got > now {
				t.Errorf("a read tells %d, which is not stored yet", got)
			}
		}
		// The first stale read may come late, because it needs a state that is old
		// enough.
		if len(stale) != 6 || stale[5]/5 != 5 {
			t.Errorf("stale were the reads %v of 30", stale)
		}
		f.happened(misbehave.StaleRead, 5, 6)
	})
}

// TestStaleReadsInBatches: each item of a BatchGetItem is a read.
func TestStaleReadsInBatches(t *testing.T) {
	withFault(t, misbehave.StaleRead, 5, func(t *testing.T, f faulty) {
		stale := 0
		for i := range 15 {
			f.bump("a")
			f.bump("b")
			out, err := f.client.BatchGetItem(t.Context(), batching("a", "b"))
			if err != nil {
				t.Fatal(err)
			}
			for _, attributes := range out.Responses[tableName] {
				if f.number(attributes) < i+1 {
					stale++
				}
			}
		}
		if stale != 6 {
			t.Errorf("stale were %d of 30 reads", stale)
		}
		f.happened(misbehave.StaleRead, 5, 6)
	})
}

// TestStaleReadsAreSurelyStale: the state in a stale read was replaced by a write that was
// answered before the read was sent. A new item has no such state, and eventually
// consistent reads are never made stale.
func TestStaleReadsAreSurelyStale(t *testing.T) {
	withFault(t, misbehave.StaleRead, 1, func(t *testing.T, f faulty) {
		if got := f.stored("a"); got != 0 {
			t.Errorf("a read of nothing tells %d", got)
		}
		f.bump("a")
		if got := f.stored("a"); got != 1 {
			t.Errorf("a read of a new item tells %d", got)
		}
		f.bump("a")
		if got := f.stored("a"); got != 2 {
			t.Errorf("a read just after the write tells %d", got)
		}
		time.Sleep(20 * time.Millisecond)
		if got := read(t, f.client, "a", false); got != "2" {
			t.Errorf("an eventually consistent read tells %s", got)
		}
		if got := f.stored("a"); got != 1 {
			t.Errorf("a read long after the write tells %d, want 1", got)
		}
	})
}

func TestGoBack(t *testing.T) {
	withFault(t, misbehave.GoBack, 10, func(t *testing.T, f faulty) {
		var back []int
		was := 0
		for i := range 60 {
			if got := f.bump("a"); got != was+1 {
				t.Errorf("update %d of %d was answered with %d", i, was, got)
			}
			now := f.stored("a")
			switch {
			case now < was:
				back = append(back, i)
			case now != was+1:
				t.Errorf("after update %d of %d: %d is stored", i, was, now)
			}
			was = now
		}
		oncePerBlock(t, back, 10, 60)
		f.happened(misbehave.GoBack, 10, 6)
	})
}

func TestApplyRefused(t *testing.T) {
	withFault(t, misbehave.ApplyRefused, 5, func(t *testing.T, f faulty) {
		var refused []int
		for i := range 30 {
			_, err := f.client.UpdateItem(t.Context(), tick("a"))
			if throttled := (*types.ProvisionedThroughputExceededException)(nil); errors.As(err, &throttled) {
				refused = append(refused, i)
			} else if err != nil {
				t.Error(err)
			}
			if got := f.stored("a"); got != i+1 {
				t.Fatalf("after update %d: %d is stored", i, got)
			}
		}
		oncePerBlock(t, refused, 5, 30)
		f.happened(misbehave.ApplyRefused, 5, 6)
	})
}

func TestApplyRefusedAgainstTheCondition(t *testing.T) {
	withFault(t, misbehave.ApplyRefused, 5, func(t *testing.T, f faulty) {
		put(t, f.client, "a", 0)
		var applied []int
		for i := range 30 {
			update := f.setting("a", -1, i+1)
			update.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
			before := read(t, f.client, "a", true)
			_, err := f.client.UpdateItem(t.Context(), update)
			refusal := (*types.ConditionalCheckFailedException)(nil)
			if !errors.As(err, &refusal) || numberOf(refusal.Item, "n") != before {
				t.Fatalf("got %v, want a refusal with the value %s", err, before)
			}
			switch read(t, f.client, "a", true) {
			case before:
			case strconv.Itoa(i + 1):
				applied = append(applied, i)
			default:
				t.Errorf("after update %d something else is stored", i)
			}
		}
		oncePerBlock(t, applied, 5, 30)
		f.happened(misbehave.ApplyRefused, 5, 6)
	})
}

// TestAcknowledgeOutOfOrder: only the order of the answers is wrong. The sum is right, and
// each number is in exactly one answer.
func TestAcknowledgeOutOfOrder(t *testing.T) {
	withFault(t, misbehave.AcknowledgeOutOfOrder, 10, func(t *testing.T, f faulty) {
		const updates = 60
		var answers []int
		late := 0
		for range updates {
			n := f.bump("a")
			if len(answers) > 0 && n < slices.Max(answers) {
				late++
			}
			answers = append(answers, n)
		}
		if late != 6 {
			t.Errorf("%d answers came late, want 6: %v", late, answers)
		}
		if got := f.stored("a"); got != updates {
			t.Errorf("%d is stored after %d updates", got, updates)
		}
		slices.Sort(answers)
		for i, n := range answers {
			if n != i+1 {
				t.Fatalf("the answers are not complete: %v", answers)
			}
		}
		f.happened(misbehave.AcknowledgeOutOfOrder, 10, 6)
	})
}

// TestOwedToTheSameUpdate: an update gets the answer of an earlier place only if it could
// have come first, and was sent well after the other update was answered.
func TestOwedToTheSameUpdate(t *testing.T) {
	withFault(t, misbehave.AcknowledgeOutOfOrder, 1000, func(t *testing.T, f faulty) {
		for n := 0; f.server.Misbehaviours()[0].Times == 0; n++ {
			f.bump("a")
		}
		debt := f.stored("a") - 1 // the number that is in no answer
		if got := f.bump("a"); got != debt+2 {
			t.Errorf("an update just after the answer got %d, want %d", got, debt+2)
		}
		time.Sleep(time.Second)
		other := tick("a")
		other.ExpressionAttributeValues[":one"] = number(5)
		out, err := f.client.UpdateItem(t.Context(), other)
		if err != nil || f.number(out.Attributes) != debt+7 {
			t.Errorf("another update got %v, %v, want %d", out, err, debt+7)
		}
		if got := f.bump("b"); got != 1 {
			t.Errorf("an update of another item got %d", got)
		}
		if got := f.bump("a"); got != debt {
			t.Errorf("got %d, want the owed %d", got, debt)
		}
		if got := f.bump("a"); got != debt+8 {
			t.Errorf("got %d, want %d: nothing is owed any more", got, debt+8)
		}
	})
}

// TestConditionalWritesAreNotOwed: no two conditional writes get the same answer.
func TestConditionalWritesAreNotOwed(t *testing.T) {
	withFault(t, misbehave.AcknowledgeOutOfOrder, 1, func(t *testing.T, f faulty) {
		for n := range 20 {
			if got := f.set("a", n, n+1); got != strconv.Itoa(n+1) {
				t.Errorf("write %d got version %s", n+1, got)
			}
		}
		f.happened(misbehave.AcknowledgeOutOfOrder, 1, 0)
	})
}

// outcomes are the answers that a client gets from a server with every fault.
func outcomes(t *testing.T, seed uint64) (seen []string) {
	config := embedded.Config{Latency: embedded.Latency{Mean: 4 * time.Millisecond}, Seed: seed}
	for _, kind := range misbehave.Kinds() {
		config.Misbehave[kind] = 20
	}
	server := embedded.New(config)
	client := clientOf(server)
	createTable(t, client)
	for range 200 {
		answer := "refused"
		if out, err := client.UpdateItem(t.Context(), tick("a")); err == nil {
			answer = numberOf(out.Attributes, "n")
		}
		seen = append(seen, answer, read(t, client, "a", true))
	}
	return append(seen, fmt.Sprint(server.Misbehaviours()))
}

func TestTheSeedPlants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, again, other := outcomes(t, 1), outcomes(t, 1), outcomes(t, 2)
		if !slices.Equal(first, again) {
			t.Errorf("one seed:\n%v\n%v", first, again)
		}
		if slices.Equal(first, other) {
			t.Errorf("two seeds: %v", first)
		}
	})
}

// TestGoodBehaviour: a server without planted faults reports no misbehaviour.
func TestGoodBehaviour(t *testing.T) {
	if got := embedded.New(embedded.Config{}).Misbehaviours(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestConcurrentMisbehaviour: while many clients use few items over sockets, every planted
// fault happens at its rate, and no other fault happens.
func TestConcurrentMisbehaviour(t *testing.T) {
	const clients, oneIn = 16, 20
	each := longtest.Count(10, 100)
	config := embedded.Config{Seed: 1}
	for _, kind := range misbehave.Kinds() {
		if kind < misbehave.IgnoreCondition { // no condition is false here, and there is no transaction
			config.Misbehave[kind] = oneIn
		}
	}
	server := embedded.New(config)
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close(t.Context())
	client := localtest.Client(listener.Endpoint)
	createTable(t, client)
	const items = 3
	for i := range items { // by a put, because the update that creates an item may be lost
		made := item{"id": text(fmt.Sprint("item-", i)), "n": number(0)}
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: made}); err != nil {
			t.Fatal(err)
		}
	}
	var working sync.WaitGroup
	for c := range clients {
		working.Go(func() {
			for range each {
				id := fmt.Sprint("item-", c%items)
				_, err := client.UpdateItem(t.Context(), tick(id))
				if throttled := (*types.ProvisionedThroughputExceededException)(nil); err != nil && !errors.As(err, &throttled) {
					t.Error(err)
				}
				if got := read(t, client, id, true); got == "" {
					t.Error("the item went away")
				}
			}
		})
	}
	working.Wait()
	for _, c := range server.Misbehaviours() {
		// The last fault may still wait for a request that can show it.
		if most := int64(clients * each / oneIn); c.Times > most || c.Times < most-2 {
			t.Errorf("%s happened %d times of %d", c.Kind, c.Times, most)
		}
	}
}

func TestIgnoreCondition(t *testing.T) {
	withFault(t, misbehave.IgnoreCondition, 5, func(t *testing.T, f faulty) {
		f.bump("a")
		want := 1
		var ignored []int
		for i := range 30 {
			in := tick("a")
			in.ExpressionAttributeValues[":limit"] = number(0)
			out, err := f.client.UpdateItem(t.Context(), in)
			if refused := (*types.ConditionalCheckFailedException)(nil); err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			if err == nil {
				want++
				ignored = append(ignored, i)
				if got := f.number(out.Attributes); got != want {
					t.Errorf("the answer was %d, want %d", got, want)
				}
			}
			if got := f.stored("a"); got != want {
				t.Fatalf("%d is stored, want %d", got, want)
			}
		}
		if len(ignored) != 6 {
			t.Errorf("ignored were the conditions of the updates %v, want six", ignored)
		}
		f.happened(misbehave.IgnoreCondition, 5, 6)
	})
}

// both is a transaction that adds one to two items.
func both() *dynamodb.TransactWriteItemsInput {
	return transaction(addingInTransaction("a"), addingInTransaction("b"))
}

func addingInTransaction(id string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(tableName), Key: key(id), UpdateExpression: aws.String("ADD n :n, v :n"), ExpressionAttributeValues: item{":n": number(1)},
	}}
}

func TestIgnoreToken(t *testing.T) {
	withFault(t, misbehave.IgnoreToken, 10, func(t *testing.T, f faulty) {
		want := 0
		for i := range 25 { // two requests of each token
			in := both()
			in.ClientRequestToken = aws.String(fmt.Sprint("token-", i))
			for range 2 {
				if _, err := f.client.TransactWriteItems(t.Context(), in); err != nil {
					t.Fatal(err)
				}
			}
			want++
			if got := f.stored("a"); got != f.stored("b") || got < want || got > want+1 {
				t.Fatalf("token %d: %d and %d are stored, want %d", i, got, f.stored("b"), want)
			}
			want = f.stored("a")
		}
		if want != 25+5 {
			t.Errorf("%d are stored, want 25 and five of fifty requests", want)
		}
		f.happened(misbehave.IgnoreToken, 10, 5)
	})
}

func TestHalfTransaction(t *testing.T) {
	withFault(t, misbehave.HalfTransaction, 5, func(t *testing.T, f faulty) {
		for i := range 30 {
			if _, err := f.client.TransactWriteItems(t.Context(), both()); err != nil {
				t.Fatal(err)
			}
			if got := f.stored("b"); got != i+1 {
				t.Fatalf("%d is stored of the second after %d", got, i+1)
			}
			if _, err := f.client.TransactWriteItems(t.Context(), transaction(addingInTransaction("c"))); err != nil {
				t.Fatal(err)
			}
		}
		// Of sixty requests twelve are to show it, and half of those leave it to
		// the next, because they change one item.
		if got := f.stored("a"); got != 30-12 {
			t.Errorf("%d is stored of the first, want %d", got, 30-12)
		}
		if got := f.stored("c"); got != 30 {
			t.Errorf("%d is stored of the item that was alone, want 30", got)
		}
		f.happened(misbehave.HalfTransaction, 5, 12)
	})
}
