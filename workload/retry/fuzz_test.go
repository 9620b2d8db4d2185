package retry

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"contend/counter"
)

// drawn are numbers taken from bytes, 0 after the last.
type drawn struct{ bytes []byte }

func (d *drawn) whole() int64 {
	var b [8]byte
	n := copy(b[:], d.bytes)
	d.bytes = d.bytes[n:]
	return int64(binary.LittleEndian.Uint64(b[:]))
}

func (d *drawn) float() float64          { return math.Float64frombits(uint64(d.whole())) }
func (d *drawn) duration() time.Duration { return time.Duration(d.whole()) }
func (d *drawn) below(n int) int         { return int(uint64(d.whole()) % uint64(n)) }

func (d *drawn) policy() Policy {
	p := Policy{
		Kind: append(Kinds(), "", "other")[d.below(len(Kinds())+2)], Base: d.duration(), Cap: d.duration(), Factor: d.float(),
		MaxAttempts: int(d.whole()), Deadline: d.duration(), On: OutcomeSet(d.whole()), Clients: int(d.whole()), Chain: int(d.whole()),
	}
	flags := d.whole()
	p.Enlist, p.EventualPolls = flags&1 != 0, flags&2 != 0
	if flags&4 != 0 {
		p.Budget = Budget{Ratio: d.float(), Burst: d.float()}
	}
	return p
}

func (d *drawn) state(shared *counter.Shared) counter.State {
	s := counter.State{Value: d.whole(), Version: d.whole()}
	if d.below(4) > 0 {
		s.Shared = shared
	}
	return s
}

func (d *drawn) shared() *counter.Shared {
	s := &counter.Shared{
		Pace: d.whole(), PaceVersion: d.whole(), Next: d.whole(), Serve: d.whole(), Void: d.whole(),
		MeanGap: d.whole(), LongestGap: d.whole(), Chained: d.whole(), Pushing: d.whole(),
	}
	s.Damaged = d.below(5) == 0
	return s
}

func (d *drawn) attempt() Attempt {
	shared := d.shared()
	flags := d.whole()
	return Attempt{
		Number: int(d.whole()), Outcome: counter.Outcome(d.below(8)), LastWait: d.duration(), Elapsed: d.duration(),
		Moment: Moment(d.below(6)), Now: d.duration(), Gap: d.duration(), Seen: d.state(shared), State: d.state(shared),
		Known: flags&1 != 0, Waiting: flags&2 != 0, Worker: int(d.whole()), Workers: int(d.whole()),
	}
}

// Whatever a policy, a client's past and an item are: the policy decides, the same each
// time, waits no longer than it promises, and remembers nothing that is not a number.
func FuzzDecide(f *testing.F) {
	for kind := range byte(len(Kinds()) + 2) {
		random := rand.New(rand.NewPCG(uint64(kind), 0))
		for range 5 {
			data := []byte{kind, 0, 0, 0, 0, 0, 0, 0}
			for range 600 {
				data = binary.LittleEndian.AppendUint64(data, uint64(random.Int64())>>random.IntN(64))
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &drawn{data}
		p, m := d.policy(), Memory{}
		for len(d.bytes) > 0 {
			a, u := d.attempt(), d.float()
			if !p.Kind.Paces() {
				u = fraction(u)
			}
			before := *shareOf(a.State)
			got, after := p.Decide(a, m, u)
			again, afterAgain := p.Decide(a, m, u)
			longest := time.Duration(math.MaxInt64)
			if p.Kind.Paces() {
				longest = LongestPace
			} else if p.Cap > 0 {
				longest = p.Cap
			}
			switch {
			case got != again || after != afterAgain: // a NaN is not even equal to itself
				t.Fatalf("%+v %+v %+v %v: got %+v %+v, then %+v %+v", p, a, m, u, got, after, again, afterAgain)
			case got.Wait < 0 || got.Wait > longest:
				t.Fatalf("%+v %+v %+v %v: wait %v, want 0 to %v", p, a, m, u, got.Wait, longest)
			case got.Retry != (got.Reason == ReasonNone) || got.Shares && got.Next != Write:
				t.Fatalf("%+v %+v %+v %v: got %+v", p, a, m, u, got)
			case before != *shareOf(a.State):
				t.Fatalf("%+v %+v: changed the numbers of the item", p, a)
			case !remembersNumbers(after):
				t.Fatalf("%+v %+v %+v %v: remembers %+v", p, a, m, u, after)
			}
			m = after
		}
	})
}

func shareOf(s counter.State) *counter.Shared {
	numbers := shared(s)
	return &numbers
}

func remembersNumbers(m Memory) bool {
	return !math.IsInf(m.Budget.spent, 0) && !math.IsInf(m.seen.mean, 0) && m.now.inARow >= 0 && m.queue.done >= 0 && m.pace.done >= 0
}
