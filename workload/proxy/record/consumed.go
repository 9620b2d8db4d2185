package record

import (
	"contend/counter"
	"contend/workload/proxy"
)

// Consumed is what requests about watched items consumed, without those of the proxy itself.
type Consumed struct {
	// ReadUnits and WriteUnits are the capacity that the store reported.
	ReadUnits  float64 `json:"read_units"`
	WriteUnits float64 `json:"write_units"`
	// Reported counts the requests for which it reported units, Unreported those that it
	// carried out without a report, and Refused the writes that it refused or did not answer:
	// they consume units that no store reports.
	Reported   int64 `json:"reported"`
	Unreported int64 `json:"unreported,omitempty"`
	Refused    int64 `json:"refused,omitempty"`
}

// consume adds what the deliveries of a request consumed.
func (s *Summary) consume(x *proxy.Exchange) {
	for n := range x.Deliveries {
		d := &x.Deliveries[n]
		if len(x.Watched) == 0 && !d.Units.Reported {
			continue
		}
		if s.Consumed == nil {
			s.Consumed = new(Consumed)
		}
		c := s.Consumed
		switch {
		case d.Units.Reported:
			c.Reported++
			c.ReadUnits += d.Units.Read
			c.WriteUnits += d.Units.Write
		case d.Outcome == counter.Applied:
			c.Unreported++
		case d.Outcome == counter.Conflict || d.Outcome == counter.Unknown:
			c.Refused++
		}
	}
}
