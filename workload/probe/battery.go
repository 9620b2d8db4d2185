package probe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
	"contend/internal/crash"
)

// Client is the part of the DynamoDB client that the battery uses.
type Client interface {
	counter.DynamoDB
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

var _ Client = (*dynamodb.Client)(nil)

// Config is what a battery needs. All of it is required.
type Config struct {
	// Client and Other reach the same server over connections of their own.
	// They must not retry by themselves.
	Client, Other Client
	Table         string // exists, is empty, and has the string key "id"
	Collection    string // the same, with the sort key "event", a string
	Workers       int    // at least 2: one cannot contend
	Operations    int    // of each worker, in each row; at least 1
	Seed          uint64
}

// rowPatience bounds the time of one row, so that a server that answers nothing also
// ends the battery.
const rowPatience = time.Minute

// battery is one run of all rows.
type battery struct {
	Config
	started   time.Time
	stop      <-chan struct{}
	histories []kept
	requests  atomic.Int64 // requests, see [counting]
}

// row is a question: what it is called and how it is asked. The name is also
// the prefix of its items' keys.
type row struct {
	name string
	ask  func(*battery, context.Context, string) Row
}

// rows is the battery, in the order of the table.
func rows() []row {
	return []row{
		{"conditional", (*battery).conditional},
		{"atomic-add", (*battery).atomicAdd},
		{"set-counter", (*battery).setCounter},
		{"conflict-item", (*battery).conflictItem},
		{"conflict-read", (*battery).conflictRead},
		{"create-race", (*battery).createRace},
		{"returned-all-new", (*battery).returnedAllNew},
		{"returned-updated-new", (*battery).returnedUpdatedNew},
		{"returned-all-old", (*battery).returnedAllOld},
		{"returned-updated-old", (*battery).returnedUpdatedOld},
		{"read-your-writes", (*battery).readYourWrites},
		{"monotonic-reads", (*battery).monotonicReads},
		{"refused-is-untouched", (*battery).refusedIsUntouched},
		{"all-or-nothing", (*battery).allOrNothing},
		{"neighbour-attribute", (*battery).neighbourAttribute},
		{"exact-numbers", (*battery).exactNumbers},
		{"add-to-absent", (*battery).addToAbsent},
		{"set-arithmetic", (*battery).setArithmetic},
		{"conditions", (*battery).conditions},
		{"sets", (*battery).sets},
		{"large-items", (*battery).largeItems},
		{"batch-get", (*battery).batchGet},
		{"query-pages", (*battery).queryPages},
		{"transaction-atomic", (*battery).transactionAtomic},
		{"transaction-token", (*battery).transactionToken},
		{"transaction-cancelled", (*battery).transactionCancelled},
		{"consumed-capacity", (*battery).consumedCapacity},
		{"real-time", (*battery).realTime},
	}
}

// Run asks all questions. When stop is closed, it waits for requests in flight, and
// rows that were not asked are not judged. When ctx ends, requests in flight are cut
// off too. No goroutine outlives the call.
func Run(ctx context.Context, stop <-chan struct{}, config Config) *Report {
	b := newBattery(stop, config)
	report := &Report{Workers: config.Workers, Operations: config.Operations, Seed: config.Seed}
	for _, r := range rows() {
		report.Rows = append(report.Rows, b.ask(ctx, r))
	}
	return report
}

func newBattery(stop <-chan struct{}, config Config) *battery {
	b := &battery{Config: config, started: time.Now(), stop: stop}
	b.Client, b.Other = counting{config.Client, &b.requests}, counting{config.Other, &b.requests}
	return b
}

func (b *battery) ask(ctx context.Context, r row) Row {
	if err := b.over(ctx); err != nil {
		answer := failure(err)
		answer.Name = r.name
		return answer
	}
	bounded, cancel := context.WithTimeoutCause(ctx, rowPatience, errTooLong)
	defer cancel()
	before := b.requests.Load()
	answer := r.ask(b, bounded, r.name)
	answer.Name, answer.Requests = r.name, b.requests.Load()-before
	if answer.Verdict == Right && answer.Requests > 0 {
		answer.Excluded = ExcludedRate(answer.Requests)
	}
	return answer
}

// over says why no further request may be sent, nil if one may.
func (b *battery) over(ctx context.Context) error {
	select {
	case <-b.stop:
		return errStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	default:
		return nil
	}
}

// now is the time on the clock of all histories.
func (b *battery) now() int64 { return int64(time.Since(b.started)) }

// random is a worker's own random source. In every run, a worker of a row draws the
// same numbers.
func (b *battery) random(worker int) *rand.Rand {
	return rand.New(rand.NewPCG(b.Seed, uint64(worker)))
}

// keep remembers a trial for the row that judges real time.
func (b *battery) keep(row string, t trial) {
	b.histories = append(b.histories, kept{row, t})
}

// client is the client of a worker. Workers alternate between the two, so that both
// connections are under load.
func (b *battery) client(worker int) Client {
	if worker%2 == 0 {
		return b.Client
	}
	return b.Other
}

// together runs all workers at once and returns the first error.
func (b *battery) together(ctx context.Context, work func(ctx context.Context, worker int) error) error {
	problems := make([]error, b.Workers)
	var all sync.WaitGroup
	for worker := range b.Workers {
		all.Go(func() { problems[worker] = crash.Catch(func() error { return work(ctx, worker) }) })
	}
	all.Wait()
	for _, problem := range problems {
		if problem != nil {
			return causeOf(ctx, problem)
		}
	}
	return nil
}

// errThrottled ends a row: a server without capacity cannot be judged.
var errThrottled = errors.New("throttled too often")

// throttlePause is the wait after a throttle.
const throttlePause = 20 * time.Millisecond

// unsentError ends a row before a request was sent. Unlike a request that was cut off,
// it has surely changed nothing.
type unsentError struct{ cause error }

func (e *unsentError) Error() string { return e.cause.Error() }
func (e *unsentError) Unwrap() error { return e.cause }

// patiently sends a request until it is not throttled. Throttling is the one refusal
// that says nothing about the server; nothing else is retried.
func (b *battery) patiently(ctx context.Context, send func() error) error {
	const most = 100
	for range most {
		if err := b.over(ctx); err != nil {
			return &unsentError{err}
		}
		err := send()
		if counter.Classify(err).Outcome != counter.Throttled {
			return causeOf(ctx, err)
		}
		sleep(ctx, throttlePause)
	}
	return errThrottled
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// key names an item of a row.
func (b *battery) key(name string, parts ...any) counter.Key {
	for _, part := range parts {
		name += fmt.Sprintf("-%v", part)
	}
	return counter.Key{Table: b.Table, Name: name}
}
