// Package throughput models how much throughput DynamoDB's tables and partitions serve:
// partitions that each have a limit, on-demand tables that grow, and tables with provisioned
// throughput and a burst (Developer Guide, "Burst and adaptive capacity", "On-demand capacity mode",
// "Partitions and data distribution"; AWS Database Blog, "Scaling DynamoDB").
package throughput

import (
	"math"
	"time"
)

// Mode says how a table is billed and limited. The zero value is no mode.
type Mode string

// The modes.
const (
	OnDemand    Mode = "on-demand"
	Provisioned Mode = "provisioned"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{OnDemand, Provisioned} }

// Units are write and read units per second.
type Units struct{ Write, Read int }

// Config says how much throughput a table serves. The zero value has no limits at all.
// Configs can be compared by ==.
type Config struct {
	Mode Mode
	// Units are the throughput of a provisioned table; 0 is no limit.
	Units Units
	// Warm is what a new on-demand table serves from the start; 0 is no limit. A table serves
	// twice its previous peak, if that is more.
	Warm Units
	// Maximum is the limit that the owner of an on-demand table has set; 0 is no limit.
	Maximum Units
	// Quota is AWS's limit for one on-demand table; 0 is no limit.
	Quota Units
	// Account is the limit for all tables of an account together; 0 is no limit. AWS
	// documents no default for on-demand tables.
	Account Units
	// Partition is the limit of one partition; 0 writes or 0 reads is no limit for these.
	Partition Units
	// Partitions is how many partitions a table has at first; 0: as many as its throughput
	// needs.
	Partitions int
	// Burst is how long the unused throughput of a provisioned table is saved.
	Burst time.Duration
	// Window is how long the unused throughput of a partition, and of an on-demand table, is
	// saved. AWS does not document it.
	Window time.Duration
	// PeakOver is the time over which throughput is averaged to find the peak of an on-demand
	// table. AWS does not document it.
	PeakOver time.Duration
	// SplitForHeat is how long a partition must be throttled before it is split; 0: it never
	// is. AWS does not document the time, which is some minutes.
	SplitForHeat time.Duration
	// BurstUsed is true if a new table and its partitions start with no saved throughput.
	BurstUsed bool
}

// Default returns the Config of an on-demand table as AWS creates it. Three values that AWS
// does not document are assumed: Window is a second, PeakOver a minute, and partitions are
// not split for heat.
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

// Unlimited returns the Config of an on-demand table without any limit. With Mode set to
// [Provisioned], and Units, it is that of a table whose partitions have no limits.
func Unlimited() Config {
	return Config{Mode: OnDemand, Burst: 300 * time.Second, Window: time.Second, PeakOver: time.Minute}
}

// Side is either reads or writes.
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
