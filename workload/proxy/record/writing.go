package record

import (
	"strings"
	"time"
)

// ended is a call that has ended, for the n-th time: if the client did not get the answer
// after all, the call goes on, and ends again.
type ended struct {
	*call
	times int
}

// end ends a call, which is written later, unless another request comes.
func (r *Recorder) end(c *call, until time.Time) {
	c.state, c.until = over, until
	c.times++
	r.lanes.give(c.lane, c.op.Returned)
	r.ended = append(r.ended, ended{c, c.times})
}

// write ends the calls that have been held for long, and writes those to which no request
// can be added any more. Calls on one lane are written in the order in which they ended.
func (r *Recorder) write(now time.Time) {
	for len(r.held) > 0 {
		c := r.held[0]
		if c.state == calling && now.Before(c.until) && len(r.held) <= maxKept {
			break
		}
		r.held = r.held[1:]
		c.held = false
		if c.state == calling {
			r.end(c, now)
		}
	}
	for len(r.ended) > 0 {
		e := r.ended[0]
		current := e.state == over && e.times == e.call.times
		if current && now.Before(e.until) && len(r.ended) <= maxKept {
			break
		}
		r.ended = r.ended[1:]
		if current {
			r.writeOne(e.call, now)
		}
	}
}

func (r *Recorder) writeOne(c *call, now time.Time) {
	c.state = written
	delete(r.calls, c.key)
	if strings.HasPrefix(c.key, tokenKey) && c.op.Writes().Traced > 0 {
		r.spent.add(c.key, now)
	}
	r.sequences[c.lane]++
	c.op.Worker, c.op.Sequence = c.lane, r.sequences[c.lane]
	r.operations++
	r.spool.Record(&c.op)
}

// writeAll writes every call.
func (r *Recorder) writeAll(now time.Time) {
	for _, c := range r.held {
		c.until = now
	}
	for _, e := range r.ended {
		e.until = now
	}
	r.write(now)
}

// tokenKey begins the keys of calls with a token.
const tokenKey = "token/"

// spentTokens remembers the tokens of written calls that were applied. The store answers
// another request with such a token without applying it, for ten minutes.
type spentTokens struct {
	recent, former map[string]bool
	since          time.Time // when recent began
}

func (s *spentTokens) has(key string) bool { return s.recent[key] || s.former[key] }

func (s *spentTokens) add(key string, now time.Time) {
	const valid, most = 10 * time.Minute, 1 << 16
	if s.recent == nil || now.Sub(s.since) > valid || len(s.recent) == most {
		s.recent, s.former, s.since = map[string]bool{}, s.recent, now
	}
	s.recent[key] = true
}
