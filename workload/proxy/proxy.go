package proxy

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"contend/workload/fault"
	"contend/workload/proxy/observe"
)

// Config configures a [Proxy].
type Config struct {
	Upstream Upstream
	// Rules are the faults to inject, and Seed is the seed of their random draws. A rule may be
	// limited to tables and keys; patterns of keys are those of [observe.Fits].
	Rules []fault.Rule
	Seed  uint64
	// Dry injects no faults and only notes which would be injected.
	Dry bool
	// Worker returns the number of a process, from 0, or -1 for none. Each number has its own
	// stream of random faults, and [fault.Rule.Workers] refers to it. If Worker is nil, all
	// processes share one stream, so that the faults of the n-th request to which a rule
	// applies depend only on the seed.
	Worker func(process string) int
	Watch  observe.Watch
	// Before, if not nil, is called before a request that names a watched item reaches the
	// store, by the goroutine that serves it. It may use [Proxy.Read].
	Before func(ctx context.Context, x *Exchange)
	// Note, if not nil, is called once for each request, when it is over, by the goroutine
	// that served it. It may keep the exchange.
	Note func(x *Exchange)
	// Patience is how long to wait for an answer of the store; 0 means one minute.
	Patience time.Duration
}

// Proxy forwards requests to a store; see the package comment. It is safe for use by several
// goroutines. The zero value is not usable; see [New].
type Proxy struct {
	config   Config
	store    *store
	faults   *fault.Transport
	observer *observe.Observer
	tables   tables
	numbers  atomic.Int64
	targeted bool // a rule is limited to tables or keys

	open   context.Context // ends when the proxy is closed
	cancel context.CancelFunc
	busy   sync.WaitGroup
}

// New returns a proxy, which must be closed. It panics if [fault.Rule.Check] returns an error
// for one of the rules. The rules apply from [Proxy.Begin] on.
func New(config Config) *Proxy {
	if config.Patience == 0 {
		config.Patience = time.Minute
	}
	p := &Proxy{config: config, store: newStore(config.Upstream), observer: observe.NewObserver(config.Watch)}
	p.open, p.cancel = context.WithCancel(context.Background())
	p.tables.known = map[string]*table{}
	for i := range config.Rules {
		p.targeted = p.targeted || config.Rules[i].HasTarget()
	}
	p.faults = fault.New(delivery{p}, fault.Config{
		Rules: config.Rules, Seed: config.Seed, Dry: config.Dry, Worker: p.worker,
		Touches: func(ctx context.Context, r *fault.Rule) bool { return exchangeOf(ctx).touches(r) },
		Note:    func(ctx context.Context, met fault.Injected) { exchangeOf(ctx).meet(met) },
	})
	return p
}

// Begin starts the injection of faults: the time windows of the rules count from at.
func (p *Proxy) Begin(at time.Time) { p.faults.Begin(at) }

// Counts returns how many faults each rule has injected so far, in the order of
// [Config.Rules].
func (p *Proxy) Counts() []int64 { return p.faults.Counts() }

// Close cancels the requests in progress, and returns when they have ended. Later requests are
// refused.
func (p *Proxy) Close() {
	p.cancel()
	p.busy.Wait()
}

func (p *Proxy) worker(ctx context.Context) int {
	if p.config.Worker == nil {
		return -1
	}
	return p.config.Worker(exchangeOf(ctx).Process)
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *Exchange { return ctx.Value(exchangeKey{}).(*Exchange) }

// Handler returns the handler for the requests of a process.
func (p *Proxy) Handler(process string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, process) })
}
