package scenario

import (
	"fmt"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// ownRule is a condition on a policy that depends on nothing else.
type ownRule struct {
	field string // of the policy; a violation is reported there
	with  string // another field that it uses
	// whole: the message is about both fields.
	whole bool
	// uses is set if the rule is that the field has an effect: on these kinds.
	uses  func(retry.Kind) bool
	check func(retry.Policy) string
}

// inPart is the message for a part of a mix.
func (r *ownRule) inPart(message string) string {
	if r.whole {
		return message
	}
	return r.field + ": " + message
}

func ownRules() []ownRule {
	hasEffect := func(field string, uses func(retry.Kind) bool, isGiven func(retry.Policy) bool) ownRule {
		return ownRule{field: field, with: "policy", uses: uses, check: func(p retry.Policy) string {
			if !isGiven(p) || uses(p.Kind) {
				return ""
			}
			return fmt.Sprintf("has no effect with the policy %s", p.Kind)
		}}
	}
	return []ownRule{
		{field: "base", with: "policy", whole: true, check: checkBase},
		{field: "base", with: "cap", whole: true, check: checkCap},
		{field: "on", with: "policy", check: checkPacedOn},
		hasEffect("clients", retry.Kind.NeedsClients, func(p retry.Policy) bool { return p.Clients != 0 }),
		hasEffect("enlist", retry.Kind.Queues, func(p retry.Policy) bool { return p.Enlist }),
		hasEffect("chain", retry.Kind.Chains, func(p retry.Policy) bool { return p.Chain != 0 }),
		hasEffect("poll", retry.Kind.Queues, func(p retry.Policy) bool { return p.EventualPolls }),
	}
}

// policyRules are the rules of policies within their scenarios.
func policyRules() []rule {
	var all []rule
	for _, r := range ownRules() {
		paths := []string{"retry." + r.field, "retry." + r.with, "retry.mix"}
		all = append(all, rule{paths, func(s Scenario) string { return r.around(&s.Retry) }})
	}
	return append(all,
		rule{[]string{"retry.policy", "retry.mix", "strategy"}, checkDesign},
		rule{[]string{"counters.attribute", "retry.policy", "retry.mix"}, checkOwnItems},
		rule{[]string{"retry.refresh", "retry.policy", "retry.mix"}, checkRefresh},
		rule{[]string{"view", "retry.policy", "retry.mix"}, checkKeptView},
		rule{[]string{"retry.base", "retry.policy", "retry.mix", "embedded.latency", "target"}, checkSlot},
		rule{[]string{"retry.clients", "retry.policy", "retry.mix", "load.rate", "load.stages"}, checkClients},
	)
}

// around judges the fields of retry. Those around a mix are only what its parts inherit.
func (r *ownRule) around(all *Retry) string {
	message := r.check(all.Policy)
	switch {
	case message == "", len(all.Mix) > 0 && (r.uses == nil || all.Any(r.uses)):
		return ""
	case len(all.Mix) > 0:
		message = "has no effect with the policies of retry.mix"
	case r.whole:
		return "retry: " + message
	}
	return "retry." + r.field + ": " + message
}

// firstWrong returns the first message that check has for a policy of the scenario. at is
// where the policy's fields are, up to their names.
func (r *Retry) firstWrong(check func(p retry.Policy, at string) string) string {
	for i, p := range r.Policies() {
		at := "retry."
		if len(r.Mix) > 0 {
			at = fmt.Sprintf("retry.mix: %d: ", i)
		}
		if message := check(p, at); message != "" {
			return message
		}
	}
	return ""
}

// checkDesign checks that the design has what a policy needs.
func checkDesign(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, at string) string {
		for _, need := range []struct {
			needed bool
			lack   string
			has    func(counter.Traits) bool
		}{
			{p.Kind.Shares(), "has no place in its items for the numbers of the policy %s", func(t counter.Traits) bool { return t.Shares }},
			{p.Kind.NeedsVersion(), "keeps no version or does not read it first, as the policy %s needs", func(t counter.Traits) bool { return t.Versions && t.NeedsState }},
			{p.Kind.Paces(), "does not read before it writes, as the policy %s needs", func(t counter.Traits) bool { return t.NeedsState }},
		} {
			if message := checkTrait(s, need.needed, at+"policy", fmt.Sprintf(need.lack, p.Kind), need.has); message != "" {
				return message
			}
		}
		return ""
	})
}

// checkOwnItems refuses what items of another program have no place for.
func checkOwnItems(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, _ string) string {
		switch {
		case !s.Counters.Foreign():
		case p.Kind.Shares():
			return fmt.Sprintf("counters.attribute: items of another program have no place for the numbers of the policy %s", p.Kind)
		case p.Kind.NeedsVersion() && s.Counters.Version == "":
			return fmt.Sprintf("counters.attribute: items of another program have no version, which the policy %s needs, unless counters.version names one", p.Kind)
		}
		return ""
	})
}

func checkRefresh(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, _ string) string {
		if !p.Kind.Paces() || s.Retry.Refresh == RefreshAfterWait {
			return ""
		}
		return fmt.Sprintf("retry.refresh: must be %s with the policy %s, which decides itself when a worker reads", RefreshAfterWait, p.Kind)
	})
}

func checkKeptView(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, _ string) string {
		if !p.Kind.Paces() || s.View != ViewKept {
			return ""
		}
		return fmt.Sprintf("view: must be %s with the policy %s, which decides itself when a worker reads", ViewFresh, p.Kind)
	})
}

func checkClients(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, at string) string {
		if !p.Kind.NeedsClients() || p.Clients > 0 || !s.Load.Open() {
			return ""
		}
		return fmt.Sprintf("%sclients: must be given with the policy %s in an open loop, where load.workers is not the number of clients", at, p.Kind)
	})
}

// slotInLatencies is how many times the latency of a request a slot of [retry.TimeSlice]
// must be at least: a client reads and writes within its slot, and nobody else does.
const slotInLatencies = 1.5

// checkSlot refuses slots of [retry.TimeSlice] that are certainly too short, as the
// default of retry.base usually is: every client would write in the slots of others.
func checkSlot(s Scenario) string {
	return s.Retry.firstWrong(func(p retry.Policy, at string) string {
		if p.Kind != retry.TimeSlice {
			return ""
		}
		if s.Target != TargetEmbedded && s.Target != TargetSimulated {
			if p.Base == Default().Retry.Base {
				return fmt.Sprintf("%sbase: must be given with the policy %s, and not be the default %s: a slot takes 1.5 times the longest gap from reading to writing",
					at, p.Kind, showDuration(p.Base))
			}
			return ""
		}
		var longest time.Duration
		for _, l := range s.Embedded.Kinds() {
			longest = max(longest, l.Mean)
		}
		if least := time.Duration(slotInLatencies * float64(longest)); p.Base < least {
			return fmt.Sprintf("%sbase: must be at least %s with the policy %s, not %s: a slot takes 1.5 times the latency of a request, %s",
				at, showDuration(least), p.Kind, showDuration(p.Base), showDuration(longest))
		}
		return ""
	})
}

func checkBase(p retry.Policy) string {
	if p.Kind.UsesBase() && p.Base == 0 {
		return fmt.Sprintf("base must be above 0s for the policy %q", p.Kind)
	}
	return ""
}

func checkCap(p retry.Policy) string {
	if p.Cap > 0 && p.Base > p.Cap {
		return fmt.Sprintf("base (%s) must be at most cap (%s)", showDuration(p.Base), showDuration(p.Cap))
	}
	return ""
}

// checkPacedOn: a policy that paces learns from conflicts how long to wait.
func checkPacedOn(p retry.Policy) string {
	if !p.Kind.Paces() || p.On.Has(counter.Conflict) {
		return ""
	}
	return fmt.Sprintf("must have conflict: the policy %s waits and tries again after conflicts", p.Kind)
}
