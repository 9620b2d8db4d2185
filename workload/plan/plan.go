package plan

import (
	"math/rand/v2"

	"contend/workload/scenario"
)

// Plan is the campaign of a scenario's text: its variants, and how often each is run.
type Plan struct {
	Variants []Variant // at least one
	Repeat   int       // runs of each variant, at least 1
	// Drawn are the lists from which an exploration draws, see [Plan.Space].
	Drawn []List
	// Text is the whole plan as YAML, with flags applied: [Decode] reads an equal
	// plan from it.
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

// Runs returns all runs in the order in which to make them. Each round has one run of
// each variant, in an order shuffled by the seed of the first variant. So if the machine
// becomes slower, that affects all variants (a randomized complete block design). The
// same plan always gives the same order.
//
// The first run of a variant has its scenario's seed. The seeds of the others are drawn
// from it, so that the runs are independent of each other.
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
