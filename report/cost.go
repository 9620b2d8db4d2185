package report

import "contend/workload/measure"

// Price is what a million request units cost, in dollars.
type Price struct {
	Write float64 `json:"write_usd_per_million"`
	Read  float64 `json:"read_usd_per_million"`
}

// Capacity is the capacity that the load consumed, in DynamoDB's units, as the store
// reported it.
type Capacity struct {
	ReadUnits float64 `json:"read_units"`
	// WriteUnits includes the wasted ones: what refused conditions and cancelled
	// transactions consumed. Those are computed, because no store reports them.
	WriteUnits       float64 `json:"write_units"`
	WastedWriteUnits float64 `json:"wasted_write_units"`
	// UnansweredWriteUnits is the most that writes without an answer can have consumed
	// in addition.
	UnansweredWriteUnits float64 `json:"unanswered_write_units"`
	// PerUpdate divides all costs by the applied increments and decrements; absent if
	// there were none.
	PerUpdate *Cost `json:"per_update,omitempty"`
	Price     Price `json:"price"`
}

// Cost is the cost of one applied increment or decrement. It includes everything that
// the load consumed; a write without an answer counts with the most that it can have
// cost.
type Cost struct {
	WriteUnits float64 `json:"write_units"`
	ReadUnits  float64 `json:"read_units"`
	// USDPerMillion is the price of a million applied updates, without storage.
	USDPerMillion float64 `json:"usd_per_million"`
}

// capacity covers the whole run, the warm-up included: the store reports capacity by
// request, and it is not recorded when the operation was due.
func capacity(run *measure.Result, price Price) *Capacity {
	c := run.Capacity
	if !c.Reported {
		return nil
	}
	r := &Capacity{
		ReadUnits: c.ReadUnits, WriteUnits: c.WriteUnits, WastedWriteUnits: c.WastedWriteUnits,
		UnansweredWriteUnits: c.UnansweredWriteUnits, Price: price,
	}
	writes := c.WriteUnits + c.UnansweredWriteUnits
	if n := float64(run.Tally.UpdatesApplied); n > 0 {
		r.PerUpdate = &Cost{
			WriteUnits:    writes / n,
			ReadUnits:     c.ReadUnits / n,
			USDPerMillion: (writes*price.Write + c.ReadUnits*price.Read) / n,
		}
	}
	return r
}
