package embedded

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/longtest"
)

const upkeepTable = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST",` +
	`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],` +
	`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]}`

// ask sends a request to a server and returns the status and the answer.
func ask(s *Server, operation, body string) (int, string) {
	r := httptest.NewRequest(http.MethodPost, "http://embedded/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", targetPrefix+operation)
	r.Header.Set("Authorization", "any")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// kept counts what the table keeps: partitions, cells and appointments.
func kept(s *Server) (partitions, cells, appointments int) {
	t := s.tables["table"]
	for _, p := range t.partitions.list() {
		p.mu.Lock()
		partitions++
		cells += len(p.cells)
		if p.ordered.Len() != len(p.cells) {
			partitions = -1 << 30 // they are not the same cells
		}
		p.mu.Unlock()
	}
	return partitions, cells, len(t.upkeep.calendar)
}

// visits are requests that leave no item, with %[1]d where each has a key of its own, and
// the statuses of their answers.
var visits = []struct {
	operation, body string
	status          int
}{
	{"GetItem", `{"TableName":"table","Key":{"id":{"S":"a%[1]d"},"n":{"N":"1"}}}`, 200},
	{"GetItem", `{"TableName":"table","Key":{"id":{"S":"a"},"n":{"N":"%[1]d"}},"ConsistentRead":true}`, 200},
	{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[{"id":{"S":"b%[1]d"},"n":{"N":"1"}},{"id":{"S":"b"},"n":{"N":"%[1]d"}}]}}}`, 200},
	{"Query", `{"TableName":"table","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"c%[1]d"}}}`, 200},
	{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"table","Key":{"id":{"S":"d%[1]d"},"n":{"N":"1"}}}}]}`, 200},
	{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"table","Key":{"id":{"S":"d%[1]d"},"n":{"N":"1"}}}},{"Get":{"TableName":"none","Key":{"id":{"S":"d"}}}}]}`, 400},
	{"UpdateItem", `{"TableName":"table","Key":{"id":{"S":"e%[1]d"},"n":{"N":"1"}},"UpdateExpression":"ADD v :one","ConditionExpression":"attribute_exists(id)","ExpressionAttributeValues":{":one":{"N":"1"}}}`, 400},
	{"PutItem", `{"TableName":"table","Item":{"id":{"S":"f%[1]d"},"n":{"N":"1"}},"ConditionExpression":"attribute_exists(id)"}`, 400},
	{"DeleteItem", `{"TableName":"table","Key":{"id":{"S":"g%[1]d"},"n":{"N":"1"}}}`, 200},
	{"PutItem", `{"TableName":"table","Item":{"id":{"S":"h%[1]d"},"n":{"N":"1"}}}`, 200},
	{"DeleteItem", `{"TableName":"table","Key":{"id":{"S":"h%[1]d"},"n":{"N":"1"}}}`, 200},
	{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"table","Item":{"id":{"S":"i%[1]d"},"n":{"N":"1"}}}},` +
		`{"ConditionCheck":{"TableName":"table","Key":{"id":{"S":"j%[1]d"},"n":{"N":"1"}},"ConditionExpression":"attribute_exists(id)"}}]}`, 400},
	{"TransactWriteItems", `{"TransactItems":[{"Delete":{"TableName":"table","Key":{"id":{"S":"k%[1]d"},"n":{"N":"1"}}}},` +
		`{"Delete":{"TableName":"table","Key":{"id":{"S":"k%[1]d"},"n":{"N":"1"}}}}]}`, 400},
}

// TestNothingIsKeptOfKeysWithoutItem: reads, refused writes and deletions leave
// no record behind, at once or, where limits and eventual reads need one, soon.
func TestNothingIsKeptOfKeysWithoutItem(t *testing.T) {
	for name, config := range map[string]Config{
		"plain": {}, "limits": {ReadCapacity: 3, WriteCapacity: 3}, "lag": {ReadLag: 2 * time.Second}, "all": {ReadCapacity: 5, WriteCapacity: 5, ReadLag: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(config)
				ask(s, "CreateTable", upkeepTable)
				for i := range 200 {
					for _, v := range visits {
						body := v.body
						if strings.Contains(body, "%") {
							body = fmt.Sprintf(body, i)
						}
						if status, answer := ask(s, v.operation, body); status != v.status {
							t.Fatalf("%s %s: %d %s", v.operation, body, status, answer)
						}
					}
					time.Sleep(time.Second)
				}
				const seconds = 4 // records of the last few may be kept
				if partitions, cells, calendar := kept(s); partitions < 0 || partitions+cells+calendar > 3*seconds*len(visits) {
					t.Errorf("%d partitions, %d cells, %d appointments are kept", partitions, cells, calendar)
				}
				time.Sleep(time.Minute)
				for range 100 {
					ask(s, "GetItem", `{"TableName":"table","Key":{"id":{"S":"z"},"n":{"N":"1"}}}`)
					time.Sleep(time.Second)
				}
				time.Sleep(time.Minute)
				ask(s, "DeleteItem", `{"TableName":"table","Key":{"id":{"S":"z"},"n":{"N":"1"}}}`)
				if partitions, cells, _ := kept(s); partitions > 1 || cells > 1 {
					t.Errorf("%d partitions, %d cells are kept in the end", partitions, cells)
				}
			})
		})
	}
}

// TestAnHourLeavesNothing: a server gets transactions with expiring markers and with tokens,
// and reads of missing keys. After an hour it keeps no more than after a quarter of an
// hour.
func TestAnHourLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{ReadCapacity: 1000, WriteCapacity: 1000})
		ask(s, "CreateTable", upkeepTable)
		ask(s, "UpdateTimeToLive", `{"TableName":"table","TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}}`)
		var after [4]int
		for quarter := range after {
			for range 15 * 60 {
				now := time.Now()
				id := fmt.Sprint(now.UnixNano())
				for _, c := range []asked{
					{"TransactWriteItems", fmt.Sprintf(`{"ClientRequestToken":"%s","TransactItems":[`+
						`{"Put":{"TableName":"table","Item":{"id":{"S":"%s"},"n":{"N":"1"},"expires":{"N":"%d"}}}},`+
						`{"Update":{"TableName":"table","Key":{"id":{"S":"counter"},"n":{"N":"1"}},"UpdateExpression":"ADD v :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}`,
						id, id, now.Add(10*time.Minute).Unix())},
					{"GetItem", fmt.Sprintf(`{"TableName":"table","Key":{"id":{"S":"absent-%s"},"n":{"N":"1"}}}`, id)},
				} {
					if status, answer := ask(s, c.operation, c.body); status != http.StatusOK {
						t.Fatalf("%s: %s", c.operation, answer)
					}
				}
				time.Sleep(time.Second)
			}
			partitions, cells, calendar := kept(s)
			after[quarter] = partitions + cells + calendar + len(s.tokens.uses) + cap(s.tokens.done)/8
		}
		const tenMinutes = 600
		for _, n := range after {
			if n > 5*tenMinutes || n > after[0]+after[0]/10 {
				t.Errorf("after each quarter of an hour %v are kept", after)
				break
			}
		}
	})
}

// asked is a request.
type asked struct{ operation, body string }

// TestDroppedRecordsLoseNoWrite: while a few items are created and deleted, and the records
// of their keys are dropped, no acknowledged creation or deletion is lost.
func TestDroppedRecordsLoseNoWrite(t *testing.T) {
	s := New(Config{})
	ask(s, "CreateTable", upkeepTable)
	const keys, workers = 3, 8
	times := longtest.Count(60, 400)
	var present [keys]atomic.Int64
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for i := range times {
				id := (worker + i) % keys
				key := fmt.Sprintf(`{"id":{"S":"%d"},"n":{"N":"1"}}`, id)
				if status, _ := ask(s, "PutItem", `{"TableName":"table","ConditionExpression":"attribute_not_exists(id)","Item":`+key+`}`); status == http.StatusOK {
					present[id].Add(1)
				}
				ask(s, "GetItem", `{"TableName":"table","Key":`+key+`}`)
				if status, _ := ask(s, "DeleteItem", `{"TableName":"table","ConditionExpression":"attribute_exists(id)","Key":`+key+`}`); status == http.StatusOK {
					present[id].Add(-1)
				}
			}
		})
	}
	all.Wait()
	items := int64(0)
	for id := range present {
		n := present[id].Load()
		if n != 0 && n != 1 {
			t.Errorf("key %d was created %d times more than deleted", id, n)
		}
		items += n
	}
	if partitions, cells, _ := kept(s); int64(partitions) != items || int64(cells) != items {
		t.Errorf("%d items in %d partitions and %d cells", items, partitions, cells)
	}
}
