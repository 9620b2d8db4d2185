package report

import (
	"fmt"
	"strings"

	"contend/counter"
	"contend/workload/scenario"
)

// limits describes what the embedded server sustains.
func limits(e scenario.Embedded) string {
	var each []string
	for _, side := range []struct {
		units int
		name  string
	}{{e.WriteCapacity, "write"}, {e.ReadCapacity, "read"}} {
		if side.units > 0 {
			each = append(each, fmt.Sprintf("%d %s units a second", side.units, side.name))
		}
	}
	switch {
	case e.HasThroughput():
		return "partitions and tables, by embedded.throughput: " + sustains(e)
	case len(each) > 0:
		return "each key for itself: " + strings.Join(each, ", ")
	}
	return ""
}

// sustains describes a model of partitions and tables; units are of writes and reads.
func sustains(e scenario.Embedded) string {
	t := e.Throughput
	text := string(t.Mode)
	if t.Units.Write > 0 {
		text += fmt.Sprintf(" %d/%d", t.Units.Write, t.Units.Read)
	} else {
		text += fmt.Sprintf(", warm %d/%d", t.Warm.Write, t.Warm.Read)
	}
	if t.Partition != (scenario.ThroughputUnits{}) {
		text += fmt.Sprintf(", partitions of %d/%d", t.Partition.Write, t.Partition.Read)
	}
	return text + " write/read units a second"
}

// Flattered returns a warning where the simple limit gives each item of a sharded counter
// what the partitions of a table would share; "" elsewhere.
func Flattered(s scenario.Scenario, target Target) string {
	limit := s.Embedded.WriteCapacity
	if !target.HasServer() || limit == 0 || s.Strategy != counter.ShardedName || s.Parameters.Shards < 2 {
		return ""
	}
	return fmt.Sprintf("embedded.write_capacity gives each shard %d write units a second, but DynamoDB's tables have fewer partitions at first and shards share them: "+
		"embedded.throughput models that", limit)
}
