package scenario

import (
	"slices"

	"contend/workload/retry"
)

// Retry is what workers do after an attempt that was not applied: one policy for all of
// them, or a mix.
type Retry struct {
	// Policy is that of all workers. With a Mix its Kind is "", and the rest is what the
	// parts of the mix have unless they set it.
	retry.Policy
	Refresh Refresh
	// Mix gives shares of the workers policies of their own; empty: it does not.
	Mix []RetryShare
}

// RetryShare is a part of [Retry.Mix]: a share of the workers, and their policy.
type RetryShare struct {
	Share float64 // above 0; those of a mix add up to 1
	// Policy is complete: Decode has filled in what the text leaves to the fields around
	// the mix.
	Policy retry.Policy
}

// Refresh says when a worker that lost a race learns the new value.
type Refresh string

const (
	RefreshAfterWait    Refresh = "after-wait"    // waits, then reads
	RefreshAtConflict   Refresh = "at-conflict"   // reads at once, then waits
	RefreshFromConflict Refresh = "from-conflict" // uses the item returned with the refusal, no read
)

// Of returns the policy of a worker, numbered from 0 to workers − 1, and the part of the
// mix that it is from; −1 if there is no mix. Of the first n workers, for each n, every
// part has its share as nearly as possible. The same arguments give the same policy.
func (r *Retry) Of(worker, workers int) (policy retry.Policy, group int) {
	if len(r.Mix) == 0 {
		return r.Policy, -1
	}
	group = apportioned(r.shares(), min(worker, max(workers-1, 0)))
	return r.Mix[group].Policy, group
}

// Policies lists the policies that workers have: that of all of them, or those of the mix.
func (r *Retry) Policies() []retry.Policy {
	if len(r.Mix) == 0 {
		return []retry.Policy{r.Policy}
	}
	var all []retry.Policy
	for _, part := range r.Mix {
		all = append(all, part.Policy)
	}
	return all
}

func (r *Retry) shares() []float64 {
	var shares []float64
	for _, part := range r.Mix {
		shares = append(shares, part.Share)
	}
	return shares
}

// Any reports whether the kind of one of the policies has a property.
func (r *Retry) Any(has func(retry.Kind) bool) bool {
	return slices.ContainsFunc(r.Policies(), func(p retry.Policy) bool { return has(p.Kind) })
}
