package estimate

import (
	"math"

	"contend/workload/scenario"
)

// HoursOfMonth is how many hours AWS's price lists take for a month.
const HoursOfMonth = 730

// UsualUtilisation is the share of provisioned throughput that is used on average unless
// something else is said: the target of AWS's own scaling, with room for peaks.
const UsualUtilisation = 0.7

// Rate is a number of write and read units a second.
type Rate struct{ Write, Read float64 }

// Month is what a month of a steady rate costs, in dollars, without storage.
type Month struct {
	OnDemand float64
	// Provisioned is the price of WriteUnits and ReadUnits, of which the share that was
	// asked for is used.
	Provisioned           float64
	WriteUnits, ReadUnits int
	// BreakEven is the share of the provisioned units from which on they are cheaper than
	// requests on demand, if they are used on average; above 1 they never are. It is 0 if
	// requests cost nothing.
	BreakEven float64
}

// OfMonth returns the price of a rate. The utilisation is in (0, 1].
func OfMonth(p scenario.Price, r Rate, utilisation float64) Month {
	const secondsOfHour = 3600
	units := func(perS float64) int { return int(math.Max(1, math.Ceil(perS/utilisation-1e-9))) }
	m := Month{
		OnDemand:   p.OnDemand(r.Write, r.Read) * secondsOfHour * HoursOfMonth,
		WriteUnits: units(r.Write), ReadUnits: units(r.Read),
	}
	provisioned := func(write, read float64) float64 {
		return (write*p.Provisioned.Write + read*p.Provisioned.Read) * HoursOfMonth
	}
	m.Provisioned = provisioned(float64(m.WriteUnits), float64(m.ReadUnits))
	if m.OnDemand > 0 {
		m.BreakEven = provisioned(r.Write, r.Read) / m.OnDemand
	}
	return m
}
