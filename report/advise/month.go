package advise

import (
	"cmp"
	"slices"
	"strings"

	"contend/counter"
	"contend/workload/estimate"
	"contend/workload/law"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Costs are what the designs cost in a month.
type Costs struct {
	HoursOfMonth int `json:"hours_of_month"`
	// UpdatesPerS is the rate of the increments and decrements that the costs are of: that
	// of an open loop or, in a closed one, that of the scenario as it is. ReadsPerS is that
	// of the read operations beside them.
	UpdatesPerS float64 `json:"updates_per_s"`
	ReadsPerS   float64 `json:"reads_per_s,omitempty"`
	// Utilisation is the share of the provisioned units that is used on average, in (0, 1].
	Utilisation float64 `json:"utilisation"`
	Price       Price   `json:"price"`
	// Rows are the scenario as it is, and the best candidate of each design if it counts
	// exactly and keeps up with the load; the best first.
	Rows []CostRow `json:"rows"`
}

// Price is the price of a scenario, in dollars.
type Price struct {
	WriteUSDPerMillion      float64 `json:"write_usd_per_million"`
	ReadUSDPerMillion       float64 `json:"read_usd_per_million"`
	ProvisionedWriteUSDPerH float64 `json:"provisioned_write_usd_per_hour"`
	ProvisionedReadUSDPerH  float64 `json:"provisioned_read_usd_per_hour"`
}

// CostRow is what one candidate costs in a month. Its units are those that its run consumed
// for each applied update, the reads beside them included.
type CostRow struct {
	Candidate int `json:"candidate"` // its index
	// LawPerS is the most updates a second that the design sustains by the law of contention
	// and the limit of an item; absent where neither gives one.
	LawPerS *float64 `json:"law_per_s,omitempty"`
	Month
	// Command runs the candidate, and shows its units.
	Command string `json:"command"`
}

// Month is the price of a rate of units in a month, on demand and provisioned.
type Month struct {
	WriteUnitsPerS float64 `json:"write_units_per_s"`
	ReadUnitsPerS  float64 `json:"read_units_per_s"`
	OnDemandUSD    float64 `json:"on_demand_usd"`
	// ProvisionedUSD is the price of ProvisionedWrite and ProvisionedRead units.
	ProvisionedUSD   float64 `json:"provisioned_usd"`
	ProvisionedWrite int     `json:"provisioned_write_units"`
	ProvisionedRead  int     `json:"provisioned_read_units"`
	// CheaperFrom is the utilisation from which on provisioned units are the cheaper ones;
	// above 1 they never are.
	CheaperFrom float64 `json:"provisioned_cheaper_from_utilisation"`
}

func monthOf(s *scenario.Scenario, perS estimate.Rate, utilisation float64) Month {
	m := estimate.OfMonth(s.Price, perS, utilisation)
	return Month{
		WriteUnitsPerS: perS.Write, ReadUnitsPerS: perS.Read, OnDemandUSD: m.OnDemand, ProvisionedUSD: m.Provisioned,
		ProvisionedWrite: m.WriteUnits, ProvisionedRead: m.ReadUnits, CheaperFrom: m.BreakEven,
	}
}

// costs are nil if the scenario as it is applied nothing.
func (a *Advice) costs(w *world, utilisation float64, run string) *Costs {
	operations := operationsPerS(&w.Load)
	if !a.Open {
		operations = valueOf(a.Candidates[0].ThroughputPerS)
	}
	share := updateShare(&w.Scenario)
	c := &Costs{
		HoursOfMonth: estimate.HoursOfMonth,
		UpdatesPerS:  operations * share, ReadsPerS: operations * (1 - share), Utilisation: utilisation,
		Price: Price{w.Price.Write, w.Price.Read, w.Price.Provisioned.Write, w.Price.Provisioned.Read},
	}
	if c.UpdatesPerS == 0 {
		return nil
	}
	var designs []string
	for _, i := range a.Ranked() {
		candidate := &a.Candidates[i]
		isWanted := i == 0 || !slices.Contains(designs, candidate.Strategy) && candidate.class()[0] == 0 && !candidate.Behind
		if candidate.WriteUnitsPerUpdate == nil || !isWanted {
			continue
		}
		designs = append(designs, candidate.Strategy)
		perS := estimate.Rate{Write: *candidate.WriteUnitsPerUpdate * c.UpdatesPerS, Read: valueOf(candidate.ReadUnitsPerUpdate) * c.UpdatesPerS}
		c.Rows = append(c.Rows, CostRow{
			Candidate: i, LawPerS: a.sustains(&w.Scenario, candidate), Month: monthOf(&w.Scenario, perS, utilisation), Command: run + sets(candidate.Settings),
		})
	}
	return c
}

// sustains is the most updates a second that a design sustains in one counter: for conditional
// writes by the gap of the scenario as it is, for others by the limit of the item. It is nil
// for several counters, and for designs of which neither says it.
func (a *Advice) sustains(s *scenario.Scenario, c *Candidate) *float64 {
	limit := float64(s.Embedded.KeyLimit())
	traits, _ := counter.TraitsOf(c.Strategy)
	switch {
	case s.Counters.Count != 1:
		return nil
	case strings.HasPrefix(c.Policy, string(retry.Ticket)):
		return nil // the law is for clients that do not queue
	case slices.Contains([]string{counter.ConditionalName, counter.ConditionalHistoryName}, c.Strategy) && c.GapMS != nil && *c.GapMS > 0:
		units := cmp.Or(valueOf(c.WriteUnitsPerUpdate)/cmp.Or(valueOf(c.WritesPerSuccess), 1), 1)
		return new(law.Limit(*c.GapMS/1000, limit/units))
	case limit > 0 && !traits.NeedsState && slices.Contains([]string{counter.AtomicAddName, counter.ItemCollectionName}, c.Strategy):
		return new(limit)
	}
	return nil
}
