package scenario

import (
	"fmt"
	"strings"
	"time"

	"contend/workload/scenario/yamltree"
)

// stages is the list of a run's stages.
func stages() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Load.Stages = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [{ rate: 100/s, duration: 5s }]", n)}}
		}
		if len(n.Items) == 0 {
			return []mistake{{n.At, "has no stage"}}
		}
		var mistakes []mistake
		for i, item := range n.Items {
			stage, wrong := readStage(item)
			for _, m := range wrong {
				mistakes = append(mistakes, mistake{m.at, fmt.Sprintf("%d: %s", i, m.message)})
			}
			s.Load.Stages = append(s.Load.Stages, stage)
			if message := unlike(s.Load.Stages, i); wrong == nil && mistakes == nil && message != "" {
				mistakes = append(mistakes, mistake{item.At, fmt.Sprintf("%d: %s", i, message)})
			}
		}
		return mistakes
	}
	check := func(s Scenario) string {
		all := s.Load.Stages
		if len(all) > maxStages {
			return fmt.Sprintf("must have at most %d, not %d", maxStages, len(all))
		}
		for i, stage := range all {
			if message := checkStage(stage); message != "" {
				return fmt.Sprintf("%d: %s", i, message)
			}
			if message := unlike(all, i); message != "" {
				return fmt.Sprintf("%d: %s", i, message)
			}
		}
		return ""
	}
	return value{read: read, check: check, write: writeStages, schema: stagesSchema(), list: true}
}

func readStage(item *yamltree.Node) (stage Stage, mistakes []mistake) {
	if item.Kind != yamltree.MappingNode {
		return stage, []mistake{{item.At, yamltree.MustBe("a mapping of duration and either workers or rate", item)}}
	}
	mistakes = readMembers(item, stageMembers(&stage))
	if message := checkStage(stage); mistakes == nil && message != "" {
		mistakes = []mistake{{item.At, message}}
	}
	return stage, mistakes
}

// stageMembers are the fields of a stage in the order in which they are written.
func stageMembers(s *Stage) []member {
	return []member{
		{"workers", false, whole(func(*Scenario) *int { return &s.Workers }, 1, maxWorkers)},
		{"rate", false, rate(func(*Scenario) *Rate { return &s.Rate })},
		{"duration", true, duration(func(*Scenario) *time.Duration { return &s.Duration }, time.Millisecond, maxDuration)},
		{"ramp", false, truth(func(*Scenario) *bool { return &s.Ramp })},
	}
}

func checkStage(s Stage) string {
	switch {
	case s.Workers == 0 && s.Rate == 0:
		return "needs workers or a rate"
	case s.Workers != 0 && s.Rate != 0:
		return "has both workers and a rate: give one of them"
	}
	for _, m := range stageMembers(&s) {
		if m.name == "workers" && s.Workers == 0 || m.name == "rate" && s.Rate == 0 {
			continue
		}
		if message := m.check(Scenario{}); message != "" {
			return m.name + ": " + message
		}
	}
	return ""
}

// unlike returns a message if a stage is of another kind than the first one.
func unlike(all []Stage, i int) string {
	if first, this := all[0], all[i]; (first.Rate == 0) != (this.Rate == 0) {
		return "all stages must have workers, or all a rate"
	}
	return ""
}

func writeStages(s Scenario) string {
	if len(s.Load.Stages) == 0 {
		return ""
	}
	var all []string
	for _, stage := range s.Load.Stages {
		var fields []string
		for _, m := range stageMembers(&stage) {
			if text := m.write(s); text != "0" && text != "0/s" && text != "false" {
				fields = append(fields, m.name+": "+text)
			}
		}
		all = append(all, "{ "+strings.Join(fields, ", ")+" }")
	}
	return "[" + strings.Join(all, ", ") + "]"
}
