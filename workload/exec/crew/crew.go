// Package crew carries out the operations of a run by the processes of a program of the
// user's own, one for each worker, and sees by a recording proxy what their requests did.
//
// The program's word says how an operation ended for its caller. Its attempts are the
// requests that reached the proxy between the operation's line and its answer: each process
// has a port of its own, and carries out one operation at a time.
package crew

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"contend/counter/layout"
	"contend/workload/exec"
	"contend/workload/fleet"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Config configures a [Crew].
type Config struct {
	Scenario *scenario.Scenario
	Table    string
	// Command is the program and its arguments.
	Command []string
	Way     *store.Way // to the store
	// Environment is what the program gets besides what contend sets, as "NAME=value".
	Environment []string
	// OnLine is told each line of the conversations, see [exec.Config]; nil: nobody listens.
	OnLine func(fromProgram bool, line string)
	// Stderr returns the path of the file for the standard error of a process.
	Stderr func(process int) string
}

// Crew is a proxy and the processes whose requests pass through it.
type Crew struct {
	Config
	proxy    *proxy.Proxy
	counters map[string]int // indexes by the names that the proxy uses
	seats    []*seat        // by worker

	mu       sync.Mutex
	places   map[string]*place // of all processes so far, by the proxy's name
	unseen   []string          // by counter
	charges  charges
	warnings warnings
}

var _ fleet.Performer = (*Crew)(nil)

// Open starts the proxy. [Crew.Close] must be called.
func Open(config Config) (*Crew, error) {
	s := config.Scenario
	c := &Crew{Config: config, counters: map[string]int{}, places: map[string]*place{}, charges: charges{}, unseen: make([]string, s.Counters.Count)}
	to, err := url.Parse(config.Way.Endpoint)
	if err != nil {
		return nil, err
	}
	watch, err := c.watch()
	if err != nil {
		return nil, err
	}
	c.proxy = proxy.New(proxy.Config{
		Upstream: proxy.Upstream{URL: to, Transport: config.Way.Transport, Credentials: config.Way.Credentials, Region: config.Way.Region},
		Rules:    s.Faults, Seed: s.Seed, Worker: c.worker, Watch: watch, Before: c.before, Note: c.note,
	})
	for n := range s.Load.Workers {
		c.seats = append(c.seats, &seat{crew: c, number: n})
	}
	return c, nil
}

// watch is the number of every counter, which [Crew.counters] lists.
func (c *Crew) watch() (observe.Watch, error) {
	counters := &c.Scenario.Counters
	path, err := layout.ParsePath(cmp.Or(counters.Attribute, ownAttribute))
	if err != nil {
		return nil, err
	}
	pattern := observe.Pattern{Table: c.Table, Key: "*", Attribute: path}
	for n, key := range fleet.Keys(c.Table, counters.Count) {
		target := observe.Target{Table: c.Table}
		texts := keyTexts(counters.Key, key.Name)
		target.Partition = texts[0]
		if len(texts) > 1 {
			target.Sort, target.HasSort = texts[1], true
		}
		c.counters[target.Counter(pattern.Attribute)] = n
	}
	return observe.Watch{pattern}, nil
}

// Begin sets the moment from which the windows of the faults are measured.
func (c *Crew) Begin(at time.Time) { c.proxy.Begin(at) }

// worker returns the number of the worker whose process has that name.
func (c *Crew) worker(process string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.places[process]; p != nil {
		return p.worker
	}
	return -1
}

// Unseen implements [fleet.Performer].
func (c *Crew) Unseen(counter int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unseen[counter]
}

// Warnings returns what is to be said about the program after the load.
func (c *Crew) Warnings() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.warnings.list()
}

// miss notes that a counter had a change that its operations do not show.
func (c *Crew) miss(counter int, format string, args ...any) {
	if c.unseen[counter] == "" {
		c.unseen[counter] = fmt.Sprintf(format, args...)
	}
}

// Finish implements [fleet.Performer]: it ends all processes, and then the proxy.
func (c *Crew) Finish() error {
	ended := make([]error, len(c.seats))
	var all sync.WaitGroup
	for n, s := range c.seats {
		all.Go(func() { ended[n] = s.leave() })
	}
	all.Wait()
	c.proxy.Close()
	for n, s := range c.seats {
		ended[n] = errors.Join(ended[n], s.shut())
	}
	c.Way.Transport.CloseIdleConnections()
	return errors.Join(ended...)
}

// Close does what is left of [Crew.Finish].
func (c *Crew) Close() error { return c.Finish() }

// Prepare implements [fleet.Performer]: it starts the processes.
func (c *Crew) Prepare(ctx context.Context) error {
	const atATime = 4 // interpreters that start at once take each other's processors
	free := make(chan struct{}, atATime)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var first error
	var noted sync.Once
	var all sync.WaitGroup
	for _, s := range c.seats {
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			if ctx.Err() != nil {
				return
			}
			if err := s.start(ctx); err != nil {
				noted.Do(func() { first = err; cancel() })
			}
		})
	}
	all.Wait()
	return first
}

// hello is what each process is told first.
func (c *Crew) hello() exec.Hello {
	h := exec.Hello{Table: c.Table, Attribute: cmp.Or(c.Scenario.Counters.Attribute, ownAttribute), Version: c.Scenario.Counters.Version}
	for _, key := range fleet.Keys(c.Table, c.Scenario.Counters.Count) {
		h.Counters = append(h.Counters, key.Name)
	}
	return h
}

// ownAttribute is the attribute of the number if the scenario names none.
const ownAttribute = "value"
