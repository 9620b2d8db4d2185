// Package throughput models how much DynamoDB's tables and partitions bear: partitions
// with a limit each, tables on demand that grow, and tables with provisioned throughput
// and a burst (Developer Guide, "Burst and adaptive capacity", "On-demand capacity mode",
// "Partitions and data distribution"; AWS Database Blog, "Scaling DynamoDB").
package throughput

import (
	"math"
	"time"
)

// Mode says how a table is paid and limited. The zero value is no mode.
type Mode string

// The modes.
const (
	OnDemand    Mode = "on-demand"
	Provisioned Mode = "provisioned"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{OnDemand, Provisioned} }

// Units are write and read units a second.
type Units struct{ Write, Read int }

// Config says what a table bears. The zero value is no limit at all. It is comparable.
type Config struct {
	Mode Mode
	// Units are the throughput of a provisioned table; 0 is no limit.
	Units Units
	// Warm is what a new table on demand takes at once; 0 is no limit. A table takes twice
	// its previous peak, if that is more.
	Warm Units
	// Maximum is the most that a table on demand may take, set by its owner; 0 is no limit.
	Maximum Units
	// Quota is what AWS lets one table on demand take; 0 is no limit.
	Quota Units
	// Account is what all tables of an account take together; 0 is no limit. AWS documents
	// no default of it for tables on demand.
	Account Units
	// Partition is what one partition serves; 0 is no limit, of either side.
	Partition Units
	// Partitions is how many partitions a table has at first; 0: as many as its throughput
	// needs.
	Partitions int
	// Burst is for how long the unused throughput of a provisioned table is saved.
	Burst time.Duration
	// Window is for how long the unused throughput of a partition, and of a table on
	// demand, is saved. AWS does not document it.
	Window time.Duration
	// PeakOver is the time whose mean throughput can be a peak. AWS does not document it.
	PeakOver time.Duration
	// SplitForHeat is for how long a partition must be throttled until it is split; 0:
	// never. AWS does not document it: minutes.
	SplitForHeat time.Duration
	// BurstUsed is true if a new table and its partitions have saved no throughput.
	BurstUsed bool
}

// Default is a table on demand, as AWS makes it. What AWS does not document is assumed:
// a window of a second, peaks of a minute's mean, and no split for heat.
func Default() Config {
	return Config{
		Mode:      OnDemand,
		Warm:      Units{Write: 4000, Read: 12000},
		Quota:     Units{Write: 40000, Read: 40000},
		Partition: Units{Write: 1000, Read: 3000},
		Burst:     Unlimited().Burst,
		Window:    Unlimited().Window,
		PeakOver:  time.Minute,
	}
}

// Unlimited is a table on demand without any limit. With units, it is a provisioned table
// whose partitions have no limits.
func Unlimited() Config {
	return Config{Mode: OnDemand, Burst: 300 * time.Second, Window: time.Second, PeakOver: time.Minute}
}

// Side is reads or writes.
type Side int

// The sides.
const (
	Read Side = iota
	Write
)

func (s Side) String() string { return [...]string{"Read", "Write"}[s] }

// Of returns the units of one side.
func (u Units) Of(s Side) int {
	if s == Read {
		return u.Read
	}
	return u.Write
}

// LimitsKeys reports whether partitions have limits.
func (c *Config) LimitsKeys() bool { return c.Partition != Units{} }

// atFirst is how many partitions a new table has.
func (c *Config) atFirst() int {
	if c.LimitsKeys() && c.Partitions > 0 {
		return c.Partitions
	}
	return c.neededAtOnce()
}

// neededAtOnce is how many partitions serve what the table takes at once.
func (c *Config) neededAtOnce() int {
	takes := c.Warm
	if c.Mode == Provisioned {
		takes = Units{max(takes.Write, c.Units.Write), max(takes.Read, c.Units.Read)}
	}
	return max(c.needed(Write, float64(takes.Write)), c.needed(Read, float64(takes.Read)))
}

// most is how many partitions the model has at most, which bounds its memory: those of a
// table of 100 million write units a second.
const most = 100_000

// needed is how many partitions serve a rate of units a second. That a table has as many
// follows from the numbers that AWS documents; AWS does not say it.
func (c *Config) needed(s Side, rate float64) int {
	each := float64(c.Partition.Of(s))
	if each == 0 {
		return 1
	}
	return int(max(1, min(math.Ceil(rate/each), most)))
}
