package rendezvous

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"contend/counter/layout"
	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/workload/scenario"
	"contend/workload/store"
)

// keys are the kinds of keys that tables have.
func keys() map[string]layout.Key {
	text := func(attribute, template string) layout.Element {
		return layout.Element{Attribute: attribute, Type: types.ScalarAttributeTypeS, Template: template}
	}
	numeric := func(attribute, template string) layout.Element {
		return layout.Element{Attribute: attribute, Type: types.ScalarAttributeTypeN, Template: template}
	}
	return map[string]layout.Key{
		"id":                        layout.Default,
		"partition and sort key":    {Partition: text("PK", "COUNTER#{counter}"), Sort: text("SK", "TOTAL")},
		"numbers":                   {Partition: numeric("tenant", "17"), Sort: numeric("n", "1{number}")},
		"one number":                {Partition: numeric("n", "{number}")},
		"a number with many digits": {Partition: numeric("n", strings.Repeat("9", 31)+"{number}")},
		"a negative number":         {Partition: numeric("n", "-{number}5")},
		"one counter":               {Partition: text("PK", "STATS"), Sort: text("SK", "HITS")},
		"one counter with a number": {Partition: numeric("n", "17")},
		"any sort key":              {Partition: text("id", "{counter}"), Sort: text("event", "")},
	}
}

// TestKeysAreOfNoCounter: the items of a run have keys of their own, which fit the table.
func TestKeysAreOfNoCounter(t *testing.T) {
	for name, key := range keys() {
		seen := []layout.Item{key.Of("counter-0"), key.Of("counter-12"), key.Of("counter-0#3")}
		for _, run := range []string{"a", "b"} {
			for _, n := range []itemNumber{0, 1, 10, 255, runItem} {
				k := keyOf(key, run, n)
				for _, other := range seen {
					if reflect.DeepEqual(k, other) {
						t.Errorf("%s: %v twice", name, k)
					}
				}
				seen = append(seen, k)
				for _, e := range key.Elements() {
					digits, is := k[e.Attribute].(*types.AttributeValueMemberN)
					if is && len(strings.Trim(digits.Value, "-")) > maxDigits+1 {
						t.Errorf("%s: %s has too many digits", name, digits.Value)
					}
					if is && digits.Value != e.Template && !strings.Contains(digits.Value, ".") {
						t.Errorf("%s: %s may be a counter's", name, digits.Value)
					}
				}
			}
		}
	}
}

// TestMachinesMeetWhateverTheKey and leave nothing behind.
func TestMachinesMeetWhateverTheKey(t *testing.T) {
	for name, key := range keys() {
		if key.Sort.Attribute != "" && key.Sort.Template == "" {
			continue // a template that only [counter.Traits] imply: see meetOn
		}
		t.Run(name, func(t *testing.T) {
			simulate(t, key, lossy(), func(w *world) {
				for i := range 3 {
					w.machine(func() {
						m := w.joins(i, 3)
						if _, err := m.AwaitEnd(w.ctx); err != nil {
							t.Errorf("machine %d: %v", i, err)
						}
						if err := m.Close(w.ctx); err != nil {
							t.Errorf("machine %d: %v", i, err)
						}
						if i == 0 && len(w.items()) != 4 {
							t.Error("the items are not where they are looked for")
						}
						if i > 0 {
							return
						}
						if err := m.Clean(w.ctx, w.target.Setup); err != nil {
							t.Error(err)
						}
					})
				}
				_ = w.group.Wait()
				if left := w.items(); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		})
	}
}

// TestOnEmbedded: machines meet over HTTP, in real time, in tables with different keys, and
// leave nothing behind.
func TestOnEmbedded(t *testing.T) {
	sc := scenario.Default()
	sc.Embedded.Latency = scenario.ModelledLatency{Mean: 2 * time.Millisecond, SD: time.Millisecond}
	server, err := store.Serve(&sc, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"partition and sort key", "numbers", "id", "any sort key"}
	meetOn(t, localtest.Client(server.Endpoint), names[:longtest.Count(2, len(names))]...)
	if err := server.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestMachinesMeetOnDynamoDBLocal is [TestOnEmbedded] on AWS's own server. Where tests have to
// be quick, it takes two of the keys.
func TestMachinesMeetOnDynamoDBLocal(t *testing.T) {
	names := []string{"numbers", "any sort key"}
	if longtest.Asked() {
		names = append(names, "id", "partition and sort key")
	}
	meetOn(t, localtest.Client(localtest.Start(t)), names...)
}

func meetOn(t *testing.T, client *dynamodb.Client, names ...string) {
	t.Helper()
	var running errgroup.Group // most of the time is waiting
	for _, name := range names {
		key := keys()[name]
		running.Go(func() error {
			table := "table-" + strings.ReplaceAll(name, " ", "-")
			if err := createTable(t, client, table, key); err != nil {
				return err
			}
			if err := meetInRealTime(t, Table{Client: client, Name: table, Key: key}, client); err != nil {
				return err
			}
			if left := itemsIn(t.Context(), t, client, table, key); len(left) > 0 {
				t.Errorf("%s: left behind: %v", name, left)
			}
			return nil
		})
	}
	if err := running.Wait(); err != nil {
		t.Fatal(err)
	}
}

func createTable(t *testing.T, client *dynamodb.Client, table string, key layout.Key) error {
	in := &dynamodb.CreateTableInput{TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest}
	for i, e := range key.Elements() {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(e.Attribute), AttributeType: e.Type})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String(e.Attribute), KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]})
	}
	_, err := client.CreateTable(t.Context(), in)
	return err
}

// halfWidth is how far the machine's clock may be from what it takes for the common time.
func halfWidth(m *Meeting) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.clock.offset(m.now()).width() / 2
}

// meetInRealTime is a short run of four machines, of which machine 0 cleans up.
func meetInRealTime(t *testing.T, table Table, client Deleter) error {
	const machines = 4
	var starts [machines]time.Time
	var within [machines]time.Duration
	var running errgroup.Group
	for i := range machines {
		running.Go(func() (err error) {
			m, err := join(t.Context(), table, member(i, machines), Options{OnNote: func(note string) { t.Logf("%s: machine %d: %s", table.Name, i, note) }})
			if err != nil {
				return err
			}
			defer func() {
				err = errors.Join(err, m.Close(t.Context()))
				if i == 0 {
					err = errors.Join(err, m.Clean(t.Context(), client))
				}
			}()
			before := halfWidth(m)
			at, _, err := m.Start(t.Context())
			if err != nil {
				return err
			}
			// What is known of the clock at the end may be narrower than at the start.
			starts[i], within[i] = at, max(before, halfWidth(m))
			outcome, err := m.AwaitEnd(t.Context())
			for _, f := range outcome.Fates {
				if !f.Ended || f.Lost {
					t.Errorf("%s: machine %d: %+v", table.Name, i, f)
				}
			}
			if traffic := m.Traffic(); traffic.WriteUnits < 10 || traffic.ReadUnits < 3 || traffic.Requests < 13 {
				t.Errorf("%s: machine %d: %+v", table.Name, i, traffic)
			}
			return err
		})
	}
	err := running.Wait()
	// All machines of the test have one clock.
	for i := range machines {
		if skew := starts[i].Sub(starts[0]); skew.Abs() > 2*max(within[i], time.Millisecond) {
			t.Errorf("%s: the starts of machines 0 and %d are %v apart, within %v", table.Name, i, skew, within[i])
		}
	}
	return err
}
