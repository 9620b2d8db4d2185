package explore

import (
	"slices"
	"time"

	"contend/workload/fault"
	"contend/workload/scenario"
)

// changes list what makes a scenario smaller. Each function returns smaller scenarios than a
// failing one, those first that are worth most. They may be invalid. None of them touches
// what the user asks about: the design, its parameters and the policies.
func changes() []func(*Failure) []scenario.Scenario {
	return []func(*Failure) []scenario.Scenario{
		plainLoad, fewerOperations, earlierEnd, fewerFaults, simplerFaults, fewerWorkers, fewerCounters, fewerKinds, simplerAmount, plainer, denserPlanted,
	}
}

// varied returns copies of the failing scenario, each with a change.
func varied(f *Failure, all ...func(*scenario.Scenario)) []scenario.Scenario {
	var list []scenario.Scenario
	for _, change := range all {
		s := f.Scenario
		s.Faults, s.Embedded.Misbehave = slices.Clone(s.Faults), slices.Clone(s.Embedded.Misbehave)
		s.Retry.Mix, s.Embedded.Latencies = slices.Clone(s.Retry.Mix), slices.Clone(s.Embedded.Latencies)
		change(&s)
		list = append(list, s)
	}
	return list
}

// below lists numbers from 1 to n−1: the smallest ones, then some that come ever closer to
// n, so that a search for the smallest that will do takes a logarithmic number of steps.
func below(n int64) []int64 {
	numbers := []int64{1, 2, 3, n / 4}
	for part := n / 2; part > 0; part /= 2 {
		numbers = append(numbers, n-part)
	}
	numbers = slices.DeleteFunc(numbers, func(m int64) bool { return m < 1 || m >= n })
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// forEach makes a change of each number.
func forEach(numbers []int64, set func(*scenario.Scenario, int64)) []func(*scenario.Scenario) {
	var all []func(*scenario.Scenario)
	for _, n := range numbers {
		all = append(all, func(s *scenario.Scenario) { set(s, n) })
	}
	return all
}

// plainLoad makes a closed loop with a fixed number of workers of an open one, or of stages.
func plainLoad(f *Failure) []scenario.Scenario {
	if load := &f.Scenario.Load; !load.Open() && len(load.Stages) == 0 {
		return nil
	}
	return varied(f, func(s *scenario.Scenario) {
		s.Load = scenario.Load{Workers: s.Load.Workers, Duration: s.Load.Duration, Operations: s.Load.Operations}
	})
}

// fewerOperations limits the operations, also of a load that only its duration limits.
func fewerOperations(f *Failure) []scenario.Scenario {
	if len(f.Scenario.Load.Stages) > 0 {
		return nil
	}
	most := f.Operations
	if limit := f.Scenario.Load.Operations; limit > 0 {
		most = min(most, limit)
	} else {
		most++ // as many as there were are fewer than without a limit
	}
	return varied(f, forEach(below(most), func(s *scenario.Scenario, n int64) { s.Load.Operations = n })...)
}

// earlierEnd shortens a load that only its duration limits.
func earlierEnd(f *Failure) []scenario.Scenario {
	load := &f.Scenario.Load
	if load.Operations > 0 || len(load.Stages) > 0 {
		return nil
	}
	steps := below(int64(min(load.Duration, f.Elapsed+time.Millisecond) / time.Millisecond))
	return varied(f, forEach(steps, func(s *scenario.Scenario, n int64) {
		s.Load.Duration = time.Duration(n) * time.Millisecond
		s.Load.Warmup = 0
	})...)
}

// fewerFaults drops a rule, or a planted fault.
func fewerFaults(f *Failure) []scenario.Scenario {
	var all []func(*scenario.Scenario)
	for i := range f.Scenario.Faults {
		all = append(all, func(s *scenario.Scenario) { s.Faults = slices.Delete(s.Faults, i, i+1) })
	}
	for i := range f.Scenario.Embedded.Misbehave {
		all = append(all, func(s *scenario.Scenario) { s.Embedded.Misbehave = slices.Delete(s.Embedded.Misbehave, i, i+1) })
	}
	return varied(f, all...)
}

// simplerFaults makes a rule hit fewer requests: the first ones instead of random ones.
func simplerFaults(f *Failure) []scenario.Scenario {
	var all []func(*scenario.Scenario)
	for i, rule := range f.Scenario.Faults {
		change := func(set func(*fault.Rule)) {
			all = append(all, func(s *scenario.Scenario) { set(&s.Faults[i]) })
		}
		most := rule.Count
		if rule.Probability > 0 {
			most = 4
			if rule.Count > 0 {
				most = min(most, rule.Count+1)
			}
		}
		if rule.Kind != fault.Partition || rule.Count > 0 {
			for _, n := range below(most) {
				change(func(r *fault.Rule) { r.Count, r.Probability = n, 0 })
			}
		}
		if rule.Kind != fault.Partition && (rule.From > 0 || rule.To > 0) {
			change(func(r *fault.Rule) { r.From, r.To = 0, 0 })
		}
		if rule.Delay.SD > 0 {
			change(func(r *fault.Rule) { r.Delay.SD = 0 })
		}
	}
	return varied(f, all...)
}

func fewerWorkers(f *Failure) []scenario.Scenario {
	if len(f.Scenario.Load.Stages) > 0 {
		return nil
	}
	return varied(f, forEach(below(int64(f.Scenario.Load.Workers)), func(s *scenario.Scenario, n int64) { s.Load.Workers = int(n) })...)
}

func fewerCounters(f *Failure) []scenario.Scenario {
	return varied(f, forEach(below(int64(f.Scenario.Counters.Count)), func(s *scenario.Scenario, n int64) { s.Counters.Count = int(n) })...)
}

// fewerKinds leaves one kind of operations, or drops one; the weights that are left
// become 1.
func fewerKinds(f *Failure) []scenario.Scenario {
	mix := f.Scenario.Operations
	var equal scenario.Mix
	kinds := 0
	for kind, weight := range mix {
		equal[kind] = min(weight, 1)
		kinds += equal[kind]
	}
	var mixes []scenario.Mix
	for kind := range mix {
		if kinds > 1 && mix[kind] > 0 {
			var one scenario.Mix
			one[kind] = 1
			mixes = append(mixes, one)
		}
	}
	for kind := range mix {
		if kinds > 2 {
			without := equal
			without[kind] = 0
			mixes = append(mixes, without)
		}
	}
	if mix != equal {
		mixes = append(mixes, equal)
	}
	var all []func(*scenario.Scenario)
	for _, m := range mixes {
		all = append(all, func(s *scenario.Scenario) { s.Operations = m })
	}
	return varied(f, all...)
}

// simplerAmount makes all amounts the same and small: 1 if that will do.
func simplerAmount(f *Failure) []scenario.Scenario {
	now := f.Scenario.Amount
	simple := below(now.High)
	if now.Low < now.High {
		simple = append(simple, now.High)
	}
	return varied(f, forEach(simple, func(s *scenario.Scenario, n int64) { s.Amount = scenario.Amount{Low: n, High: n} })...)
}

// plainer removes what makes a run harder to read.
func plainer(f *Failure) []scenario.Scenario {
	all := []func(*scenario.Scenario){
		func(s *scenario.Scenario) { s.Embedded.Latency, s.Embedded.Latencies = s.Embedded.Kinds()[0], nil },
		func(s *scenario.Scenario) { s.Embedded.Latency.SD = 0 },
		func(s *scenario.Scenario) {
			e := &s.Embedded
			*e = scenario.Embedded{Latency: e.Latency, Latencies: e.Latencies, ReadLag: e.ReadLag, Misbehave: e.Misbehave} // no limits
		},
		func(s *scenario.Scenario) { s.Load.Think, s.Load.ThinkVaries = 0, false },
		func(s *scenario.Scenario) { s.Load.Warmup = 0 },
		func(s *scenario.Scenario) { s.Thresholds = nil },
		func(s *scenario.Scenario) { s.Counters.Initial, s.Counters.Floor = 0, scenario.Floor{} },
		func(s *scenario.Scenario) { s.Counters.Pick = scenario.Pick{Kind: scenario.PickUniform} },
	}
	for i := range f.Scenario.Retry.Mix {
		all = append(all, func(s *scenario.Scenario) { s.Retry.Policy, s.Retry.Mix = s.Retry.Mix[i].Policy, nil })
	}
	same := string(scenario.Encode(f.Scenario))
	return slices.DeleteFunc(varied(f, all...), func(s scenario.Scenario) bool { return string(scenario.Encode(s)) == same })
}

// denserPlanted plants a fault in every request, or in more of them: then fewer operations
// show it.
func denserPlanted(f *Failure) []scenario.Scenario {
	var all []func(*scenario.Scenario)
	for i, m := range f.Scenario.Embedded.Misbehave {
		all = append(all, forEach(below(m.OneIn), func(s *scenario.Scenario, n int64) { s.Embedded.Misbehave[i].OneIn = n })...)
	}
	return varied(f, all...)
}
