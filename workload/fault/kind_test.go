package fault_test

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/workload/fault"
)

// once is a rule that applies to the first request.
func once(kind fault.Kind) fault.Rule { return fault.Rule{Kind: kind, Count: 1} }

// late holds back the first request.
func late(by time.Duration) fault.Rule {
	return fault.Rule{Kind: fault.LateRequest, Count: 1, Delay: fault.Delay{Mean: by}}
}

// heard is the answer that a client gets.
type heard struct {
	outcome counter.Outcome
	reason  string
	after   time.Duration
}

// TestKinds: for each kind, the answer that the client gets, what the server did, and
// what the note says.
func TestKinds(t *testing.T) {
	const ms = time.Millisecond
	timeOut := heard{counter.Unknown, counter.ReasonTimeout, patience}
	done := fault.Injected{Delivered: 1, Unanswered: 1, Status: 200}
	refused := fault.Injected{Delivered: 1, Unanswered: 1, Status: 400, ErrorType: "ConditionalCheckFailedException"}
	type send = func(*scene, context.Context) (int, error)
	add, addFirst, read := (*scene).add, (*scene).addFirst, (*scene).read
	for name, c := range map[string]struct {
		rule    fault.Rule
		send    send
		before  int // added before
		heard   heard
		answer  int // what the client hears if it was applied
		applied int
		told    fault.Injected
	}{
		"lost-request":           {once(fault.LostRequest), add, 0, timeOut, 0, 0, fault.Injected{}},
		"lost-reply":             {once(fault.LostReply), add, 0, timeOut, 0, 1, done},
		"lost-reply, refused":    {once(fault.LostReply), addFirst, 1, timeOut, 0, 1, refused},
		"reset":                  {once(fault.Reset), add, 0, heard{counter.Unknown, counter.ReasonConnection, latency}, 0, 1, done},
		"reset, refused":         {once(fault.Reset), addFirst, 1, heard{counter.Unknown, counter.ReasonConnection, latency}, 0, 1, refused},
		"delay":                  {late(300 * ms), add, 0, heard{counter.Applied, "", latency + 300*ms}, 1, 1, fault.Injected{Delivered: 1, Answered: true, Status: 200, Delay: 300 * ms}},
		"delay, refused":         {late(1 * ms), addFirst, 1, heard{counter.Conflict, refused.ErrorType, latency + 1*ms}, 0, 1, fault.Injected{Delivered: 1, Answered: true, Status: 400, ErrorType: refused.ErrorType, Delay: 1 * ms}},
		"delay, for too long":    {late(1500 * ms), add, 0, timeOut, 0, 0, fault.Injected{Delay: 1500 * ms}},
		"throttle":               {once(fault.Throttle), add, 0, heard{counter.Throttled, "TableWriteProvisionedThroughputExceeded", 0}, 0, 0, fault.Injected{}},
		"throttle, a read":       {once(fault.Throttle), read, 1, heard{counter.Throttled, "TableReadProvisionedThroughputExceeded", 0}, 0, 1, fault.Injected{}},
		"server-error-before":    {once(fault.ServerErrorBefore), add, 0, heard{counter.Unknown, "InternalServerError", 0}, 0, 0, fault.Injected{}},
		"server-error-after":     {once(fault.ServerErrorAfter), add, 0, heard{counter.Unknown, "InternalServerError", latency}, 0, 1, done},
		"server-error, refused":  {once(fault.ServerErrorAfter), addFirst, 1, heard{counter.Unknown, "InternalServerError", latency}, 0, 1, refused},
		"duplicate":              {once(fault.Duplicate), add, 0, heard{counter.Applied, "", 2 * latency}, 1, 2, fault.Injected{Delivered: 2, Answered: true, Unanswered: 1, Status: 200}},
		"duplicate, one refused": {once(fault.Duplicate), addFirst, 0, heard{counter.Applied, "", 2 * latency}, 1, 1, fault.Injected{Delivered: 2, Answered: true, Unanswered: 1, Status: 400, ErrorType: refused.ErrorType}},
		"duplicate, a read":      {once(fault.Duplicate), read, 3, heard{counter.Applied, "", 2 * latency}, 3, 3, fault.Injected{Delivered: 2, Answered: true, Unanswered: 1, Status: 200}},
		"partition":              {once(fault.Partition), add, 0, timeOut, 0, 0, fault.Injected{}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, latency, c.rule)
				addDirectly(t, s, c.before)
				start := time.Now()
				answer, err := c.send(s, t.Context())
				after := time.Since(start)
				got := counter.Classify(err)
				check(t, "heard", heard{got.Outcome, got.Reason, after}, c.heard)
				check(t, "answer", answer, c.answer)
				check(t, "applied", s.applied(t), c.applied)
				c.told.Kind = c.rule.Kind
				if told := s.notes.list(); !slices.Equal(told, []fault.Injected{c.told}) {
					t.Errorf("told: got %+v, want %+v", told, c.told)
				}
				// The count is used up.
				if _, err := s.add(t.Context()); err != nil {
					t.Errorf("the next request: %v", err)
				}
				check(t, "applied by the next", s.applied(t), c.applied+1)
			})
		})
	}
}

// addDirectly adds to the number without meeting faults.
func addDirectly(t *testing.T, s *scene, n int) {
	t.Helper()
	direct := &scene{client: s.direct}
	for range n {
		if _, err := direct.add(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestResetIsBeforeOrAfter: half of the requests reach the server.
func TestResetIsBeforeOrAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, latency, fault.Rule{Kind: fault.Reset, Probability: 1})
		const n = 400
		for range n {
			_, err := s.add(t.Context())
			check(t, "reason", counter.Classify(err).Reason, counter.ReasonConnection)
			check(t, "is a reset", errors.Is(err, syscall.ECONNRESET), true)
		}
		delivered := 0
		for _, told := range s.notes.list() {
			delivered += told.Delivered
		}
		check(t, "delivered", delivered, s.applied(t))
		if delivered < n*9/20 || delivered > n*11/20 {
			t.Errorf("%d of %d were delivered", delivered, n)
		}
	})
}

// TestUnanswered: if the server is slower than the client's time-out, the note leaves
// open what the server does.
func TestUnanswered(t *testing.T) {
	timeOut := counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonTimeout}
	for _, c := range []struct {
		kind    fault.Kind
		latency time.Duration
		heard   counter.Classification
		applied int
		told    fault.Injected
	}{
		{fault.LostReply, 3 * patience, timeOut, 1, fault.Injected{Pending: true}},
		{fault.Reset, 3 * patience, timeOut, 1, fault.Injected{Pending: true}},
		{fault.ServerErrorAfter, 3 * patience, timeOut, 1, fault.Injected{Pending: true}},
		{fault.Duplicate, 3 * patience, timeOut, 1, fault.Injected{Pending: true}},
		{fault.Duplicate, patience * 3 / 5, counter.Classification{Outcome: counter.Applied}, 2, fault.Injected{Pending: true, Delivered: 1, Answered: true, Status: 200}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, c.latency, once(c.kind))
			_, err := s.add(t.Context())
			check(t, string(c.kind), counter.Classify(err), c.heard)
			check(t, string(c.kind)+": applied", s.applied(t), c.applied)
			c.told.Kind = c.kind
			if told := s.notes.list(); !slices.Equal(told, []fault.Injected{c.told}) {
				t.Errorf("%s: got %+v, want %+v", c.kind, told, c.told)
			}
		})
	}
}
