package rendezvous

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"contend/internal/clock"
)

// Meeting is one machine's part in a run on several machines. [Enter] makes one, which must be
// closed. It is safe for use by several goroutines.
type Meeting struct {
	table    Table
	member   Member
	options  Options
	clock    clock.Clock
	origin   time.Time // Enter, on the own clock
	beat     time.Duration
	spacing  time.Duration // of updates that follow each other closely
	requests *requests
	group    *clock.Group // the heartbeats
	ctx      context.Context
	cancel   context.CancelFunc
	closed   *clock.Event
	aborted  chan struct{}

	mu    sync.Mutex // held by nobody who waits
	state state
}

// state is what a meeting knows, and what it will write next.
type state struct {
	sign  sign
	peers []peer // by machine
	clock own
	news  *clock.Event // fires after an answer, and is then replaced
	wake  *clock.Event // ends the pause before the next update; then replaced

	started   bool
	start     time.Duration // on machine 0's clock, since its Enter
	writes    wanted
	abort     *Abort
	written   stage         // of the last answered update
	polls     int           // updates while waiting
	since     time.Duration // when the stage began
	endedAt   time.Duration // when the load had ended
	over      bool          // all others have ended, left or are lost
	overSince time.Duration
	lostBy    *int // who counted this machine as lost
	closing   bool
	failed    error
}

// wanted is what the next update adds to the item.
type wanted struct {
	start bool
	abort *Abort
	lost  []int
}

// newMeeting returns a meeting that has done nothing.
func newMeeting(c clock.Clock, t Table, m Member, o Options) *Meeting {
	units := (200+24*m.Machines)/1024 + 1
	beat := max(time.Second, time.Duration(m.Machines*units)*time.Second/400)
	o = o.complete(beat)
	meeting := &Meeting{
		table: t, member: m, options: o, clock: c, origin: c.Now(), beat: beat,
		spacing:  max(4*time.Millisecond, time.Duration(m.Machines*units)*time.Second/500),
		requests: newRequests(c, m, o.Lost), group: c.NewGroup(), closed: c.NewEvent(), aborted: make(chan struct{}),
	}
	meeting.ctx, meeting.cancel = context.WithCancel(clock.With(context.Background(), c))
	meeting.state = state{
		sign: sign{stage: waiting}, peers: make([]peer, m.Machines), news: c.NewEvent(), wake: c.NewEvent(),
		clock: own{isZero: m.Machine == 0},
	}
	return meeting
}

// now returns the time since Enter, on the own clock.
func (m *Meeting) now() time.Duration { return m.options.warp(m.clock.Since(m.origin)) }

func (m *Meeting) tableName() *string { return aws.String(m.table.Name) }

// beats keeps updating the run's item until the meeting is closed. Only this process
// updates it.
func (m *Meeting) beats() error {
	s := m.clock.NewSleeper()
	for !m.closed.Fired() {
		if err := m.update(); err != nil && !m.closed.Fired() {
			m.fail(err)
			return nil
		}
		s.SleepOr(m.pause())
	}
	return nil
}

// fail ends the heartbeats, because they cannot go on.
func (m *Meeting) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.failed = err
	m.state.tell(m.clock)
}

// tell wakes those who wait for news.
func (s *state) tell(c clock.Clock) {
	s.news.Fire()
	s.news = c.NewEvent()
}

// change changes what the next update writes, and has it sent now.
func (m *Meeting) change(do func(*state)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do(&m.state)
	m.state.wake.Fire()
}

// enter begins a stage.
func (s *state) enter(next stage, now time.Duration) {
	if next.rank() > s.sign.stage.rank() {
		s.sign.stage, s.since = next, now
		if next == ended {
			s.endedAt = now
		}
	}
}

// await waits until check reports that it is over, which it does under the lock after
// each answer. The error is that of the heartbeats or of the context.
func (m *Meeting) await(ctx context.Context, check func(*state) bool) error {
	for {
		m.mu.Lock()
		over, news, failed := check(&m.state), m.state.news, m.state.failed
		m.mu.Unlock()
		switch {
		case over:
			return nil
		case failed != nil:
			return failed
		}
		if err := news.Wait(ctx); err != nil {
			return err
		}
	}
}
