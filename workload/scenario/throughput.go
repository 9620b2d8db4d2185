package scenario

import (
	"time"

	"contend/internal/embedded/throughput"
)

const (
	maxPartitions = 10_000
	minWindow     = time.Millisecond
	maxWindow     = time.Hour
)

// Throughput says what tables and their partitions sustain, as DynamoDB has it. Units are a
// second's; 0 is no limit. The zero value is no such model.
type Throughput struct {
	Mode       ThroughputMode
	Units      ThroughputUnits // of a provisioned table
	Warm       ThroughputUnits // of a new table on demand; later it takes twice its previous peak
	Maximum    ThroughputUnits // of a table on demand, by its owner
	Quota      ThroughputUnits // of a table on demand, by AWS
	Account    ThroughputUnits // of all tables of the server together
	Partition  ThroughputUnits // of one partition
	Partitions int             // of a new table; 0: as many as its throughput needs
	Burst      time.Duration   // for which unused throughput of a provisioned table is saved
	Window     time.Duration   // for which that of a partition and of a table on demand is saved
	PeakOver   time.Duration   // whose mean throughput counts as a peak
	// SplitForHeat is for how long a partition is throttled until it is split; 0: never.
	SplitForHeat time.Duration
}

// ThroughputUnits are write and read units a second.
type ThroughputUnits struct{ Write, Read int }

// ThroughputMode says how a table is limited.
type ThroughputMode string

// The modes of a table.
const (
	ThroughputOnDemand    = ThroughputMode(throughput.OnDemand)
	ThroughputProvisioned = ThroughputMode(throughput.Provisioned)
)

// throughputFields are the fields of the model. A mapping that gives some of them has the
// defaults of a table on demand for the others.
func throughputFields() []field {
	return []field{
		{name: "mode", about: "on-demand, or provisioned with write and read units.", value: ofThroughput(word(func(s *Scenario) *ThroughputMode { return &s.Embedded.Throughput.Mode }, []ThroughputMode{ThroughputOnDemand, ThroughputProvisioned}))},
		{name: "write", about: "provisioned: write units a second of the table.", value: ofProvisioned(throughputUnits(func(c *Throughput) *int { return &c.Units.Write }))},
		{name: "read", about: "provisioned: read units a second of the table.", value: ofProvisioned(throughputUnits(func(c *Throughput) *int { return &c.Units.Read }))},
		{name: "warm", about: "on-demand: what a new table takes at once, in units a second; later it takes twice its previous peak.",
			fields: unitFields(func(c *Throughput) *ThroughputUnits { return &c.Warm })},
		{name: "maximum", about: "on-demand: the most that the table's owner allows, in units a second; 0: no limit.",
			fields: unitFields(func(c *Throughput) *ThroughputUnits { return &c.Maximum })},
		{name: "quota", about: "on-demand: the most that AWS allows a table, in units a second; 0: no limit.",
			fields: unitFields(func(c *Throughput) *ThroughputUnits { return &c.Quota })},
		{name: "account", about: "The most that all tables together may take, in units a second; 0: no limit.",
			fields: unitFields(func(c *Throughput) *ThroughputUnits { return &c.Account })},
		{name: "partition", about: "What one partition serves, in units a second; 0: no limit.",
			fields: unitFields(func(c *Throughput) *ThroughputUnits { return &c.Partition })},
		{name: "partitions", about: "How many partitions a new table has; 0: as many as its throughput needs.", value: ofThroughput(
			whole(func(s *Scenario) *int { return &s.Embedded.Throughput.Partitions }, 0, maxPartitions))},
		{name: "burst", about: "provisioned: for how long unused throughput of the table is saved; all of it is there at the start.",
			value: throughputTime(func(c *Throughput) *time.Duration { return &c.Burst }, minWindow)},
		{name: "window", about: "For how long unused throughput of a partition, or of a table on demand, is saved. AWS does not document it.",
			value: throughputTime(func(c *Throughput) *time.Duration { return &c.Window }, minWindow)},
		{name: "peak_over", about: "on-demand: the time whose mean throughput counts as a peak. AWS does not document it.",
			value: throughputTime(func(c *Throughput) *time.Duration { return &c.PeakOver }, minWindow)},
		{name: "split_for_heat", about: "For how long a partition is throttled until it is split; 0s: never. AWS does not document it: minutes.",
			value: throughputTime(func(c *Throughput) *time.Duration { return &c.SplitForHeat }, 0)},
	}
}

// UsualThroughput is that of a new table on demand, as AWS makes it: what a scenario has that
// gives only the mode.
func UsualThroughput() Throughput {
	c := throughput.Default()
	return Throughput{
		Mode: ThroughputMode(c.Mode), Units: ThroughputUnits(c.Units), Warm: ThroughputUnits(c.Warm), Maximum: ThroughputUnits(c.Maximum), Quota: ThroughputUnits(c.Quota),
		Account: ThroughputUnits(c.Account), Partition: ThroughputUnits(c.Partition), Partitions: c.Partitions, Burst: c.Burst, Window: c.Window, PeakOver: c.PeakOver,
		SplitForHeat: c.SplitForHeat,
	}
}

func defaultThroughput(s *Scenario) { s.Embedded.Throughput = UsualThroughput() }

func unitFields(at func(*Throughput) *ThroughputUnits) []field {
	return []field{
		{name: "write", about: "Write units a second.", value: throughputUnits(func(c *Throughput) *int { return &at(c).Write })},
		{name: "read", about: "Read units a second.", value: throughputUnits(func(c *Throughput) *int { return &at(c).Read })},
	}
}

func throughputUnits(at func(*Throughput) *int) value {
	return ofThroughput(whole(func(s *Scenario) *int { return at(&s.Embedded.Throughput) }, 0, maxCapacity))
}

func throughputTime(at func(*Throughput) *time.Duration, low time.Duration) value {
	return ofThroughput(duration(func(s *Scenario) *time.Duration { return at(&s.Embedded.Throughput) }, low, maxWindow))
}

// ofThroughput is checked and written if the scenario has the model.
func ofThroughput(v value) value {
	write := v.write
	v.write = func(s Scenario) string {
		if !s.Embedded.HasThroughput() {
			return ""
		}
		return write(s)
	}
	return optional(v, func(s Scenario) bool { return s.Embedded.HasThroughput() })
}

// ofProvisioned is what a provisioned table must have and one on demand must not have.
func ofProvisioned(v value) value {
	check, write := v.check, v.write
	v.check = func(s Scenario) string {
		given := write(s) != "" && write(s) != "0"
		switch isProvisioned := s.Embedded.Throughput.Mode == ThroughputProvisioned; {
		case isProvisioned && !given:
			return "must be at least 1 in the mode provisioned"
		case !isProvisioned && given:
			return "has no effect in the mode on-demand: maximum limits a table on demand"
		}
		return check(s)
	}
	v.write = func(s Scenario) string {
		if s.Embedded.Throughput.Mode == ThroughputProvisioned {
			return write(s)
		}
		return ""
	}
	return v
}

func checkOneModel(s Scenario) string {
	if e := s.Embedded; !e.HasThroughput() || e.WriteCapacity == 0 && e.ReadCapacity == 0 {
		return ""
	}
	return "embedded: write_capacity and read_capacity limit each key for itself, and throughput partitions and tables: give one of the two models"
}

// burstUsed is written only if it is true.
func burstUsed() value {
	v := omitZero(truth(func(s *Scenario) *bool { return &s.Embedded.BurstUsed }), "false")
	v.check = func(s Scenario) string {
		if e := s.Embedded; e.BurstUsed && e.WriteCapacity == 0 && e.ReadCapacity == 0 && !e.HasThroughput() {
			return "has no effect without write_capacity, read_capacity or throughput"
		}
		return ""
	}
	return v
}
