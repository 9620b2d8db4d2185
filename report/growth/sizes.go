package growth

import (
	"context"
	"math"

	"contend/counter"
	"contend/workload/scenario"
)

// DynamoDB's sizes (Developer Guide, "Quotas" and "Read and write operations"; the
// overhead of an item from the pricing page).
const (
	writeUnitBytes = 1 << 10
	readUnitBytes  = 4 << 10
	pageBytes      = 1 << 20
	maxItemBytes   = 400 << 10
	itemOverhead   = 100
)

// sizes are how a counter of a design grows.
type sizes struct {
	base      float64 // bytes of a counter without changes
	each      float64 // bytes that a change adds
	baseItems float64
	items     float64 // that a change adds
	kept      float64 // how many changes the bytes are of at most; 0: all
	// initial is the value that the counter begins with. What is kept of a change of
	// conditional-history has its version and its value in decimal digits, beside each.
	initial float64
	most    float64 // how many changes are accepted; 0: any number
	// write and read are the units of a request to a counter that does not grow.
	write, read float64
	// readFactor is what a read unit costs: a half if eventually consistent.
	readFactor float64
	// isQuery: a read reads all items.
	isQuery bool
}

// grows reports whether a change adds anything.
func (z *sizes) grows() bool { return z.each > 0 }

// inItem reports whether the item itself grows.
func (z *sizes) inItem() bool { return z.grows() && z.items == 0 }

// bytesAt is the size of one counter, all its items together.
func (z *sizes) bytesAt(changes float64) float64 {
	if z.kept == 0 {
		return z.base + z.each*changes
	}
	kept := min(changes, z.kept)
	written := digits(changes) - digits(changes-kept) + digits(changes+z.initial) - digits(changes-kept+z.initial)
	return z.base + z.each*kept + written
}

// digits is how many all numbers from 1 to n have together.
func digits(n float64) float64 {
	sum := 0.0
	for power := 1.0; power <= n; power *= 10 {
		sum += math.Floor(n) - power + 1
	}
	return sum
}

// perChange is the mean of the bytes that a change adds, as long as it does.
func (z *sizes) perChange() float64 {
	if z.kept == 0 {
		return z.each
	}
	return (z.bytesAt(z.kept) - z.bytesAt(0)) / z.kept
}

// writeAt is the units of the change that makes the count.
func (z *sizes) writeAt(changes float64) float64 {
	if !z.inItem() {
		return z.write
	}
	return units(z.bytesAt(changes), writeUnitBytes)
}

// readAt is the units of a read.
func (z *sizes) readAt(changes float64) float64 {
	if !z.inItem() && !z.isQuery {
		return z.read
	}
	bytes := z.bytesAt(changes)
	// Each page of a query is rounded up by itself, and is full with the item that makes it
	// so.
	pages := math.Floor(bytes / pageBytes)
	return (pages*(pageBytes/readUnitBytes+1) + units(math.Max(bytes-pages*(pageBytes+z.each/2), 1), readUnitBytes)) * z.readFactor
}

// units is the number of units that have begun.
func units(bytes, each float64) float64 { return math.Max(1, math.Ceil(bytes/each-1e-9)) }

// storedAt is what is billed of one counter, of which so many changes are still stored.
func (z *sizes) storedAt(changes float64) float64 {
	return z.bytesAt(changes) + itemOverhead*(z.baseItems+z.items*changes)
}

// measure finds how the scenario's design grows.
func measure(ctx context.Context, s scenario.Scenario, tokenBytes int) (*sizes, error) {
	z := &sizes{readFactor: 1}
	if s.Reads == scenario.ReadsEventual {
		z.readFactor = 0.5
	}
	few, many := 64, 512
	if s.Strategy == counter.ConditionalHistoryName {
		few, many = s.Parameters.History/4, s.Parameters.History
		z.kept, z.initial = float64(s.Parameters.History), math.Max(0, float64(s.Counters.Initial))
	}
	samples, err := Measure(ctx, s, tokenBytes, 0, few, many)
	if err != nil {
		return nil, err
	}
	empty, low, high := samples[0], samples[1], samples[2]
	changes := float64(high.Changes - low.Changes)
	z.items = float64(high.Items-low.Items) / changes
	z.baseItems = float64(empty.Items)
	z.write, z.read = high.WriteUnits, high.ReadUnits
	// A number that becomes longer is no growth.
	const least = 1
	if each := (float64(high.Bytes-low.Bytes) - z.bytesAt(float64(high.Changes)) + z.bytesAt(float64(low.Changes))) / changes; each >= least {
		z.each = each
	}
	z.base = float64(high.Bytes) - z.bytesAt(float64(high.Changes))
	z.isQuery = z.items > 0 && high.ReadUnits > low.ReadUnits
	switch {
	case s.Strategy == counter.TokenSetName:
		z.most = counter.MaxTokens
	case z.inItem() && z.kept == 0:
		z.most = math.Floor((maxItemBytes - z.base) / z.each)
	}
	return z, nil
}
