package workload

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"contend/workload/pace"
)

const (
	minRate   = 0.001
	maxRate   = 1_000_000
	maxStages = 100
)

func loadFields() []field {
	return []field{
		{name: "workers", value: whole(func(s *Scenario) *int { return &s.Load.Workers }, 1, maxWorkers)},
		{name: "duration", value: loadDuration()},
		{name: "operations", value: omitZero(whole(func(s *Scenario) *int64 { return &s.Load.Operations }, 0, maxOperations), "0")},
		{name: "think", value: think()},
		{name: "warmup", value: omitZero(duration(func(s *Scenario) *time.Duration { return &s.Load.Warmup }, 0, maxDuration), "0s")},
		{name: "rate", value: omitZero(optional(rate(func(s *Scenario) *Rate { return &s.Load.Rate }), func(s Scenario) bool { return s.Load.Rate != 0 }), "0/s")},
		{name: "arrivals", value: ofOpenLoop(word(func(s *Scenario) *pace.Arrivals { return &s.Load.Arrivals }, []pace.Arrivals{pace.Uniform, pace.Poisson}),
			func(s Scenario) bool { return s.Load.Arrivals != "" })},
		{name: "overload", value: ofOpenLoop(word(func(s *Scenario) *Overload { return &s.Load.Overload }, []Overload{OverloadQueue, OverloadDrop}),
			func(s Scenario) bool { return s.Load.Overload != "" })},
		{name: "stages", value: stages()},
	}
}

// loadDuration is left out if the stages have durations of their own.
func loadDuration() value {
	v := omitZero(duration(func(s *Scenario) *time.Duration { return &s.Load.Duration }, 0, maxDuration), "0s")
	write := v.write
	v.write = func(s Scenario) string {
		if len(s.Load.Stages) > 0 {
			return ""
		}
		return write(s)
	}
	return v
}

// think is left out of an open loop, which has none.
func think() value {
	v := duration(func(s *Scenario) *time.Duration { return &s.Load.Think }, 0, maxWait)
	write := v.write
	v.write = func(s Scenario) string {
		if s.Load.Open() {
			return ""
		}
		return write(s)
	}
	return v
}

// optional judges a value only if it is there.
func optional(v value, there func(Scenario) bool) value {
	check := v.check
	v.check = func(s Scenario) string {
		if !there(s) {
			return ""
		}
		return check(s)
	}
	return v
}

// ofOpenLoop is a value that an open loop must have and a closed one must not.
func ofOpenLoop(v value, there func(Scenario) bool) value {
	check := v.check
	v.check = func(s Scenario) string {
		switch {
		case s.Load.Open():
			return check(s)
		case there(s):
			return "means nothing without load.rate or stages with rates"
		}
		return ""
	}
	return v
}

// ratePattern is a number a second or a minute.
var ratePattern = regexp.MustCompile(`^(.*)/(s|m)$`)

// rate is a number of arrivals a second from minRate to maxRate.
func rate(at func(*Scenario) *Rate) value {
	const expected = "a rate such as 500/s or 90/m"
	judge := func(r Rate) string { return outside(float64(r), minRate, maxRate, showRate) }
	read := func(n *node, s *Scenario) string {
		if n.isShortNumber() {
			return fmt.Sprintf("%s has no unit: write %s/s or %s/m", n.text, n.text, n.text)
		}
		match := ratePattern.FindStringSubmatch(n.text)
		if match == nil {
			return mustBe(expected, n)
		}
		number, ok := readDecimal(match[1])
		if !ok {
			return mustBe(expected, n)
		}
		if match[2] == "m" {
			number /= time.Minute.Seconds()
		}
		*at(s) = Rate(number)
		return judge(Rate(number)) // here too: 0 means that there is none
	}
	return value{
		read:  scalar(read, expected),
		check: func(s Scenario) string { return judge(*at(&s)) },
		write: func(s Scenario) string { return (*at(&s)).String() },
	}
}

// String is the rate as scenarios write it: a minute, if that is whole and a
// second is not.
func (r Rate) String() string {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	perMinute := math.Round(float64(r) * time.Minute.Seconds())
	if float64(r) != math.Trunc(float64(r)) && perMinute/time.Minute.Seconds() == float64(r) {
		return plain(perMinute) + "/m"
	}
	return plain(float64(r)) + "/s"
}

func showRate(r float64) string { return Rate(r).String() }

// stages is the list of the parts of a run.
func stages() value {
	read := func(n *node, s *Scenario) []mistake {
		s.Load.Stages = nil
		if n.kind != listNode {
			return []mistake{{n.at, mustBe("a list such as [{ rate: 100/s, duration: 5s }]", n)}}
		}
		if len(n.items) == 0 {
			return []mistake{{n.at, "has no stage"}}
		}
		var mistakes []mistake
		for i, item := range n.items {
			stage, wrong := readStage(item)
			for _, m := range wrong {
				mistakes = append(mistakes, mistake{m.at, fmt.Sprintf("%d: %s", i, m.message)})
			}
			s.Load.Stages = append(s.Load.Stages, stage)
			if message := unlike(s.Load.Stages, i); wrong == nil && mistakes == nil && message != "" {
				mistakes = append(mistakes, mistake{item.at, fmt.Sprintf("%d: %s", i, message)})
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
	return value{read: read, check: check, write: writeStages, list: true}
}

func readStage(item *node) (stage Stage, mistakes []mistake) {
	if item.kind != mappingNode {
		return stage, []mistake{{item.at, mustBe("a mapping of duration and either workers or rate", item)}}
	}
	mistakes = readMembers(item, stageMembers(&stage))
	if message := checkStage(stage); mistakes == nil && message != "" {
		mistakes = []mistake{{item.at, message}}
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

// unlike says that a stage is not of the first one's kind.
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

// resolveLoad fills in what follows from the load that was given. Limits beside
// stages are reported here, because only here is known who gave them.
func (d *decoder) resolveLoad() {
	_, workers := d.given["load.workers"]
	_, duration := d.given["load.duration"]
	_, operations := d.given["load.operations"]
	load := &d.scenario.Load
	if operations && !duration {
		load.Duration = 0
	}
	if d.isFaulty("load.stages") {
		// Nothing follows from stages that could not be read.
		load.Stages, load.Arrivals, load.Overload = nil, "", ""
	}
	if len(load.Stages) > 0 && duration {
		d.add(d.given["load.duration"], "load.duration: load.stages have durations of their own, %s together: leave this one out",
			showDuration(load.stagesDuration()))
	}
	load.resolve(workers)
}

func checkThink(s Scenario) string {
	if s.Load.Think > 0 && s.Load.Open() {
		return "load.think: workers think in a closed loop only: with a rate, operations are due at times of their own"
	}
	return ""
}

func checkRateAndStages(s Scenario) string {
	if s.Load.Rate > 0 && len(s.Load.Stages) > 0 {
		return "load.rate: cannot be given beside load.stages: put it into a stage"
	}
	return ""
}

func checkStagedOperations(s Scenario) string {
	if s.Load.Operations > 0 && len(s.Load.Stages) > 0 {
		return "load.operations: cannot be given beside load.stages, whose durations end the run"
	}
	return ""
}

func checkStagedDuration(s Scenario) string {
	if sum := s.Load.stagesDuration(); len(s.Load.Stages) > 0 && s.Load.Duration != sum {
		return fmt.Sprintf("load.duration: must be that of load.stages together, %s, not %s", showDuration(sum), showDuration(s.Load.Duration))
	}
	return ""
}

func checkStagedWorkers(s Scenario) string {
	if most := s.Load.mostWorkers(); most > 0 && s.Load.Workers != most {
		return fmt.Sprintf("load.workers: must be the most that load.stages have, %d, not %d: leave it out", most, s.Load.Workers)
	}
	return ""
}
