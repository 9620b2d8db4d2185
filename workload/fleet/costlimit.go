package fleet

import (
	"time"

	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/measure"
)

// costJudgedEvery is how often the cost is compared with its limit.
const costJudgedEvery = 100 * time.Millisecond

// watchCost begins to compare what the load costs with its limit, if it has one.
func (r *run) watchCost(group *clock.Group, interrupted, ended *clock.Event) {
	limit := r.fleet.Cost
	if limit == nil {
		return
	}
	group.Go("limit of the cost", func() error {
		err := crash.Catch(func() error { r.judgeCost(limit, interrupted, ended); return nil })
		if err != nil {
			interrupted.Fire()
		}
		return err
	})
}

// judgeCost ends the load when its cost reaches the limit.
func (r *run) judgeCost(limit *measure.CostLimit, interrupted, ended *clock.Event) {
	for r.clock.SleepOr(costJudgedEvery, ended) && !r.isOver() {
		counts := r.fleet.Live.Count()
		all := counts.Warmup.Consumption.Plus(&counts.Measured.Consumption)
		if usd := limit.Price(all); usd >= limit.USD {
			r.costReached = &measure.CostReached{At: r.clock.Since(r.began), USD: usd, Limit: limit.USD}
			interrupted.Fire()
			return
		}
	}
}
