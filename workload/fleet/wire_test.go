package fleet

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

func sum[K comparable](counts map[K]int64) int64 {
	var total int64
	for _, n := range counts {
		total += n
	}
	return total
}

// metered is a store whose requests are on the wire, a millisecond each, with a
// fault in every read.
type metered struct{ store }

func (m *metered) note(ctx context.Context, write bool) {
	began := time.Now()
	w := counter.WireOf(ctx)
	if w == nil {
		return // the setup
	}
	w.Sends = append(w.Sends, counter.Send{Began: began, Ended: began.Add(time.Millisecond), Attempt: 1, Write: write, Status: 200})
	if !write {
		w.Hit(counter.SendFault{Kind: "delay", Delivered: 1, Status: 200})
	}
}

func (m *metered) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	m.note(ctx, false)
	return m.store.Read(ctx, key, consistent)
}

func (m *metered) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	m.note(ctx, true)
	return m.store.Add(ctx, key, change)
}

// TestEveryRequestIsInAnAccount: in every mode, even the requests of a read after a
// conflict are counted, which come between two attempts.
func TestEveryRequestIsInAnAccount(t *testing.T) {
	for _, refresh := range []scenario.Refresh{scenario.RefreshAfterWait, scenario.RefreshAtConflict, scenario.RefreshFromConflict} {
		t.Run(string(refresh), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &metered{store{latency: time.Millisecond, needsState: true}}
				sc := baseScenario(func(sc *scenario.Scenario) {
					sc.Load = scenario.Load{Workers: 4, Duration: 300 * time.Millisecond}
					sc.Operations = scenario.Mix{history.Increment: 3, history.Read: 1}
					sc.Retry.Refresh = refresh
				})
				fleet := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}
				result, err := fleet.Run(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				y := result.Tally
				if y.Conflicts == 0 {
					t.Fatal("nobody met a conflict")
				}
				if result.Wire.Requests != y.Reads+y.Writes {
					t.Errorf("%d requests on the wire, %d reads and %d writes", result.Wire.Requests, y.Reads, y.Writes)
				}
				// A look that the end of the load cuts off from its attempt has no
				// place in the history.
				if hit := result.Faults[0].Requests; hit > y.Reads || hit < y.Reads-int64(sc.Load.Workers) {
					t.Errorf("%d faults for %d reads", hit, y.Reads)
				}
			})
		})
	}
}

// stranded is a store that never answers the first try of a write, which may have been
// applied. The SDK's last try gets another answer.
type stranded struct {
	store
	last counter.Classification
	sent bool // the last try was
}

func (s *stranded) Add(ctx context.Context, _ counter.Key, _ counter.Change) (counter.Receipt, error) {
	w, now := counter.WireOf(ctx), time.Now()
	w.Sends = append(w.Sends, counter.Send{
		Began: now, Ended: now, Attempt: 1, Write: true,
		Answer: counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonConnection},
	})
	if s.sent {
		w.Sends = append(w.Sends, counter.Send{Began: now, Ended: now, Attempt: 2, Write: true, Status: 400, Answer: s.last})
	}
	receipt := counter.Receipt{Classification: s.last, Unsent: !s.sent}
	if s.last.Outcome == counter.Conflict {
		receipt.EstimatedUnits.Write = 1
	}
	return receipt, errors.New("the last try's")
}

// TestATryThatMayHaveBeenAppliedMakesTheOutcomeUnknown: this holds whatever the outcome
// of the SDK's last try.
func TestATryThatMayHaveBeenAppliedMakesTheOutcomeUnknown(t *testing.T) {
	for _, c := range []struct {
		last           counter.Classification
		sent           bool
		wasted, answer float64 // write units
	}{
		{counter.Classification{Outcome: counter.Failed, Reason: counter.ReasonNotConnected}, false, 0, 1},
		{counter.Classification{Outcome: counter.Throttled, Reason: "HTTP 429"}, true, 0, 1},
		{counter.Classification{Outcome: counter.Conflict, Reason: "ConditionalCheckFailedException"}, true, 1, 1},
		{counter.Classification{Outcome: counter.Failed, Reason: counter.ReasonFloor}, true, 0, 1},
	} {
		t.Run(c.last.Reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &stranded{last: c.last, sent: c.sent}
				sc := baseScenario(func(sc *scenario.Scenario) {
					sc.Load = scenario.Load{Workers: 1, Operations: 1}
					sc.Retry.Kind = retry.None
				})
				result, err := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}.Run(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				y, l, u := result.Tally, result.Ledgers[0], result.Capacity
				if y.Unknown != 1 || y.UnknownAttempts != 1 || y.Writes != 1 || y.Refused != 0 || result.Failures[counter.ReasonConnection] != 1 {
					t.Errorf("got %+v, %v", y, result.Failures)
				}
				if l.Low != 0 || l.High != 1 {
					t.Errorf("the band is [%d, %d], want [0, 1]", l.Low, l.High)
				}
				if u.WastedWriteUnits != c.wasted || u.UnansweredWriteUnits != c.answer {
					t.Errorf("got %v units wasted, %v unanswered, want %v, %v", u.WastedWriteUnits, u.UnansweredWriteUnits, c.wasted, c.answer)
				}
			})
		})
	}
}

// answering is a store that gives the SDK three answers for each write: a throttle and
// a server error, which the SDK retries, and then the real answer.
type answering struct{ store }

func (s *answering) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	w := counter.WireOf(ctx)
	for i, answer := range []counter.Classification{
		{Outcome: counter.Throttled, Reason: "SlowDown"}, {Outcome: counter.Unknown, Reason: "HTTP 503"}, {Outcome: counter.Applied},
	} {
		now := time.Now()
		w.Sends = append(w.Sends, counter.Send{Began: now, Ended: now, Attempt: i + 1, Write: true, Status: []int{400, 503, 200}[i], Answer: answer})
	}
	return s.store.Add(ctx, key, change)
}

// TestEveryAnswerOnTheWireIsCounted: answers that the SDK retried are counted too,
// although no attempt shows them. Those of the warm-up are counted apart.
func TestEveryAnswerOnTheWireIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &answering{store{latency: 10 * time.Millisecond}}
		sc := baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 1, Duration: time.Second, Warmup: 400 * time.Millisecond}
		})
		result, err := Fleet{Scenario: sc, Setup: &s.store, Strategy: func(int) counter.Strategy { return s }}.Run(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		all, warm := result.Tally.Writes, result.Warmup.Writes
		if all == 0 || warm == 0 || all == warm || result.Tally.Throttles != 0 {
			t.Fatalf("%d writes, %d of them in the warm-up, %d throttled attempts", all, warm, result.Tally.Throttles)
		}
		throttle := measure.WireAnswer{Status: 400, Outcome: counter.Throttled, Reason: "SlowDown"}
		unavailable := measure.WireAnswer{Status: 503, Outcome: counter.Unknown, Reason: "HTTP 503"}
		wire, measured := result.Wire, result.Wire.Without(result.WarmupWire)
		if wire.Requests != 3*all || wire.Answers[throttle] != all || wire.Answers[unavailable] != all {
			t.Errorf("got %+v of %d writes", wire, all)
		}
		if measured.Requests != 3*(all-warm) || measured.Answers[throttle] != all-warm {
			t.Errorf("got %+v of %d writes after the warm-up", measured, all-warm)
		}
		if !unavailable.IsServerError() || throttle.IsServerError() || (measure.WireAnswer{Status: 500, Outcome: counter.Throttled, Reason: ""}).IsServerError() {
			t.Error("a server error is a 5xx that is no throttle")
		}
	})
}

// TestConflictsAreCountedByReason: a lost race and a conflict with a transaction are
// counted apart.
func TestConflictsAreCountedByReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{latency: time.Millisecond, needsState: true}
		sc := baseScenario(func(sc *scenario.Scenario) { sc.Load = scenario.Load{Workers: 4, Duration: 300 * time.Millisecond} })
		result, err := Fleet{Scenario: sc, Setup: s, Strategy: func(int) counter.Strategy { return s }}.Run(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if result.Tally.Conflicts == 0 || sum(result.Conflicts) != result.Tally.Conflicts {
			t.Errorf("%v of %d conflicts", result.Conflicts, result.Tally.Conflicts)
		}
	})
}

// TestAServerErrorIsA5xxThatIsNoThrottle.
func TestAServerErrorIsA5xxThatIsNoThrottle(t *testing.T) {
	for answer, want := range map[measure.WireAnswer]bool{
		{Status: 500, Outcome: counter.Unknown}:   true,
		{Status: 503, Outcome: counter.Throttled}: false,
		{Status: 499, Outcome: counter.Failed}:    false,
		{Status: 0, Outcome: counter.Unknown}:     false,
	} {
		check(t, fmt.Sprint(answer), answer.IsServerError(), want)
	}
}

// TestAPartIsTakenOffEveryCountOfTheWire: a part can be subtracted from a whole, which
// stays unchanged itself.
func TestAPartIsTakenOffEveryCountOfTheWire(t *testing.T) {
	answer := measure.WireAnswer{Status: 200, Outcome: counter.Applied}
	whole := measure.WireTally{Requests: 50, Repeats: 40, Slept: 30, QuotaRefused: 20, Answers: map[measure.WireAnswer]int64{answer: 10}}
	part := measure.WireTally{Requests: 1, Repeats: 2, Slept: 3, QuotaRefused: 4, Answers: map[measure.WireAnswer]int64{answer: 5}}
	want := measure.WireTally{Requests: 49, Repeats: 38, Slept: 27, QuotaRefused: 16, Answers: map[measure.WireAnswer]int64{answer: 5}}
	if got := whole.Without(part); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	check(t, "answers of the whole", whole.Answers[answer], 10)
}

// refusingDesign fails every request with its error.
type refusingDesign struct {
	*store
	err error
}

func (r refusingDesign) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	if err := r.pause(ctx, r.latency); err != nil {
		return r.receipt(err), err
	}
	return r.receipt(r.err), r.err
}

// TestRefusalsAreCounted: those of the SDK's quota, and those of a design's rules.
func TestRefusalsAreCounted(t *testing.T) {
	for _, c := range []struct {
		err                       error
		failed, refused, forQuota int64
	}{
		{&counter.FloorError{}, 3, 3, 0},
		{counter.ErrUnprocessed, 0, 0, 0},
		{fmt.Errorf("%w: %w", errThrottled, ratelimit.QuotaExceededError{}), 0, 0, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &store{latency: time.Millisecond}
			fleet := fleetOf(s, baseScenario(func(sc *scenario.Scenario) {
				threeOperations(sc)
				sc.Retry.Kind = retry.None
			}))
			fleet.Strategy = func(int) counter.Strategy { return refusingDesign{s, c.err} }
			result, err := fleet.Run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			what := c.err.Error()
			check(t, what+": failed", result.Tally.Failed, c.failed)
			check(t, what+": refused", result.Tally.Refused, c.refused)
			check(t, what+": refused by the quota", result.Wire.QuotaRefused, c.forQuota)
		})
	}
}
