package scenario

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"contend/counter"
	"contend/internal/pattern"
	"contend/internal/suggest"
	"contend/workload/history"
	"contend/workload/scenario/yamltree"
)

func checkThink(s Scenario) string {
	if s.Load.Think > 0 && s.Load.Open() {
		return "load.think: has no effect in an open loop: with a rate, workers do not pause between operations"
	}
	return ""
}

func checkRateAndStages(s Scenario) string {
	if s.Load.Rate > 0 && len(s.Load.Stages) > 0 {
		return "load.rate: cannot be combined with load.stages: put it into a stage"
	}
	return ""
}

func checkStagedOperations(s Scenario) string {
	if s.Load.Operations > 0 && len(s.Load.Stages) > 0 {
		return "load.operations: cannot be combined with load.stages, whose durations end the run"
	}
	return ""
}

func checkStagedDuration(s Scenario) string {
	if sum := s.Load.stagesDuration(); len(s.Load.Stages) > 0 && s.Load.Duration != sum {
		return fmt.Sprintf("load.duration: must be the sum of load.stages, %s, not %s", showDuration(sum), showDuration(s.Load.Duration))
	}
	return ""
}

func checkStagedWorkers(s Scenario) string {
	if most := s.Load.peakWorkers(); most > 0 && s.Load.Workers != most {
		return fmt.Sprintf("load.workers: must be the maximum of load.stages, %d, not %d: leave it out", most, s.Load.Workers)
	}
	return ""
}

// Validate checks a scenario by the rules of [Decode]. The error is an [*Error] with all
// problems, without positions.
func Validate(s Scenario) error { return validate(s, func(string) bool { return true }) }

// ValidateParts is [Validate] with only the rules that use one of the given top-level
// fields, or a part of one.
func ValidateParts(s Scenario, fields ...string) error {
	return validate(s, func(path string) bool {
		field, _, _ := strings.Cut(path, ".")
		return slices.Contains(fields, field)
	})
}

func validate(s Scenario, looksAt func(path string) bool) error {
	var found yamltree.Problems
	for _, r := range rules() {
		if !slices.ContainsFunc(r.paths, looksAt) {
			continue
		}
		if message := r.check(s); message != "" {
			found.Add(yamltree.Position{}, "%s", message)
		}
	}
	return found.Err()
}

// rule is a condition on a scenario as a whole or on one field of it.
type rule struct {
	// paths are the fields that the rule uses. If the file gives several, a
	// violation is reported at the first of them.
	paths []string
	// check returns a message that names the field; "" if nothing is wrong.
	check func(s Scenario) string
}

// rules lists the rules of valid scenarios: those of each field, then those between
// fields. Nobody may change what it returns.
var rules = sync.OnceValue(newRules)

func newRules() []rule {
	all := append(append(fieldRules("", scenarioFields()), policyRules()...), execRules()...)
	return append(all,
		rule{[]string{"operations"}, checkMix},
		rule{[]string{"load.duration", "load.operations"}, checkLimits},
		rule{[]string{"load.warmup", "load.duration"}, checkWarmup},
		rule{[]string{"load.think", "load.rate", "load.stages"}, checkThink},
		rule{[]string{"load.rate", "load.stages"}, checkRateAndStages},
		rule{[]string{"load.operations", "load.stages"}, checkStagedOperations},
		rule{[]string{"load.duration", "load.stages"}, checkStagedDuration},
		rule{[]string{"load.workers", "load.stages"}, checkStagedWorkers},
		rule{[]string{"counters.count", "load.workers", "view"}, checkViews},
		rule{[]string{"load.workers", "load.stages", "target"}, checkRealWorkers},
		rule{[]string{"counters.floor", "strategy"}, checkFloor},
		rule{[]string{"operations.decrement", "strategy"}, checkDecrements},
		rule{[]string{"operations.amount", "strategy"}, checkAmount},
		rule{[]string{"operations.transfer", "strategy"}, checkTransfers},
		rule{[]string{"operations.transfer", "counters.count"}, checkTransferCounters},
		rule{[]string{"counters.attribute", "strategy"}, checkMisfit("attribute")},
		rule{[]string{"counters.version", "strategy"}, checkMisfit("version")},
		rule{[]string{"counters.key", "strategy"}, checkMisfit("key")},
		rule{[]string{"counters.item", "strategy"}, checkMisfit("item")},
		rule{[]string{"counters.key", "counters.count"}, checkKeyNames},
		rule{[]string{"counters.keep", "table"}, checkKeep},
		rule{[]string{"sdk_retry", "target"}, checkSimulatedRetry},
		rule{[]string{"table", "target"}, checkSimulatedTable},
		rule{[]string{"embedded.throughput", "embedded.write_capacity", "embedded.read_capacity"}, checkOneModel},
	)
}

// checkFloor and checkDecrements check that the design supports what the scenario uses.
func checkFloor(s Scenario) string {
	return checkTrait(s, s.Counters.Floor.Set, "counters.floor", "cannot refuse a decrement",
		func(t counter.Traits) bool { return t.Floor })
}

func checkDecrements(s Scenario) string {
	return checkTrait(s, s.Operations[history.Decrement] > 0, "operations.decrement", "cannot count down",
		func(t counter.Traits) bool { return t.Decrements })
}

// checkTransfers and checkTransferCounters check that there can be transfers.
func checkTransfers(s Scenario) string {
	return checkTrait(s, s.Operations[history.Transfer] > 0, "operations.transfer", "changes one counter at a time",
		func(t counter.Traits) bool { return t.Transfers })
}

func checkTransferCounters(s Scenario) string {
	if s.Operations[history.Transfer] > 0 && s.Counters.Count < 2 {
		return fmt.Sprintf("operations.transfer: needs counters.count to be at least 2, not %d", s.Counters.Count)
	}
	return ""
}

// checkTrait returns a message if a scenario uses something that its design does not
// support, with the designs that do.
func checkTrait(s Scenario, used bool, path, lack string, has func(counter.Traits) bool) string {
	traits, known := traitsOf(s.Strategy)
	if !used || !known || has(traits) {
		return ""
	}
	var can []string
	for _, name := range counter.StrategyNames() {
		if traits, _ := counter.TraitsOf(name); has(traits) {
			can = append(can, name)
		}
	}
	return fmt.Sprintf("%s: the strategy %s %s (these can: %s)", path, s.Strategy, lack, strings.Join(can, ", "))
}

func fieldRules(parent string, fields []field) []rule {
	var rules []rule
	for _, f := range fields {
		path := yamltree.Join(parent, f.name)
		rules = append(rules, fieldRules(path, f.fields)...)
		for _, v := range []*value{&f.value, f.orList} {
			if v != nil && v.check != nil {
				rules = append(rules, v.rule(path))
			}
		}
	}
	return rules
}

func (v *value) rule(path string) rule {
	return rule{[]string{path}, func(s Scenario) string {
		if message := v.check(s); message != "" {
			return path + ": " + message
		}
		return ""
	}}
}

func checkMix(s Scenario) string {
	if s.Operations == (Mix{}) {
		return fmt.Sprintf("operations: all weights are 0: give %s, %s, %s or %s one above 0",
			history.Increment, history.Decrement, history.Read, history.Transfer)
	}
	return ""
}

func checkLimits(s Scenario) string {
	if s.Load.Duration == 0 && s.Load.Operations == 0 {
		return "load: needs a duration or a number of operations above 0"
	}
	return ""
}

func checkWarmup(s Scenario) string {
	if s.Load.Duration > 0 && s.Load.Warmup >= s.Load.Duration {
		return fmt.Sprintf("load: warmup (%s) must be less than duration (%s)", showDuration(s.Load.Warmup), showDuration(s.Load.Duration))
	}
	return ""
}

func checkSimulatedRetry(s Scenario) string {
	if s.Target == TargetSimulated && s.SDKRetry == SDKRetryAdaptive {
		return "sdk_retry: the mode adaptive cannot be simulated, because it measures rates by a clock of its own"
	}
	return ""
}

func checkSimulatedTable(s Scenario) string {
	if s.Target == TargetSimulated && s.Table != "" && checkTable(s.Table) == "" { // else one problem says enough
		return "table: has no meaning for the target simulated, where each run has a server of its own"
	}
	return ""
}

// checkRealWorkers bounds the sockets of a run in real time. Simulated workers have none.
func checkRealWorkers(s Scenario) string {
	if s.Target == TargetSimulated || s.Load.Workers <= maxReal || s.Load.Workers > maxWorkers {
		return ""
	}
	return fmt.Sprintf("load.workers: must be at most %d, not %d, unless the target is %s", maxReal, s.Load.Workers, TargetSimulated)
}

// maxViews bounds the memory of a run in which every worker keeps a view of every
// counter.
const maxViews = 10_000_000

func checkViews(s Scenario) string {
	workers, counters := int64(s.Load.Workers), int64(s.Counters.Count)
	if s.View != ViewKept || workers > maxWorkers || counters > maxCounters || workers*counters <= maxViews {
		return ""
	}
	return fmt.Sprintf("counters: %d counters times %d workers are too many for view: %s: the product must be at most %d",
		counters, workers, ViewKept, maxViews)
}

// maxNameLength keeps the name of a run's table within DynamoDB's 255
// characters.
const maxNameLength = 64

const nameExpression = `^[a-z0-9-]+$`

// DynamoDB's rule for table names (CreateTable, TableName).
const (
	tableCharacters = `[a-zA-Z0-9_.-]`
	minTableLength  = 3
	maxTableLength  = 255
)

var (
	namePattern = pattern.Lazy(nameExpression)
	// tablePattern leaves the length out: with it the expression would take milliseconds
	// to compile.
	tablePattern = pattern.Lazy(`^` + tableCharacters + `+$`)
)

func checkName(name string) string {
	switch {
	case name == "":
		return "is missing"
	case len(name) > maxNameLength:
		return fmt.Sprintf("must have at most %d characters, not %d", maxNameLength, utf8.RuneCountInString(name))
	case !namePattern().MatchString(name):
		return "must be of the letters a to z, digits and hyphens, not " + yamltree.Quote(name)
	}
	return ""
}

func checkDescription(description string) string {
	if n := utf8.RuneCountInString(description); n > maxTextLength {
		return fmt.Sprintf("must have at most %d characters, not %d", maxTextLength, n)
	}
	for _, r := range description {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return fmt.Sprintf("the character %U is not allowed", r)
		}
	}
	return ""
}

// checkTable accepts an empty name: the run then creates a table of its own.
func checkTable(table string) string {
	if table == "" || len(table) >= minTableLength && len(table) <= maxTableLength && tablePattern().MatchString(table) {
		return ""
	}
	return "must be 3 to 255 of the letters a to z and A to Z, digits, _, - and ., not " + yamltree.Quote(table)
}

func checkTarget(target string) string {
	if slices.Contains(Targets(), target) {
		return ""
	}
	if near := suggest.Nearest(target, Targets()); near != "" {
		return unknownName(target, []string{near})
	}
	u, err := url.Parse(target)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.Opaque != "", !validPort(u):
		return "must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not " + yamltree.Quote(target)
	case u.User != nil:
		return "must not hold a user or password: credentials come from the environment"
	case u.RawQuery != "", u.ForceQuery, u.Fragment != "", strings.HasSuffix(target, "#"):
		return "must end after the host or path, not with ? or #: " + yamltree.Quote(target)
	}
	return ""
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && port >= 1 && port <= 65535
}
