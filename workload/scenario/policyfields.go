package scenario

import (
	"time"

	"contend/workload/retry"
	"contend/workload/scenario/yamltree"
)

// policyField is a field of a policy.
type policyField struct {
	name, about string
	// uses reports whether it has an effect on policies of a kind; nil: on all.
	uses func(retry.Kind) bool
	value
}

// policyFields are the fields of the policy at, apart from those of its budget.
func policyFields(at func(*Scenario) *retry.Policy) []policyField {
	return []policyField{
		{"policy", "The retry policy: how long to wait after each attempt.", nil, word(func(s *Scenario) *retry.Kind { return &at(s).Kind }, retry.Kinds())},
		{"base", "The first wait, before jitter.", nil, duration(func(s *Scenario) *time.Duration { return &at(s).Base }, 0, maxWait)},
		{"cap", "The longest wait.", nil, duration(func(s *Scenario) *time.Duration { return &at(s).Cap }, 0, maxWait)},
		{"factor", "How much longer each wait is than the one before.", nil, decimal(func(s *Scenario) *float64 { return &at(s).Factor }, 1, maxFactor)},
		{"max_attempts", "The most attempts of an operation; 0: until the run ends.", nil, whole(func(s *Scenario) *int { return &at(s).MaxAttempts }, 0, maxAttempts)},
		{"deadline", "The most time of an operation: no attempt, read or wait starts after it; 0: none.", nil, duration(func(s *Scenario) *time.Duration { return &at(s).Deadline }, 0, maxDuration)},
		{"on", "The outcomes of an attempt after which it is tried again.", nil, outcomes(func(s *Scenario) *retry.OutcomeSet { return &at(s).On })},
		{"clients", "window and time-slice: how many clients use the counter at the same time; 0: as many as workers.", retry.Kind.NeedsClients,
			whole(func(s *Scenario) *int { return &at(s).Clients }, 0, maxWorkers)},
		{"enlist", "ticket: a client whose next operation waits takes its ticket with the write of the one before.", retry.Kind.Queues,
			truth(func(s *Scenario) *bool { return &at(s).Enlist })},
		{"chain", "ticket and shared-window: how many waiting operations a client makes in one turn; 0: one.", retry.Kind.Chains,
			whole(func(s *Scenario) *int { return &at(s).Chain }, 0, maxChain)},
		{"poll", "ticket: what a client reads while others are before it in the queue: strongly or eventually consistent.", retry.Kind.Queues,
			poll(func(s *Scenario) *bool { return &at(s).EventualPolls })},
	}
}

func retryFields() []field {
	var fields []field
	for _, f := range policyFields(func(s *Scenario) *retry.Policy { return &s.Retry.Policy }) {
		v := f.value
		switch {
		case f.name == "policy":
			v = besideMix(v)
		case f.uses != nil:
			v = ofPolicies(v, f.uses)
		}
		fields = append(fields, field{name: f.name, about: f.about, value: v})
	}
	ratio, burst := budgetFields(func(s *Scenario) *retry.Budget { return &s.Retry.Budget })
	return append(fields,
		field{name: "budget", about: "How many retries a worker may make beside its first attempts; without it: any number.", fields: []field{
			{name: "ratio", about: "The retries that each success earns; 0: no limit.", value: ofBudget(ratio)},
			{name: "burst", about: "The most retries that are saved, and how many there are at the beginning; 10 if ratio is given.", value: ofBudget(burst)},
		}},
		field{name: "refresh", about: "When a worker that lost a race learns the new value.", value: word(func(s *Scenario) *Refresh { return &s.Retry.Refresh },
			[]Refresh{RefreshAfterWait, RefreshAtConflict, RefreshFromConflict})},
		field{name: "mix", about: "Policies of their own for shares of the workers.", value: retryMix(), last: true},
	)
}

// besideMix is a policy that must not be given beside a mix, where it has no meaning.
func besideMix(v value) value {
	check, write := v.check, v.write
	v.check = func(s Scenario) string {
		switch {
		case len(s.Retry.Mix) == 0:
			return check(s)
		case s.Retry.Kind != "":
			return "has no effect beside retry.mix, whose parts have policies of their own"
		}
		return ""
	}
	v.write = func(s Scenario) string {
		if len(s.Retry.Mix) > 0 {
			return ""
		}
		return write(s)
	}
	return v
}

// ofPolicies is written if a policy uses it, or if it is not the default.
func ofPolicies(v value, uses func(retry.Kind) bool) value {
	write := v.write
	v.write = func(s Scenario) string {
		text := write(s)
		if !s.Retry.Any(uses) && text == write(Default()) {
			return ""
		}
		return text
	}
	return v
}

// ofBudget is written if there is a budget.
func ofBudget(v value) value {
	write := v.write
	v.write = func(s Scenario) string {
		if s.Retry.Budget == (retry.Budget{}) {
			return ""
		}
		return write(s)
	}
	return v
}

// poll says whether polls are eventually consistent.
func poll(at func(*Scenario) *bool) value {
	names := []string{string(ReadsStrong), string(ReadsEventual)}
	name := func(isEventual bool) string {
		if isEventual {
			return names[1]
		}
		return names[0]
	}
	read := func(n *yamltree.Node, s *Scenario) string {
		for _, isEventual := range []bool{false, true} {
			if n.Text == name(isEventual) {
				*at(s) = isEventual
				return ""
			}
		}
		return unknownName(n.Text, names)
	}
	return value{
		read:   scalar(read, "one of "+names[0]+", "+names[1]),
		check:  func(Scenario) string { return "" },
		write:  func(s Scenario) string { return name(*at(&s)) },
		schema: enumOf(names),
	}
}

const standardBurst = 10

// budgetFields are the two numbers of a budget. A ratio has a burst of 10 unless another
// one is given, before it or after it.
func budgetFields(at func(*Scenario) *retry.Budget) (ratio, burst value) {
	ratio = decimal(func(s *Scenario) *float64 { return &at(s).Ratio }, 0, maxRatio)
	readRatio := ratio.read
	ratio.read = func(n *yamltree.Node, s *Scenario) []mistake {
		wrong := readRatio(n, s)
		if b := at(s); wrong == nil && b.Ratio != 0 && b.Burst == 0 {
			b.Burst = standardBurst
		}
		return wrong
	}
	burst = decimal(func(s *Scenario) *float64 { return &at(s).Burst }, 1, maxBurst)
	checkBurst, readBurst := burst.check, burst.read
	burst.check = func(s Scenario) string {
		switch b := at(&s); {
		case b.Ratio != 0:
			return checkBurst(s)
		case b.Burst != 0:
			return "has no effect without a ratio above 0"
		}
		return ""
	}
	burst.read = func(n *yamltree.Node, s *Scenario) []mistake {
		wrong := readBurst(n, s)
		if wrong == nil && at(s).Burst == 0 { // which check takes for none
			return []mistake{{n.At, "must be at least 1, not " + n.Text}}
		}
		return wrong
	}
	return ratio, burst
}
