package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// rare is the number of successes a gap below which conflicts are rare, so that policies
// hardly differ.
const rare = 0.3

// unfair and fair bound Jain's index of policies that are so; between them, it may be
// because a run is short.
const unfair, fair = 0.8, 0.9

// changes say when the advice would be another one.
func (a *Advice) changes(s *scenario.Scenario) []string {
	all := a.policyChanges(s)
	return append(all, a.designChanges(s)...)
}

func (a *Advice) policyChanges(s *scenario.Scenario) []string {
	var all []string
	policy := a.Candidates[a.Policy.Candidate].Policy
	if a.Law != nil && a.Open {
		all = append(all, fmt.Sprintf("policies hardly differ below %g updates a gap, and differ much above %g; here there are %s",
			rare, 0.5, format.Number(a.Law.SuccessesPerGap)))
	}
	switch chains := strings.Contains(policy, "chain"); {
	case chains:
		all = append(all, "if other programs use the counter without the queue, or a tenth of the replies is lost: shared-window",
			"if clients make one operation each and leave: ticket without chain")
	case strings.HasPrefix(policy, string(retry.Ticket)):
		all = append(all, "if other programs use the counter without the queue, or more than 3 % of the replies are lost: shared-window")
	}
	if fairest := a.fairest(); fairest != nil {
		all = append(all, fmt.Sprintf("if all workers must get their share, as by the threshold \"fairness > %g\": %s, with Jain's index %s instead of %s",
			fair, fairest.Policy, format.Scaled(fairest.Jain, 1), format.Scaled(a.Candidates[a.Policy.Candidate].Jain, 1)))
	}
	if s.Counters.Foreign() {
		all = append(all, "if the item may have attributes of contend's own: ticket and shared-window are possible")
	}
	return all
}

// fairest is the best fair candidate with the scenario's own design, if the advised policy
// is unfair; otherwise nil.
func (a *Advice) fairest() *Candidate {
	advised := &a.Candidates[a.Policy.Candidate]
	if advised.Jain == nil || *advised.Jain >= unfair {
		return nil
	}
	list := a.among(func(c *Candidate) bool { return c.Strategy == advised.Strategy && valueOf(c.Jain) > fair })
	if len(list) == 0 {
		return nil
	}
	return &a.Candidates[a.best(list)]
}

func (a *Advice) designChanges(s *scenario.Scenario) []string {
	var all []string
	own := a.Candidates[0].Strategy
	if combined := a.find(counter.CombiningName); combined != nil && own != counter.CombiningName && slices.Compare(classOf(combined), classOf(&a.Candidates[a.Design.Candidate])) <= 0 {
		all = append(all, "if one process makes all operations: combining, "+sizes(combined))
	}
	best := &a.Candidates[a.Design.Candidate]
	traits, _ := counter.TraitsOf(best.Strategy)
	token := a.find(counter.TransactionTokenName)
	if best.Strategy == counter.ShardedName {
		all = append(all, "if the counter is read often, or a read has to be of one moment: atomic-add, because a read of sharded reads all its items")
	}
	if best.Strategy == counter.ItemCollectionName {
		all = append(all, "if the counter is read, or has many events: another design, because a read of item-collection reads all events")
	}
	if !traits.Idempotent && !repeatsUnknown(s) && token != nil {
		all = append(all, fmt.Sprintf("if answers get lost and those writes are sent again: %s counts them twice; transaction-token does not, %s", best.Strategy, sizes(token)))
	}
	return all
}

func classOf(c *Candidate) []int {
	class := c.class()
	return class[:]
}

// find is the best candidate of a design; nil if there is none.
func (a *Advice) find(strategy string) *Candidate {
	list := a.among(func(c *Candidate) bool { return c.Strategy == strategy })
	if len(list) == 0 {
		return nil
	}
	return &a.Candidates[a.best(list)]
}

// sizes are throughput and cost in short.
func sizes(c *Candidate) string {
	return fmt.Sprintf("%s/s for $%s a million", format.Scaled(c.ThroughputPerS, 1), format.Scaled(c.USDPerMillion, 1))
}

// run is the command that runs the scenario as it is simulated.
func (a *Advice) run(w *world, arguments string) string {
	return "contend run " + cmp.Or(arguments, a.Scenario) + " --target " + scenario.TargetSimulated + sets(w.changed)
}

// commands show the recommendations in runs of the scenario.
func (a *Advice) commands(run string) []string {
	all := []string{run + " --set repeat=6 --out runs/as-it-is"}
	add := func(r Recommendation, folder string) {
		if r.Change {
			all = append(all, run+sets(a.Candidates[r.Candidate].Settings)+" --set repeat=6 --out "+folder,
				"contend compare runs/as-it-is "+folder)
		}
	}
	add(a.Policy, "runs/policy")
	add(a.Design, "runs/design")
	return all
}

// sets are the flags for some settings.
func sets(all []Setting) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(" --set " + Quoted(s.Path+"="+s.Value))
	}
	return b.String()
}

// Quoted is a word as a shell reads it.
func Quoted(word string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:/%+@"
	if word != "" && strings.Trim(word, safe) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
