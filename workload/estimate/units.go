package estimate

import (
	"math"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// growth says how the item of a counter grows, and whether writes pay for its size.
// It is zero for a design whose items keep their size.
type growth struct {
	bytes      float64 // added by each applied change
	maxChanges float64 // how many changes fit into the item; 0: any number
	writes     bool    // a write pays for the whole item
}

func growthOf(design string) growth {
	const event, token = 90, 20 // with the tokens of a run
	switch design {
	case counter.ItemCollectionName:
		return growth{bytes: event}
	case counter.TokenSetName:
		return growth{bytes: token, maxChanges: counter.MaxTokens, writes: true}
	}
	return growth{}
}

// Bytes of a capacity unit.
const (
	writeUnit = 1 << 10
	readUnit  = 4 << 10
)

// dollars returns the price of requests, by the units that the scenario's design
// takes and the scenario's price.
func dollars(s *scenario.Scenario, r Requests) float64 {
	write, read := UnitsOf(s)
	units := struct{ write, read float64 }{float64(r.Writes) * write, float64(r.Reads) * read}
	if g := growthOf(s.Strategy); g != (growth{}) {
		w, r := g.units(s, r)
		units.write += w
		units.read += r
	}
	return (units.write*s.Price.Write + units.read*s.Price.Read) / 1e6
}

// USD returns the price of what a scenario's load has consumed, in dollars: units, and
// requests whose units are not known, for which those of new counters are taken.
func USD(s *scenario.Scenario, writeUnits, readUnits float64, unknown Requests) float64 {
	write, read := UnitsOf(s)
	writeUnits += float64(unknown.Writes) * write
	readUnits += float64(unknown.Reads) * read
	return (writeUnits*s.Price.Write + readUnits*s.Price.Read) / 1e6
}

// UnitsOf returns the capacity units of one write and of one strong read with a
// scenario's design, while the counter is new.
func UnitsOf(s *scenario.Scenario) (write, read float64) {
	switch s.Strategy {
	case counter.ConditionalHistoryName:
		const rest, entry = 100, 35 // bytes
		return math.Ceil(float64(rest+s.Parameters.History*entry) / writeUnit), 1
	case counter.TransactionTokenName:
		return 2 + secondCounter(s), 1
	case counter.TransactionMarkerName:
		return 4 + secondCounter(s), 1
	case counter.ShardedName:
		read = float64(s.Parameters.Shards)
		if s.Parameters.Snapshot {
			read *= 2
		}
		return 1, read
	}
	return 1, 1
}

// secondCounter returns the mean capacity units of the second counter of transfers, for
// each change.
func secondCounter(s *scenario.Scenario) float64 {
	const units = 2 // of an item in a transaction
	if updates := updateWeight(s); updates > 0 {
		return units * float64(s.Operations.Weight(history.Transfer)) / float64(updates)
	}
	return 0
}

// units returns the units that requests cost in addition, because counters grow:
// reads and writes are spread over the growth, and every counter is read once at the
// end. A part of a unit is counted as a whole one, so the result is an upper bound.
func (g growth) units(s *scenario.Scenario, r Requests) (write, read float64) {
	for _, share := range shares(s) {
		changes := float64(r.Writes) * share
		sum := g.sum(changes)
		if g.writes {
			write += sum * g.bytes / writeUnit
		}
		if changes > 0 {
			read += float64(r.Reads) * share * sum / changes * g.bytes / readUnit
		}
		read += g.fit(changes) * g.bytes / readUnit
	}
	return write, read
}

// fit returns how many of a number of changes fit into a counter.
func (g growth) fit(changes float64) float64 {
	if g.maxChanges > 0 {
		return min(changes, g.maxChanges)
	}
	return changes
}

// sum adds up the size of a counter before each of a number of changes.
func (g growth) sum(changes float64) float64 {
	kept := g.fit(changes)
	return kept*kept/2 + (changes-kept)*kept
}

// shares returns the fraction of the operations that each counter gets.
func shares(s *scenario.Scenario) []float64 {
	count := s.Counters.Count
	if s.Counters.Pick.Kind == scenario.PickOwn {
		count = min(count, s.Load.Workers)
	}
	all := make([]float64, count)
	sum := 0.0
	for k := range all {
		all[k] = 1
		if s.Counters.Pick.Kind == scenario.PickZipf {
			all[k] = math.Pow(float64(k+1), -s.Counters.Pick.Zipf)
		}
		sum += all[k]
	}
	for k := range all {
		all[k] /= sum
	}
	return all
}
