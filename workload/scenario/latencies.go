package scenario

import (
	"fmt"
	"strings"
	"time"

	"contend/workload/scenario/yamltree"
)

// latencies is the list of the latencies that shares of the workers have.
func latencies() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Embedded.Latency, s.Embedded.Latencies = ModelledLatency{}, nil
		var mistakes []mistake
		for i, item := range n.Items {
			part, wrong := readLatency(item)
			for _, m := range wrong {
				mistakes = append(mistakes, mistake{m.at, fmt.Sprintf("%d: %s", i, m.message)})
			}
			s.Embedded.Latencies = append(s.Embedded.Latencies, part)
		}
		if message := checkShares(s.Embedded.shares()); mistakes == nil && message != "" {
			mistakes = []mistake{{n.At, message}}
		}
		return mistakes
	}
	check := func(s Scenario) string {
		if len(s.Embedded.Latencies) == 0 {
			return ""
		}
		if s.Embedded.Latency != (ModelledLatency{}) {
			return "is given both for all workers and for shares of them"
		}
		for i := range s.Embedded.Latencies {
			for _, m := range latencyMembers(&s.Embedded.Latencies[i]) {
				if message := m.check(s); message != "" {
					return fmt.Sprintf("%d: %s: %s", i, m.name, message)
				}
			}
		}
		return checkShares(s.Embedded.shares())
	}
	schema := listOf(membersSchema(latencyMembers(new(LatencyShare))))
	schema["minItems"], schema["maxItems"] = minParts, maxParts
	return value{read: read, check: check, write: writeLatencies, schema: schema, list: true}
}

func (e *Embedded) shares() []float64 {
	var shares []float64
	for _, part := range e.Latencies {
		shares = append(shares, part.Share)
	}
	return shares
}

func readLatency(item *yamltree.Node) (part LatencyShare, mistakes []mistake) {
	if item.Kind != yamltree.MappingNode {
		return part, []mistake{{item.At, yamltree.MustBe("a mapping of share, mean and sd", item)}}
	}
	mistakes = readMembers(item, latencyMembers(&part))
	return part, mistakes
}

// latencyMembers are the fields of a part in the order in which they are written.
func latencyMembers(part *LatencyShare) []member {
	return []member{
		{"share", true, share(&part.Share)},
		{"mean", true, duration(func(*Scenario) *time.Duration { return &part.Mean }, 0, maxLatency)},
		{"sd", false, duration(func(*Scenario) *time.Duration { return &part.SD }, 0, maxLatency)},
	}
}

func writeLatencies(s Scenario) string {
	if len(s.Embedded.Latencies) == 0 {
		return ""
	}
	var parts []string
	for i := range s.Embedded.Latencies {
		var fields []string
		for _, m := range latencyMembers(&s.Embedded.Latencies[i]) {
			fields = append(fields, m.name+": "+m.write(s))
		}
		parts = append(parts, "{ "+strings.Join(fields, ", ")+" }")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
