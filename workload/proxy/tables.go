package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/valyala/fastjson"

	"contend/workload/proxy/observe"
)

// tables remembers the keys of tables.
type tables struct {
	mu    sync.Mutex
	known map[string]*table
}

// table is what is known of one table. Its lock is held while the store is asked.
type table struct {
	mu    sync.Mutex
	key   observe.Schema
	known bool
	asked time.Time // when the store was last asked; it did not say if known is false
}

// askAgain is how long a table that could not be described is not asked for again.
const askAgain = time.Second

func (t *tables) of(name string) *table {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known[name] == nil {
		t.known[name] = new(table)
	}
	return t.known[name]
}

// forget forgets a table that may have been made anew.
func (t *tables) forget(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, name)
}

// schemas returns the keys of the tables that matter for a request, and asks the store
// for those that are not known.
func (p *Proxy) schemas(ctx context.Context, x *Exchange) observe.Schemas {
	return func(name string) (observe.Schema, bool) {
		if !p.targeted && !p.config.Watch.Table(name) {
			return observe.Schema{}, false
		}
		t := p.tables.of(name)
		t.mu.Lock()
		defer t.mu.Unlock()
		if !t.known && time.Since(t.asked) > askAgain {
			t.asked = time.Now()
			if key, err := p.describe(ctx, x.Asker(), name); err == nil {
				t.key, t.known = key, true
			}
		}
		return t.key, t.known
	}
}

func (p *Proxy) describe(ctx context.Context, by Asker, name string) (key observe.Schema, err error) {
	body, err := json.Marshal(map[string]string{"TableName": name})
	if err != nil {
		return key, err
	}
	answer, err := p.ask(ctx, by, "DescribeTable", body)
	if err != nil {
		return key, err
	}
	for _, element := range answer.GetArray("Table", "KeySchema") {
		attribute := string(element.GetStringBytes("AttributeName"))
		switch string(element.GetStringBytes("KeyType")) {
		case "HASH":
			key.Partition = attribute
		case "RANGE":
			key.Sort = attribute
		}
	}
	if key.Partition == "" {
		return key, errors.New("the answer to DescribeTable has no key")
	}
	return key, nil
}

// ask sends a request of the proxy's own, with the credentials of a client's request.
func (p *Proxy) ask(ctx context.Context, by Asker, operation string, body []byte) (*fastjson.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, p.config.Patience)
	defer cancel()
	if p.open.Err() == nil { // a request for a client ends with the proxy, one at the end does not
		defer context.AfterFunc(p.open, cancel)()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://contend/", nil)
	if err != nil {
		return nil, err
	}
	for name, values := range by.header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	response, answer, err := p.store.send(ctx, r, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	if isPacked(response.Header) {
		if answer, err = gunzip(answer); err != nil {
			return nil, fmt.Errorf("%s: %w", operation, err)
		}
	}
	root, err := fastjson.ParseBytes(answer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: the answer is not JSON: %w", operation, err)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: HTTP %d: %s", operation, response.StatusCode, root.GetStringBytes("__type"))
	}
	return root, nil
}

// Read reads a watched attribute with a strongly consistent read and without faults. It also
// works after [Proxy.Close].
func (p *Proxy) Read(ctx context.Context, by Asker, target *observe.Target, path []string) (value int64, err error) {
	table, err := json.Marshal(target.Table)
	if err != nil {
		return 0, err
	}
	body := fmt.Appendf(nil, `{"TableName":%s,"Key":%s,"ConsistentRead":true}`, table, target.Key)
	answer, err := p.ask(ctx, by, "GetItem", body)
	if err != nil {
		return 0, err
	}
	return observe.Number(answer, path)
}
