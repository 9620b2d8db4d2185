package retry

import (
	"time"

	"contend/counter"
)

// Memory is what a client remembers of a counter from one decision to the next. It is
// comparable. The zero value remembers nothing. Each client and counter has a Memory of
// its own, which only [Policy.Decide] changes.
type Memory struct {
	// Budget is the client's, for all counters: a client of several counters copies it from
	// the memory that it used last.
	Budget Bucket

	now    trouble // of the operation in progress
	pace   paceMemory
	seen   versionMemory
	queue  place
	leaves bool // the client leaves
}

// trouble counts what an operation met so far.
type trouble struct {
	followers  int // conflicts with clients that follow the same policy
	foreigners int // conflicts with others
	throttles  int
	inARow     int // requests that failed, the last ones
}

// lost counts a conflict. It was lost to a follower if one has written since the client
// read, or if it is not known.
func (t trouble) lost(a Attempt) trouble {
	t.inARow = 0
	if a.Known && shared(a.State).PaceVersion <= a.Seen.Version {
		t.foreigners++
	} else {
		t.followers++
	}
	return t
}

// failed counts a request that failed.
func (t trouble) failed(a Attempt) trouble {
	t.inARow++
	if a.Outcome == counter.Throttled {
		t.throttles++
	}
	return t
}

// shared are the numbers of a state; all are 0 if it has none.
func shared(s counter.State) counter.Shared {
	if s.Shared == nil {
		return counter.Shared{}
	}
	return *s.Shared
}

// paceMemory is what [SharedWindow] remembers.
type paceMemory struct {
	version  int64         // the counter's at the end of the last attempt
	at       time.Duration // when that was
	known    bool          // version and at are
	mean     int64         // the mean wait as last seen or written, in nanoseconds
	earliest time.Duration // when the next operation may begin
	done     int           // operations of the turn so far
}

// versionMemory is what [VersionPaced] remembers.
type versionMemory struct {
	version int64
	at      time.Duration
	known   bool
	mean    float64 // the client's mean wait, in nanoseconds; 0: none yet
}

// place is what [Ticket] remembers of the queue.
type place struct {
	ticket  int64
	holds   bool  // it holds the ticket
	hot     bool  // the last ticket had to wait
	alone   bool  // it takes no ticket in this operation, because none can be had
	done    int   // operations of the turn so far
	serve   int64 // as last seen
	longest int64 // the longest gap as last seen, in nanoseconds
	looked  bool  // serve and longest were seen
	// version and at are those of when it first saw that turn.
	version int64
	at      time.Duration
	due     time.Duration // when its next look at the turn of the ticket is
	// What the write that is under way does.
	endsTurn, enlists, lags bool
	polls                   int // reads for leaving
}
