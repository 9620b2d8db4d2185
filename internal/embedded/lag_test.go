package embedded_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded"
)

// TestReadLag: an eventually consistent read sees the item as it was the lag ago, a strong
// read sees it as it is.
func TestReadLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadLag: 100 * time.Millisecond})
		createTable(t, client)
		started := time.Now()
		at := func(ms int) { time.Sleep(time.Until(started.Add(time.Duration(ms) * time.Millisecond))) }
		expect := func(strong, eventual string) {
			t.Helper()
			if got := read(t, client, "a", true); got != strong {
				t.Errorf("%v: strong read: got %q, want %q", time.Since(started), got, strong)
			}
			if got := read(t, client, "a", false); got != eventual {
				t.Errorf("%v: eventual read: got %q, want %q", time.Since(started), got, eventual)
			}
		}
		at(10)
		put(t, client, "a", 1)
		at(60)
		expect("1", "") // as at -40: no item yet
		put(t, client, "a", 2)
		at(61)
		put(t, client, "a", 3)
		at(115)
		expect("3", "1") // as at 15
		at(161)
		expect("3", "3") // as at 61
		at(170)
		if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: key("a")}); err != nil {
			t.Fatal(err)
		}
		at(200)
		expect("", "3") // as at 100
		at(271)
		expect("", "") // as at 171
	})
}

// TestReadLagOfManyWrites: the server forgets the states that no read can see any more,
// and keeps the others.
func TestReadLagOfManyWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadLag: 100 * time.Millisecond})
		createTable(t, client)
		const step, behind = 10 * time.Millisecond, 10 // writes within the lag
		for n := range 100 {
			put(t, client, "a", n)
			time.Sleep(step / 2)
			want := ""
			if n >= behind {
				want = strconv.Itoa(n - behind)
			}
			if got := read(t, client, "a", false); got != want {
				t.Errorf("after write %d: got %q, want %q", n, got, want)
			}
			time.Sleep(step / 2)
		}
	})
}
