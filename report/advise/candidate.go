package advise

import (
	"fmt"
	"slices"
	"strings"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Setting is a field of a scenario and its value, as --set takes them.
type Setting struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// option is a candidate before its run.
type option struct {
	scenario scenario.Scenario
	settings []Setting // that make it of the scenario as it is
}

// chained is how many operations a client of the chained policies makes in a turn.
const chained = 4

// candidates lists what to try: the scenario as it is, its design with other policies, and
// other designs. None has its like before it in the list.
func candidates(w *world) []option {
	all := []option{{scenario: w.Scenario}}
	add := func(s scenario.Scenario) {
		isLike := func(other option) bool { return len(scenario.Differences(other.scenario, s)) == 0 }
		if scenario.Validate(s) == nil && !slices.ContainsFunc(all, isLike) {
			all = append(all, option{s, settingsFor(w.Scenario, s)})
		}
	}
	for _, p := range policiesFor(&w.Scenario) {
		add(withPolicy(w.Scenario, p))
	}
	for _, design := range designsFor(&w.Scenario) {
		s := w.Scenario
		s.Strategy = design
		for _, p := range fewPoliciesFor(&s) {
			add(withPolicy(s, p))
		}
	}
	return all
}

// settingsFor are the settings that make one scenario of another, without those that follow
// from the names of its design and policy.
func settingsFor(from, to scenario.Scenario) []Setting {
	named := from
	named.Strategy = to.Strategy
	if len(to.Retry.Mix) == 0 {
		named.Retry.Kind = to.Retry.Kind
	}
	said := scenario.Differences(named, to)
	var settings []Setting
	for _, d := range scenario.Differences(from, to) {
		isSaid := slices.ContainsFunc(said, func(other scenario.Difference) bool { return other.Path == d.Path })
		if isSaid || d.Path == "strategy" || d.Path == "retry.policy" {
			settings = append(settings, Setting{d.Path, d.B})
		}
	}
	return settings
}

// policiesFor are policies that a design may be able to carry.
func policiesFor(s *scenario.Scenario) []retry.Policy {
	simple := waiting(ours(s))
	traits, known := counter.TraitsOf(s.Strategy)
	if !known || !traits.NeedsState {
		return []retry.Policy{simple}
	}
	of := func(kind retry.Kind) retry.Policy {
		p := simple
		p.Kind = kind
		return p
	}
	queue := of(retry.Ticket)
	queue.Enlist, queue.Chain = true, chained
	all := []retry.Policy{simple, of(retry.SharedWindow), of(retry.Ticket), queue}
	if s.Counters.Foreign() || !traits.Shares { // there is no place for shared numbers
		all = append(all, of(retry.VersionPaced), of(retry.Window), of(retry.Polynomial))
	}
	return all
}

// fewPoliciesFor are those of them that usually are the best with another design.
func fewPoliciesFor(s *scenario.Scenario) []retry.Policy {
	all := policiesFor(s)
	return slices.DeleteFunc(all, func(p retry.Policy) bool {
		return len(all) > 1 && (p.Kind == retry.FullJitter || p.Kind == retry.Ticket && !p.Enlist)
	})
}

// ours is the policy that the advice is about: that of all workers, or of the largest part
// of a mix.
func ours(s *scenario.Scenario) retry.Policy {
	if part := largest(s); part >= 0 {
		return s.Retry.Mix[part].Policy
	}
	return s.Retry.Policy
}

// largest is the number of the largest part of the mix; -1 if there is no mix.
func largest(s *scenario.Scenario) int {
	part := -1
	for i, p := range s.Retry.Mix {
		if part < 0 || p.Share > s.Retry.Mix[part].Share {
			part = i
		}
	}
	return part
}

// waiting is the full jitter that a policy may be replaced by, with its limits. Its waits
// are those of the policy, or the default ones if it has none.
func waiting(p retry.Policy) retry.Policy {
	usual := scenario.Default().Retry.Policy
	if p.Kind.Waits() && !p.Kind.Paces() {
		usual.Base, usual.Cap, usual.Factor = p.Base, p.Cap, p.Factor
	}
	usual.MaxAttempts, usual.Deadline, usual.On, usual.Budget = p.MaxAttempts, p.Deadline, p.On, p.Budget
	return usual
}

// withPolicy gives the workers a policy. The others of a mix keep theirs.
func withPolicy(s scenario.Scenario, p retry.Policy) scenario.Scenario {
	if part := largest(&s); part >= 0 {
		s.Retry.Mix = slices.Clone(s.Retry.Mix)
		s.Retry.Mix[part].Policy = p
	} else {
		s.Retry.Policy = p
	}
	if p.Kind.Paces() {
		s.Retry.Refresh, s.View = scenario.RefreshAfterWait, scenario.ViewFresh
	}
	return s
}

// designsFor are the other designs that may give what a scenario asks for. Those that
// cannot are refused by [scenario.Validate].
func designsFor(s *scenario.Scenario) []string {
	var all []string
	for _, name := range counter.StrategyNames() {
		traits, _ := counter.TraitsOf(name)
		switch {
		case name == s.Strategy || name == counter.TokenSetName:
		case name == counter.ItemCollectionName && s.Operations.Weight(history.Read) > 0:
		case repeatsUnknown(s) && !traits.Idempotent:
		case !repeatsUnknown(s) && slices.Contains([]string{counter.ConditionalHistoryName, counter.TransactionMarkerName}, name):
		default:
			all = append(all, name)
		}
	}
	return all
}

// repeatsUnknown reports whether writes whose answers are lost are made again, so that a
// design that is not idempotent counts some of them twice.
func repeatsUnknown(s *scenario.Scenario) bool {
	again := s.SDKRetry != "" && s.SDKRetry != scenario.SDKRetryNone
	for _, p := range s.Retry.Policies() {
		again = again || p.Kind != retry.None && p.On.Has(counter.Unknown)
	}
	return again && slices.ContainsFunc(s.Faults, func(r fault.Rule) bool {
		return slices.Contains([]fault.Kind{fault.LostReply, fault.Reset, fault.ServerErrorAfter, fault.Partition}, r.Kind) && hitsWrites(&r)
	})
}

func hitsWrites(r *fault.Rule) bool {
	reads := []string{"read", "GetItem", "Query", "BatchGetItem", "TransactGetItems"}
	return len(r.On) == 0 || slices.ContainsFunc(r.On, func(word string) bool { return !slices.Contains(reads, word) })
}

// countsTwice reports whether a scenario's design counts a repeated write again.
func countsTwice(s *scenario.Scenario) bool {
	traits, _ := counter.TraitsOf(s.Strategy)
	return repeatsUnknown(s) && !traits.Idempotent
}

// untried says why designs are not among the candidates, one sentence each.
func untried(s *scenario.Scenario) []string {
	var all []string
	if s.Strategy != counter.TokenSetName {
		all = append(all, "token-set: its item is full after about 11 000 operations")
	}
	if s.Strategy != counter.ItemCollectionName && s.Operations.Weight(history.Read) > 0 {
		all = append(all, "item-collection: each read costs more with every event")
	}
	if repeatsUnknown(s) {
		all = append(all, "designs that are not idempotent: they count a write twice whose lost answer makes a client send it again")
	}
	return all
}

// policyName names a policy with what it adds to its kind.
func policyName(s *scenario.Scenario) string {
	p := ours(s)
	name := string(p.Kind)
	if p.Enlist {
		name += "+enlist"
	}
	if p.Chain > 1 {
		name += fmt.Sprintf("+chain %d", p.Chain)
	}
	if len(s.Retry.Mix) > 0 {
		name += " in the mix"
	}
	return strings.TrimSpace(name)
}
