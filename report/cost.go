package report

import "contend/workload/measure"

// Price is what a million request units cost, in dollars.
type Price struct {
	Write float64 `json:"write_usd_per_million"`
	Read  float64 `json:"read_usd_per_million"`
}

// Capacity is what the load consumed, in DynamoDB's units, by its report.
type Capacity struct {
	ReadUnits float64 `json:"read_units"`
	// WriteUnits includes the wasted ones, which refused conditions and cancelled
	// transactions cost and which are computed because no store reports them.
	WriteUnits       float64 `json:"write_units"`
	WastedWriteUnits float64 `json:"wasted_write_units"`
	// UnansweredWriteUnits is the most that writes without an answer can have
	// cost beside that.
	UnansweredWriteUnits float64 `json:"unanswered_write_units"`
	// PerUpdate is by applied increments and decrements; absent without any.
	PerUpdate *Cost `json:"per_update,omitempty"`
	Price     Price `json:"price"`
}

// Cost is of one applied increment or decrement, with everything that the load
// spent meanwhile; writes without an answer are taken to have cost what they can
// at most.
type Cost struct {
	WriteUnits float64 `json:"write_units"`
	ReadUnits  float64 `json:"read_units"`
	// USDPerMillion is what a million of them cost, without storage.
	USDPerMillion float64 `json:"usd_per_million"`
}

// capacity is of the whole run, the warm-up included: the store's meter counts
// requests, and what an operation consumed is not kept by when it was due.
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
