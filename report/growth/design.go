package growth

import (
	"fmt"
	"math"
	"slices"
	"time"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/estimate"
	"contend/workload/scenario"
)

// What one partition of DynamoDB takes a second, unless the scenario says otherwise.
const (
	usualWriteLimit = 1000
	usualReadLimit  = 3000
)

// course is a design over the horizon.
type course struct {
	*Growth
	*sizes
	strategy   string
	each       float64 // changes a second of each counter
	reads      float64 // reads a second of each counter
	before     float64 // strong reads that each change makes before its write
	keptFor    float64 // seconds that what a change stores is kept; 0: for good
	endS       float64
	writeLimit float64 // units a second of each counter's items
	readLimit  float64
}

func (g *Growth) plan(s *scenario.Scenario, z *sizes) Design {
	n := float64(g.Counters)
	c := &course{Growth: g, sizes: z, strategy: s.Strategy, each: g.RatePerS / n, reads: g.ReadsPerS / n, endS: g.HorizonS, writeLimit: usualWriteLimit, readLimit: usualReadLimit}
	if limit := s.Embedded.KeyLimit(); limit > 0 {
		c.writeLimit = float64(limit)
	}
	if s.Embedded.ReadCapacity > 0 {
		c.readLimit = float64(s.Embedded.ReadCapacity)
	}
	if traits, _ := counter.TraitsOf(s.Strategy); traits.NeedsState {
		c.before = 1
	}
	if s.Strategy == counter.TransactionMarkerName {
		c.keptFor = s.Parameters.MarkerTTL.Seconds()
		// API Reference, UpdateTimeToLive; Developer Guide, "Working with expired items".
		g.assume("%s: a marker is stored for %s, until it expires; DynamoDB bills it until it deletes it, usually within two days more", s.Strategy, spanOf(c.keptFor))
	}
	d := Design{Strategy: s.Strategy, Grows: z.grows(), NewItems: z.items, StoredBytes: z.each + itemOverhead*z.items, KeptChanges: int(z.kept)}
	if z.inItem() {
		d.ItemBytes = z.perChange()
	}
	if full := c.timeOf(z.most); z.most > 0 && full <= g.HorizonS {
		c.endS, d.FullS = full, &full
	}
	d.Events = c.events()
	d.Cost, d.Points = c.spend()
	d.Summary = c.summary(&d)
	return d
}

// timeOf is when each counter has had so many changes.
func (c *course) timeOf(changes float64) float64 { return changes / c.each }

// stored is what is billed of all counters after a time.
func (c *course) stored(afterS float64) float64 {
	if c.keptFor > 0 {
		afterS = min(afterS, c.keptFor)
	}
	return c.storedAt(c.each*afterS) * float64(c.Counters)
}

// steps is how many parts the horizon is added up in.
const steps = 2000

// spend adds up the costs until the end, with the points on the way.
func (c *course) spend() (Cost, []Point) {
	var sum Cost
	var points []Point
	moments := c.moments()
	last := 0.0
	for i := 1; i <= steps; i++ {
		// The parts become longer, so that the beginning, which is the steepest, has enough.
		now := c.endS * math.Pow(float64(i)/steps, 2)
		middle, seconds := c.each*(last+now)/2, now-last
		for len(moments) > 0 && moments[0] <= now {
			points = append(points, c.point(moments[0], sum.plus(c.part(middle, moments[0]-last, last, moments[0]))))
			moments = moments[1:]
		}
		sum = sum.plus(c.part(middle, seconds, last, now))
		last = now
	}
	return sum, points
}

// part is the cost of some seconds at a count.
func (c *course) part(changes, seconds, from, to float64) Cost {
	const gigabyte = 1 << 30
	hours := seconds / time.Hour.Seconds()
	return Cost{
		WritesUSD:  c.RatePerS * seconds * c.writeAt(changes) * c.Price.WriteUSDPerMillion / 1e6,
		ReadsUSD:   (c.ReadsPerS*c.readAt(changes) + c.RatePerS*c.before*c.readAt(changes)/c.readFactor) * seconds * c.Price.ReadUSDPerMillion / 1e6,
		StorageUSD: c.stored((from+to)/2) / gigabyte * hours / estimate.HoursOfMonth * c.Price.StorageUSDPerGBMonth,
	}
}

func (c Cost) plus(o Cost) Cost {
	return Cost{c.WritesUSD + o.WritesUSD, c.ReadsUSD + o.ReadsUSD, c.StorageUSD + o.StorageUSD}
}

func (c *course) point(afterS float64, spent Cost) Point {
	changes := c.each * afterS
	return Point{
		AfterS: afterS, Changes: changes, WriteUnits: c.writeAt(changes), ReadUnits: c.readAt(changes), StoredBytes: c.stored(afterS), SpentUSD: spent.TotalUSD(),
	}
}

// moments are when a point is taken: round times, and the end.
func (c *course) moments() []float64 {
	const day = 24 * time.Hour
	var all []float64
	for _, d := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, day, 7 * day, 30 * day, 90 * day, 365 * day, 5 * 365 * day} {
		if d.Seconds() < c.endS {
			all = append(all, d.Seconds())
		}
	}
	const most = 5
	return append(all[max(0, len(all)-most):], c.endS)
}

// events are what happens until the end.
func (c *course) events() []Event {
	all := []Event{}
	add := func(kind string, happens func(changes float64) bool, what func(changes float64) string) {
		changes, ok := first(happens, c.each*c.endS)
		if ok {
			all = append(all, Event{Kind: kind, AfterS: c.timeOf(changes), Changes: changes, What: what(changes)})
		}
	}
	if c.reads > 0 {
		add(KindReadDearer, func(n float64) bool {
			return c.readAt(n)*c.Price.ReadUSDPerMillion > c.writeAt(n)*c.Price.WriteUSDPerMillion
		}, func(n float64) string {
			return fmt.Sprintf("a read, of %s, costs more than a write", format.Count(int64(c.readAt(n)), "unit"))
		})
		add(KindReadsCost, func(n float64) bool {
			return c.reads*c.readAt(n)*c.Price.ReadUSDPerMillion > c.each*c.writeAt(n)*c.Price.WriteUSDPerMillion
		}, func(n float64) string {
			return fmt.Sprintf("%s reads a second cost more than %s changes", format.Number(c.ReadsPerS), format.Number(c.RatePerS))
		})
		add(KindReadLimit, func(n float64) bool { return c.reads*c.readAt(n) > c.readLimit }, func(float64) string {
			return fmt.Sprintf("the reads of a counter take more than the %s read units a second of a partition", format.Number(c.readLimit))
		})
	}
	add(KindWriteLimit, func(n float64) bool { return c.each*c.writeAt(n) > c.writeLimit }, func(n float64) string {
		return fmt.Sprintf("the changes of a counter, of %s each, take more than the %s write units a second of an item", format.Count(int64(c.writeAt(n)), "unit"), format.Number(c.writeLimit))
	})
	if c.most > 0 && c.timeOf(c.most) <= c.HorizonS {
		all = append(all, Event{Kind: KindFull, AfterS: c.timeOf(c.most), Changes: c.most, What: "the item is full: no more changes are accepted"})
	}
	slices.SortStableFunc(all, func(a, b Event) int { return int(math.Copysign(1, a.AfterS-b.AfterS)) })
	return all
}

// first is the smallest whole count for which something is true that stays true; false if it
// is not by the most.
func first(happens func(float64) bool, most float64) (float64, bool) {
	low, high := 0.0, math.Floor(most)
	if !happens(high) {
		return 0, false
	}
	for low < high {
		middle := math.Floor((low + high) / 2)
		if happens(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return high, true
}

// summary is the sentence about a design.
func (c *course) summary(d *Design) string {
	bytes := format.Count(int64(math.Round(c.perChange())), "byte")
	switch {
	case !c.grows():
		return fmt.Sprintf("does not grow: a write takes %s and a read %s, however many changes there were", format.Count(int64(c.write), "unit"), unitsText(c.read))
	case c.kept > 0:
		return fmt.Sprintf("the item grows by %s a change until it holds %d of them: at the end a write takes %s, and a read %s", bytes, int(c.kept), format.Count(int64(c.writeAt(c.each*c.endS)), "unit"), unitsText(c.readAt(c.each*c.endS)))
	case c.strategy == counter.TokenSetName:
		return fmt.Sprintf("the item grows by %s a change, which makes a write dearer by a unit every %.0f changes, and holds at most %.0f changes: 400 KB have no room for more of the longest tokens",
			bytes, writeUnitBytes/c.sizes.each, c.most)
	case c.inItem():
		return fmt.Sprintf("the item grows by %s a change, which makes a write dearer by a unit every %.0f changes, and holds at most %.0f changes: 400 KB have no room for more", bytes, writeUnitBytes/c.sizes.each, c.most)
	case c.isQuery:
		return fmt.Sprintf("each change adds an item of %s: a write takes %s, and a read one more unit for every %.0f changes", bytes, format.Count(int64(c.write), "unit"), readUnitBytes/c.sizes.each)
	}
	text := fmt.Sprintf("each change adds an item of %s, and a write takes %s", bytes, format.Count(int64(c.write), "unit"))
	if c.keptFor > 0 {
		text += fmt.Sprintf("; DynamoDB deletes the item some time after %s", spanOf(c.keptFor))
	}
	return text
}

// spanOf writes a time that a user chose, in hours if it is long.
func spanOf(seconds float64) string {
	if hours := seconds / time.Hour.Seconds(); hours >= 1 {
		return format.ChosenNumber(hours, "h")
	}
	return format.ChosenSeconds(seconds)
}

func unitsText(v float64) string {
	if v == math.Trunc(v) {
		return format.Count(int64(v), "unit")
	}
	return format.Number(v) + " units"
}
