package retry

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"
	"time"

	"contend/counter"
)

// The published policies decide to the nanosecond as they always did: runs of a seed
// must not change. The sums were computed by the code before there was any other policy.
func TestPublishedPoliciesAreAsTheyWere(t *testing.T) {
	for kind, want := range map[Kind]uint64{
		None: 0x582c21adced3b367, Immediate: 0x257424e85196c186, Fixed: 0x94ebb62e96d4f024, Linear: 0xd9689458a975aa62,
		Exponential: 0xfd8255027b38062a, EqualJitter: 0x9d331d05235211dd, FullJitter: 0xc63afd85e997b24f,
		DecorrelatedJitter: 0xf38142eaa721ecb3,
	} {
		if got := drawnDecisions(kind); got != want {
			t.Errorf("%s: got %#x, want %#x", kind, got, want)
		}
	}
}

// drawnDecisions is a sum over what the policy decides for drawn inputs.
func drawnDecisions(kind Kind) uint64 {
	random := rand.New(rand.NewPCG(7, 11))
	duration := func() time.Duration { return time.Duration(random.Int64N(1 << random.IntN(45))) }
	sum := fnv.New64a()
	for range 5000 {
		p := Policy{
			Kind: kind, Base: duration(), Cap: duration(), Factor: 1 + 3*random.Float64(),
			MaxAttempts: random.IntN(60), Deadline: 8 * duration(), On: OutcomeSet(random.IntN(256)) | Outcomes(counter.Conflict),
		}
		a := Attempt{
			Number: 1 + random.IntN(1<<random.IntN(8)), Outcome: counter.Outcome(random.IntN(7)), LastWait: duration(), Elapsed: duration(),
		}
		if random.IntN(4) > 0 {
			a.Outcome = counter.Conflict
		}
		d := drawnDecision(p, a, random.Float64())
		fmt.Fprintln(sum, d.Retry, int64(d.Wait), d.Reason)
	}
	return sum.Sum64()
}

func drawnDecision(p Policy, a Attempt, u float64) Decision {
	d, _ := p.Decide(a, Memory{}, u)
	return d
}
