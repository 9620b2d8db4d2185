package plan

import (
	"math/rand/v2"

	"contend/workload/scenario"
)

// Plan is all that a scenario's text asks for: its variants, and how often each
// is run.
type Plan struct {
	Variants []Variant // at least one
	Repeat   int       // runs of each variant, at least 1
	// Text is the whole plan as YAML, flags applied: [Decode] makes an equal
	// plan of it.
	Text []byte
}

// Run is one run of a plan.
type Run struct {
	Variant  int // its index in the plan
	Repeat   int // from 1
	Scenario scenario.Scenario
}

// Single reports whether the plan is one run of one scenario.
func (p *Plan) Single() bool {
	return len(p.Variants) == 1 && p.Repeat == 1 && p.Variants[0].Name == ""
}

// Runs are all runs in the order in which they are to be made: in rounds of one
// run of each variant, each round shuffled by the seed of the first variant. So a
// machine that becomes slower does so for all variants (a randomized complete
// block design). The same plan always gives the same order.
//
// The first run of a variant has its scenario's seed and the others one drawn
// from that, so that they are independent of each other.
func (p *Plan) Runs() []Run {
	const order = 1 << 32 // no worker has the number of this stream
	random := rand.New(rand.NewPCG(p.Variants[0].Scenario.Seed, order))
	var runs []Run
	for repeat := 1; repeat <= p.Repeat; repeat++ {
		for _, i := range random.Perm(len(p.Variants)) {
			s := p.Variants[i].Scenario
			if repeat > 1 {
				s.Seed = uint64(rand.New(rand.NewPCG(s.Seed, order+uint64(repeat))).Uint32())
			}
			runs = append(runs, Run{Variant: i, Repeat: repeat, Scenario: s})
		}
	}
	return runs
}
