package counter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/localtest"
	"contend/internal/longtest"
)

// roundTrip is how long a request to the far store takes; it changes the counter
// in the middle of it.
const roundTrip = 10 * time.Millisecond

// far is a store with one counter.
type far struct {
	counter.DynamoDB
	mu             sync.Mutex
	value, version int64
	reads          int
	writes         []string               // ":new/:count" of each that arrived, refused or not
	fault          func(write bool) error // the error to return in place of an answer
}

func newFar(value int64) *far { return &far{value: value, version: 1} }

func (f *far) item() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"value": numeral(f.value), "version": numeral(f.version)}
}

func numeral(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// travel is one way of a request.
func (f *far) travel(ctx context.Context) error {
	select {
	case <-time.After(roundTrip / 2):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *far) request(ctx context.Context, write bool, at func() error) error {
	if w := counter.WireOf(ctx); w != nil {
		w.Sends = append(w.Sends, counter.Send{Began: time.Now(), Attempt: 1, Write: write, Status: 200})
	}
	f.mu.Lock()
	fault := f.fault
	f.mu.Unlock()
	if fault != nil {
		if err := fault(write); err != nil {
			return errors.Join(f.travel(ctx), err)
		}
	}
	if err := f.travel(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	err := at()
	f.mu.Unlock()
	return errors.Join(err, f.travel(ctx))
}

func (f *far) GetItem(ctx context.Context, _ *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out := &dynamodb.GetItemOutput{ConsumedCapacity: &types.ConsumedCapacity{CapacityUnits: aws.Float64(1)}}
	err := f.request(ctx, false, func() error {
		f.reads++
		out.Item = f.item()
		return nil
	})
	return out, err
}

func (f *far) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	out := &dynamodb.UpdateItemOutput{ConsumedCapacity: &types.ConsumedCapacity{CapacityUnits: aws.Float64(1)}}
	err := f.request(ctx, true, func() error {
		parameter := func(name string) int64 {
			n, err := strconv.ParseInt(in.ExpressionAttributeValues[name].(*types.AttributeValueMemberN).Value, 10, 64)
			if err != nil {
				panic(err)
			}
			return n
		}
		f.writes = append(f.writes, fmt.Sprintf("%d/%d", parameter(":new"), parameter(":count")))
		if parameter(":seen") != f.value || parameter(":version") != f.version {
			refusal := &types.ConditionalCheckFailedException{}
			if in.ReturnValuesOnConditionCheckFailure == types.ReturnValuesOnConditionCheckFailureAllOld {
				refusal.Item = f.item()
			}
			return refusal
		}
		f.value, f.version = parameter(":new"), f.version+parameter(":count")
		out.Attributes = f.item()
		return nil
	})
	return out, err
}

// fails sets the fault.
func (f *far) fails(fault func(write bool) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// elsewhere is a change by another process.
func (f *far) elsewhere(delta int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.value, f.version = f.value+delta, f.version+1
}

// party is callers of one combiner, within a synctest bubble. Each calls a virtual
// millisecond after the one before, so that their order is known.
type party struct {
	strategy counter.Strategy
	wg       sync.WaitGroup
	calls    []*guest
}

// guest is one caller and the answer that it got.
type guest struct {
	receipt counter.Receipt
	err     error
	took    time.Duration
	panics  bool
	wire    counter.Wire
}

func (p *party) add(ctx context.Context, change counter.Change) *guest {
	g := &guest{}
	p.calls = append(p.calls, g)
	p.wg.Go(func() {
		defer func() { g.panics = recover() != nil }()
		began := time.Now()
		g.receipt, g.err = p.strategy.Add(counter.WithWire(ctx, &g.wire), shared, change)
		g.took = time.Since(began)
	})
	time.Sleep(time.Millisecond) // virtual
	return g
}

// adds makes one call for each delta.
func (p *party) adds(ctx context.Context, deltas ...int64) {
	for _, delta := range deltas {
		p.add(ctx, counter.Change{Delta: delta})
	}
}

// told returns "value/version" for each call that was applied, and the reason for each
// other call. A * marks a call that another's request carried, a - one that was not
// sent.
func (p *party) told() string {
	p.wg.Wait()
	var words []string
	for _, g := range p.calls {
		word := g.receipt.Reason
		if g.receipt.Outcome == counter.Applied {
			word = fmt.Sprintf("%d/%d", g.receipt.State.Value, g.receipt.State.Version)
		}
		if g.receipt.Carried {
			word += "*"
		}
		if g.receipt.Unsent {
			word += "-"
		}
		if g.panics {
			word = "panic"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func (p *party) check(t *testing.T, store *far, told, writes string, reads int) {
	t.Helper()
	if got := p.told(); got != told {
		t.Errorf("told %s, want %s", got, told)
	}
	if got := strings.Join(store.writes, " "); got != writes {
		t.Errorf("wrote %s, want %s", got, writes)
	}
	if store.reads != reads {
		t.Errorf("read %d times, want %d", store.reads, reads)
	}
	var receipts counter.Receipt
	for _, g := range p.calls {
		if g.receipt.Classification != counter.Classify(g.err) && !g.panics {
			t.Errorf("told %+v with the error %v", g.receipt.Classification, g.err)
		}
		receipts.Reads += g.receipt.Reads
		receipts.Units.Read += g.receipt.Units.Read
		receipts.Units.Write += g.receipt.Units.Write + g.receipt.EstimatedUnits.Write
	}
	panicked := slices.ContainsFunc(p.calls, func(g *guest) bool { return g.panics })
	if !panicked && receipts.Reads != reads || receipts.Units.Read > float64(receipts.Reads) {
		t.Errorf("the receipts tell %+v of %d reads", receipts, reads)
	}
}

func combiner(store counter.DynamoDB) *party {
	return &party{strategy: counter.NewCombining(store, counter.ReturnConflictState)}
}

// TestCombiningMergesCalls: while one write is on its way all others wait for the
// next, whatever their number, and every change has a version of its own.
func TestCombiningMergesCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers, adds = 32, 50
		store := newFar(0)
		p := combiner(store)
		var mu sync.Mutex
		var states []counter.State
		var units float64
		for range workers {
			p.wg.Go(func() {
				for range adds {
					receipt, err := p.strategy.Add(t.Context(), shared, counter.Change{Delta: 1})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					states, units = append(states, receipt.State), units+receipt.Units.Write
					mu.Unlock()
				}
			})
		}
		p.wg.Wait()
		slices.SortFunc(states, func(a, b counter.State) int { return int(a.Version - b.Version) })
		for i, state := range states {
			if state.Version != int64(i)+2 || state.Value != int64(i)+1 {
				t.Fatalf("change %d left %+v", i, state)
			}
		}
		if store.value != workers*adds || store.reads != 1 {
			t.Errorf("stored %d after %d adds and %d reads", store.value, workers*adds, store.reads)
		}
		if got := len(store.writes); got > 2*adds+2 || float64(got) != units {
			t.Errorf("%d writes with %v units for %d adds", got, units, workers*adds)
		}
	})
}

// TestCombiningHandsOver: the first caller leads; it reads, and takes along the calls
// that came meanwhile. Of the callers that still wait, the first leads next.
func TestCombiningHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFar(5)
		p := combiner(store)
		p.adds(t.Context(), 1, 10) // both at the first write, after the read
		time.Sleep(roundTrip)
		p.adds(t.Context(), 100, -1000, 0)
		time.Sleep(roundTrip)
		p.adds(t.Context(), 7)
		p.check(t, store, "6/2 16/3* 116/4 -884/5* -884/6* -877/7", "16/2 -884/3 -877/1", 1)
		if took := p.calls[2].took; took < roundTrip || took > 2*roundTrip {
			t.Errorf("the third call took %v", took)
		}
		if one, other := len(p.calls[0].wire.Sends), len(p.calls[1].wire.Sends); one != 2 || other != 2 {
			t.Errorf("the leader sent %d requests, the other was told of %d", one, other)
		}
	})
}

// TestCombiningLeavesOut: changes that are not allowed are left out in the order of the
// batch; the others go through.
func TestCombiningLeavesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, floor := newFar(5), int64(0)
		p := combiner(store)
		for _, delta := range []int64{-6, -4, -2, 9223372036854775807, 3, -4} {
			p.add(t.Context(), counter.Change{Delta: delta, Floor: &floor})
		}
		p.check(t, store, "floor 1/2* floor- overflow- 4/3* 0/4*", "0/3", 1)
	})
}

func TestCombiningTellsWhereItRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, floor := newFar(5), int64(0)
		p := combiner(store)
		p.adds(t.Context(), -4)
		low := p.add(t.Context(), counter.Change{Delta: -2, Floor: &floor})
		high := p.add(t.Context(), counter.Change{Delta: 9223372036854775807})
		p.wg.Wait()
		var below *counter.FloorError
		if !errors.As(low.err, &below) || *below != (counter.FloorError{Key: shared, Value: 1, Delta: -2}) {
			t.Errorf("got %v", low.err)
		}
		if !errors.Is(high.err, counter.ErrOverflow) || !high.receipt.StateKnown || high.receipt.State.Version != 2 || high.receipt.State.Value != 1 {
			t.Errorf("got %+v, %v", high.receipt, high.err)
		}
	})
}

// TestCombiningRefusesByWhatIsStored: the state that the combiner keeps may be old, so
// it reads before it refuses a whole batch.
func TestCombiningRefusesByWhatIsStored(t *testing.T) {
	for _, c := range []struct {
		elsewhere    int64
		told, writes string
	}{
		{0, "0/2 floor- floor-", "0/1"},
		{5, "0/2 2/4 floor-", "0/1 2/1"},
		{6, "0/2 3/4 0/5*", "0/1 0/2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			store, floor := newFar(3), int64(0)
			p := combiner(store)
			p.adds(t.Context(), -3)
			p.wg.Wait()
			if c.elsewhere != 0 {
				store.elsewhere(c.elsewhere)
			}
			p.add(t.Context(), counter.Change{Delta: -3, Floor: &floor})
			p.add(t.Context(), counter.Change{Delta: -3, Floor: &floor})
			p.check(t, store, c.told, c.writes, 2)
		})
	}
}

// TestCombiningSharesOutcomes: all callers of a batch share the outcome of its one
// request. If the state is unknown after it, the next batch reads first.
func TestCombiningSharesOutcomes(t *testing.T) {
	serverError := errors.New("connection reset")
	for _, c := range []struct {
		name       string
		onConflict counter.ConflictState
		meanwhile  int64 // change by another process
		err        error // of the second write
		told       string
		writes     string
		reads      int
	}{
		{"conflict that tells", counter.ReturnConflictState, 100, nil, "1/2 ConditionalCheckFailedException ConditionalCheckFailedException* 102/4", "1/1 3/2 102/1", 1},
		{"conflict that does not", counter.OmitConflictState, 100, nil, "1/2 ConditionalCheckFailedException ConditionalCheckFailedException* 102/4", "1/1 3/2 102/1", 2},
		{"throttled", counter.ReturnConflictState, 0, &types.ThrottlingException{}, "1/2 ThrottlingException ThrottlingException* 2/3", "1/1 2/1", 1},
		{"unknown", counter.ReturnConflictState, 0, serverError, "1/2 unexplained unexplained* 2/3", "1/1 2/1", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newFar(0)
				store.fails(failing(2, c.err))
				p := &party{strategy: counter.NewCombining(store, c.onConflict)}
				p.adds(t.Context(), 1)
				time.Sleep(roundTrip) // the first write is on its way
				p.adds(t.Context(), 1, 1)
				time.Sleep(roundTrip)
				if c.meanwhile != 0 {
					store.elsewhere(c.meanwhile)
				}
				p.wg.Wait()
				p.adds(t.Context(), 1)
				p.check(t, store, c.told, c.writes, c.reads)
			})
		})
	}
}

// failing makes the write with that number fail, counted from 1. It makes none fail if
// err is nil.
func failing(number int, err error) func(bool) error {
	return func(write bool) error {
		if !write {
			return nil
		}
		if number--; number == 0 {
			return err
		}
		return nil
	}
}

// TestCombiningWithdraws: a caller may go away at each stage of its change.
func TestCombiningWithdraws(t *testing.T) {
	for _, c := range []struct {
		name   string
		who    int // whose context ends
		at     int // ms
		took   int // by who, ms
		told   string
		writes string
		reads  int
	}{
		// The first reads until 10 ms and writes until 20 ms, with the second; the
		// third and the fourth call at 12 and 13 ms and write until 30 ms.
		{"before it calls", 2, 11, 0, "1/2 2/3* canceled- 3/4", "2/2 3/1", 1},
		{"leader, reading", 0, 6, 6, "canceled- 1/2 2/3* 3/4*", "3/3", 2},
		{"leader, writing", 0, 14, 14, "canceled canceled* 1/2 2/3*", "2/2", 2},
		{"carried, on its way", 1, 14, 13, "1/2 canceled* 3/4 4/5*", "2/2 4/2", 1},
		{"waiting, to lead", 2, 14, 2, "1/2 2/3* canceled- 3/4", "2/2 3/1", 1},
		{"waiting", 3, 14, 1, "1/2 2/3* 3/4 canceled-", "2/2 3/1", 1},
		{"leader by handover", 2, 24, 12, "1/2 2/3* canceled canceled*", "2/2", 1},
		{"carried by handover", 3, 24, 11, "1/2 2/3* 3/4 canceled*", "2/2 4/2", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newFar(0)
				p := combiner(store)
				leaving, leave := context.WithCancel(t.Context())
				time.AfterFunc(time.Duration(c.at)*time.Millisecond, leave)
				for i := range 4 {
					ctx := t.Context()
					if i == c.who {
						ctx = leaving
					}
					if i == 2 {
						time.Sleep(roundTrip)
					}
					p.add(ctx, counter.Change{Delta: 1})
				}
				p.check(t, store, c.told, c.writes, c.reads)
				if took := p.calls[c.who].took; took != time.Duration(c.took)*time.Millisecond {
					t.Errorf("the call took %v, want %d ms", took, c.took)
				}
			})
		})
	}
}

// TestCombiningSurvivesAPanic: a panic of the client reaches only the leader.
func TestCombiningSurvivesAPanic(t *testing.T) {
	for _, c := range []struct {
		write        bool // in the write; otherwise in the read
		told, writes string
		reads        int
	}{
		{false, "panic 1/2 2/3*", "2/2", 1},
		{true, "panic unexplained* 1/2", "1/1", 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := newFar(0)
			p := combiner(store)
			store.fails(func(write bool) error {
				if write != c.write {
					return nil
				}
				time.Sleep(roundTrip / 2)
				store.fails(nil)
				panic("client")
			})
			p.adds(t.Context(), 1, 1)
			if c.write {
				time.Sleep(roundTrip)
			}
			p.adds(t.Context(), 1)
			p.check(t, store, c.told, c.writes, c.reads)
		})
	}
}

// TestCombiningReadsInVain: all callers share the outcome of a read that failed, and no
// write is sent.
func TestCombiningReadsInVain(t *testing.T) {
	for _, c := range []struct {
		err  error
		told string
	}{
		{&types.ProvisionedThroughputExceededException{}, "ProvisionedThroughputExceededException- ProvisionedThroughputExceededException- 1/2"},
		{errors.New("connection reset"), "unexplained- unexplained- 1/2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := newFar(0)
			p := combiner(store)
			store.fails(func(bool) error { return c.err })
			p.adds(t.Context(), 1, 1)
			p.wg.Wait()
			store.fails(nil)
			p.adds(t.Context(), 1)
			if got := p.told(); got != c.told || store.reads != 1 {
				t.Errorf("told %s after %d reads, want %s", got, store.reads, c.told)
			}
		})
	}
}

// TestCombiningKeepsCountersApart: they do not wait for each other.
func TestCombiningKeepsCountersApart(t *testing.T) { combineApart(t, withTable(t, serve(t))) }

func TestCombiningKeepsCountersApartOnDynamoDBLocal(t *testing.T) {
	combineApart(t, withTable(t, localtest.Start(t)))
}

// combineApart changes two counters at the same time, with each schema.
func combineApart(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	const counters, workers = 2, 12
	adds := longtest.Count(5, 10)
	for what, schema := range schemas {
		if !schema.Key.IsZero() {
			continue // the table has another key
		}
		strategy, err := schema.NewStrategy(counter.CombiningName, client, counter.DefaultParameters())
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		writes := make([]int, workers)
		for i := range counters {
			key := counter.Key{Table: "counters", Name: fmt.Sprint(what, i)}
			if err := strategy.Create(t.Context(), key, 0); err != nil {
				t.Fatal(err)
			}
			for w := i; w < workers; w += counters {
				wg.Go(func() {
					for range adds {
						receipt, err := strategy.Add(t.Context(), key, counter.Change{Delta: 1})
						if err != nil {
							t.Error(err)
						}
						if !receipt.Carried {
							writes[w]++
						}
					}
				})
			}
		}
		wg.Wait()
		total := 0
		for i := range counters {
			state, _, err := strategy.Read(t.Context(), counter.Key{Table: "counters", Name: fmt.Sprint(what, i)}, true)
			if err != nil || state.Value != int64(workers/counters*adds) {
				t.Errorf("%s: got %+v, %v", what, state, err)
			}
		}
		for _, n := range writes {
			total += n
		}
		if total >= workers*adds {
			t.Errorf("%s: %d writes for %d changes", what, total, workers*adds)
		}
	}
}
