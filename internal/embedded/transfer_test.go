package embedded_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// accounts are items between which numbers are moved. Their sum shows whether each transfer
// was carried out as a whole or not at all.
var accounts = [...]string{"a", "b", "c", "d"}

// transfer moves one from an account to another, and checks others. It reports whether it
// was carried out.
func transfer(t testing.TB, client *dynamodb.Client, random *rand.Rand) bool {
	t.Helper()
	order := random.Perm(len(accounts))
	n := 1 + random.IntN(5)
	actions := []types.TransactWriteItem{
		addition(accounts[order[0]], -n), addition(accounts[order[1]], n),
		check(accounts[order[2]], "attribute_exists(id)"),
	}
	for _, code := range transact(t, client, actions...) {
		if code != "None" && code != "TransactionConflict" {
			t.Errorf("cancelled for %s", code)
		}
		if code != "None" {
			return false
		}
	}
	return true
}

// sum adds up all accounts in one transactional read. ok is false if the read met a
// transaction.
func sum(t testing.TB, client *dynamodb.Client) (total int, ok bool) {
	t.Helper()
	out, err := client.TransactGetItems(t.Context(), gets(accounts[:]...))
	if codes := reasonCodes(t, err); codes != nil || err != nil {
		return 0, false
	}
	for _, response := range out.Responses {
		n, err := strconv.Atoi(numberOf(response.Item, "n"))
		if err != nil {
			t.Error(err)
		}
		total += n
	}
	return total, true
}

// TestTransfers: transfers, plain writes and transactional reads run at the same time. The
// transfers keep the sum, the sum grows by the acknowledged writes, and no read sees half
// of a transfer.
func TestTransfers(t *testing.T) {
	for _, latency := range []time.Duration{0, 10 * time.Millisecond} {
		t.Run(fmt.Sprint(latency), func(t *testing.T) {
			test := func(t *testing.T) { testTransfers(t, embedded.Latency{Mean: latency, SD: latency / 5}) }
			if latency == 0 {
				test(t)
				return
			}
			synctest.Test(t, test)
		})
	}
}

func testTransfers(t *testing.T, latency embedded.Latency) {
	const clients, start = 8, 100
	each := longtest.Count(10, 60)
	client := newClient(embedded.Config{Latency: latency, Seed: 1})
	createTable(t, client)
	for _, id := range accounts {
		put(t, client, id, start)
	}
	var transfers, sums, sightings atomic.Int64
	work := func(do func(random *rand.Rand)) func() {
		var working sync.WaitGroup
		for c := range clients {
			working.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(c)))
				for range each {
					do(random)
				}
			})
		}
		return working.Wait
	}
	waitWriters := work(func(random *rand.Rand) {
		if transfer(t, client, random) {
			transfers.Add(1)
		}
	})
	waitReaders := work(func(*rand.Rand) {
		if total, ok := sum(t, client); ok {
			sums.Add(1)
			if total != len(accounts)*start {
				sightings.Add(1)
			}
		}
	})
	waitWriters()
	waitReaders()
	if transfers.Load() == 0 || sums.Load() == 0 || sightings.Load() > 0 {
		t.Errorf("%d transfers; %d of %d reads saw half of one", transfers.Load(), sightings.Load(), sums.Load())
	}
	var added atomic.Int64
	waitWriters = work(func(random *rand.Rand) { transfer(t, client, random) })
	work(func(random *rand.Rand) {
		_, err := client.UpdateItem(t.Context(), adding(accounts[random.IntN(len(accounts))]))
		if !conflicts(t, err) {
			added.Add(1)
		}
	})()
	waitWriters()
	total, ok := sum(t, client)
	if want := len(accounts)*start + int(added.Load()); !ok || total != want {
		t.Errorf("the sum is %d, want %d of %d acknowledged additions", total, want, added.Load())
	}
}

// TestConcurrentTransactionsOfOneCounter: the counter has the sum of the acknowledged
// transactions and plain writes, and each value is in one answer.
func TestConcurrentTransactionsOfOneCounter(t *testing.T) {
	const clients = 16
	each := longtest.Count(15, 50)
	client := newClientWithTable(t)
	put(t, client, "a", 0)
	var counted atomic.Int64
	var working sync.WaitGroup
	for c := range clients {
		working.Go(func() {
			for range each {
				var err error
				if c%2 == 0 {
					_, err = client.UpdateItem(t.Context(), adding("a"))
				} else {
					_, err = client.TransactWriteItems(t.Context(), transaction(addition("a", 1), placing(fmt.Sprint("marker-", c), 1)))
				}
				var conflict *types.TransactionConflictException
				var canceled *types.TransactionCanceledException
				switch {
				case err == nil:
					counted.Add(1)
				case !errors.As(err, &conflict) && !errors.As(err, &canceled):
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	if got, want := read(t, client, "a", true), fmt.Sprint(counted.Load()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTransactionsOfManyItemsDoNotWaitForEachOther: transactions cannot deadlock, in
// whichever order they name their items.
func TestTransactionsOfManyItemsDoNotWaitForEachOther(t *testing.T) {
	const clients, items = 8, 30
	each := longtest.Count(4, 10)
	client := newClientWithTable(t)
	var working sync.WaitGroup
	for c := range clients {
		working.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(c)))
			for range each {
				var actions []types.TransactWriteItem
				input := &dynamodb.TransactGetItemsInput{}
				for _, i := range random.Perm(items) {
					actions = append(actions, addition(fmt.Sprint(i), 1))
					input.TransactItems = append(input.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: aws.String(tableName), Key: key(fmt.Sprint(i))}})
				}
				transact(t, client, actions...)
				_, err := client.TransactGetItems(t.Context(), input)
				reasonCodes(t, err)
			}
		})
	}
	working.Wait()
	first := read(t, client, "0", true)
	for i := range items {
		if got := read(t, client, fmt.Sprint(i), true); got != first {
			t.Errorf("item %d: got %s, want %s as the others", i, got, first)
		}
	}
}
