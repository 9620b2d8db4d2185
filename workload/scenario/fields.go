package scenario

import (
	"strings"
	"time"

	"contend/counter"
	"contend/internal/suggest"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario/yamltree"
)

// Limits beyond which a number is a slip, not a wish. They keep a run from
// using up the memory, the sockets or the patience of the machine.
const (
	maxWorkers    = 10_000
	maxCounters   = 1_000_000
	maxOperations = 1_000_000_000
	maxAttempts   = 1_000_000
	maxWeight     = 1_000_000
	maxCapacity   = 1_000_000_000 // units a second
	maxFactor     = 100
	maxExponent   = 100  // of zipf
	maxPrice      = 1000 // dollars for a million units

	maxDuration   = 7 * 24 * time.Hour
	maxWait       = time.Hour
	maxMarkerTTL  = 365 * 24 * time.Hour
	maxLatency    = time.Minute
	minRequest    = time.Millisecond
	maxRequest    = 15 * time.Minute
	maxTextLength = 1000 // characters of a description
)

// field is one field of a scenario: either a value or a mapping of fields.
type field struct {
	name string
	value
	fields []field
	// replace clears what a mapping replaces as a whole when it is given.
	replace func(s *Scenario)
	// block: Encode gives each field of the mapping its own line.
	block bool
}

// value is how a field's value is read, judged and written. The three agree:
// what read takes and check lets pass, write writes so that read takes it.
type value struct {
	// read stores the value of n in s, or says what n should have been.
	read func(n *yamltree.Node, s *Scenario) []mistake
	// check says what is wrong with the value in s; "" if nothing is.
	check func(s Scenario) string
	// write is the value's text; "" to leave the field out.
	write func(s Scenario) string
	// list: the value is a list, its elements are numbered from 0.
	list bool
}

// mistake is what is wrong with a value that was read; at is within it.
type mistake struct {
	at      yamltree.Position
	message string
}

// scenarioFields lists the fields of a scenario in the order of the contract.
func scenarioFields() []field {
	return []field{
		{name: "name", value: text(func(s *Scenario) *string { return &s.Name }, checkName)},
		{name: "description", value: text(func(s *Scenario) *string { return &s.Description }, checkDescription)},
		{name: "seed", value: seed()},
		{name: "target", value: text(func(s *Scenario) *string { return &s.Target }, checkTarget)},
		{name: "table", value: text(func(s *Scenario) *string { return &s.Table }, checkTable)},
		{name: "counters", fields: []field{
			{name: "count", value: whole(func(s *Scenario) *int { return &s.Counters.Count }, 1, maxCounters)},
			{name: "initial", value: anyWhole(func(s *Scenario) *int64 { return &s.Counters.Initial })},
			{name: "floor", value: floor()},
			{name: "pick", value: pick()},
			{name: "attribute", value: attribute()},
		}},
		{name: "strategy", value: word(func(s *Scenario) *string { return &s.Strategy }, counter.StrategyNames())},
		{name: "parameters", fields: parameterFields()},
		{name: "retry", fields: retryFields(), block: true},
		{name: "sdk_retry", value: word(func(s *Scenario) *SDKRetry { return &s.SDKRetry },
			[]SDKRetry{SDKRetryNone, SDKRetryStandard, SDKRetryStandard2026, SDKRetryAdaptive})},
		{name: "load", fields: loadFields()},
		{name: "operations", fields: mixFields(), replace: func(s *Scenario) { s.Operations = Mix{} }},
		{name: "reads", value: word(func(s *Scenario) *Consistency { return &s.Reads }, []Consistency{ReadsStrong, ReadsEventual})},
		{name: "view", value: word(func(s *Scenario) *View { return &s.View }, []View{ViewFresh, ViewKept})},
		{name: "embedded", fields: []field{
			{name: "latency", fields: []field{
				{name: "mean", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.Latency.Mean }, 0, maxLatency)},
				{name: "sd", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.Latency.SD }, 0, maxLatency)},
			}},
			{name: "write_capacity", value: whole(func(s *Scenario) *int { return &s.Embedded.WriteCapacity }, 0, maxCapacity)},
			{name: "read_capacity", value: whole(func(s *Scenario) *int { return &s.Embedded.ReadCapacity }, 0, maxCapacity)},
			{name: "read_lag", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.ReadLag }, 0, maxWait)},
			{name: "misbehave", value: misbehaviours()},
		}},
		{name: "request_timeout", value: duration(func(s *Scenario) *time.Duration { return &s.RequestTimeout }, minRequest, maxRequest)},
		{name: "faults", value: faultRules()},
		{name: "price", fields: []field{
			{name: "write", value: decimal(func(s *Scenario) *float64 { return &s.Price.Write }, 0, maxPrice)},
			{name: "read", value: decimal(func(s *Scenario) *float64 { return &s.Price.Read }, 0, maxPrice)},
		}},
		{name: "thresholds", value: thresholds()},
	}
}

// parameterFields are written if the scenario's design has them, or if they are
// not the default.
func parameterFields() []field {
	of := func(design string, v value) value {
		write := v.write
		v.write = func(s Scenario) string {
			text := write(s)
			if s.Strategy != design && text == write(Default()) {
				return ""
			}
			return text
		}
		return v
	}
	return []field{
		{name: "history", value: of(counter.ConditionalHistoryName,
			whole(func(s *Scenario) *int { return &s.Parameters.History }, 1, counter.MaxHistory))},
		{name: "marker_ttl", value: of(counter.TransactionMarkerName,
			duration(func(s *Scenario) *time.Duration { return &s.Parameters.MarkerTTL }, time.Second, maxMarkerTTL))},
		{name: "shards", value: of(counter.ShardedName,
			whole(func(s *Scenario) *int { return &s.Parameters.Shards }, 1, counter.MaxShards))},
		{name: "snapshot", value: of(counter.ShardedName, truth(func(s *Scenario) *bool { return &s.Parameters.Snapshot }))},
	}
}

func retryFields() []field {
	return []field{
		{name: "policy", value: word(func(s *Scenario) *retry.Kind { return &s.Retry.Kind }, retry.Kinds())},
		{name: "base", value: duration(func(s *Scenario) *time.Duration { return &s.Retry.Base }, 0, maxWait)},
		{name: "cap", value: duration(func(s *Scenario) *time.Duration { return &s.Retry.Cap }, 0, maxWait)},
		{name: "factor", value: decimal(func(s *Scenario) *float64 { return &s.Retry.Factor }, 1, maxFactor)},
		{name: "max_attempts", value: whole(func(s *Scenario) *int { return &s.Retry.MaxAttempts }, 0, maxAttempts)},
		{name: "deadline", value: duration(func(s *Scenario) *time.Duration { return &s.Retry.Deadline }, 0, maxDuration)},
		{name: "on", value: outcomes()},
		{name: "refresh", value: word(func(s *Scenario) *Refresh { return &s.Retry.Refresh },
			[]Refresh{RefreshAfterWait, RefreshAtConflict, RefreshFromConflict})},
	}
}

func mixFields() []field {
	var fields []field
	for _, kind := range history.Kinds() {
		at := func(s *Scenario) *int { return &s.Operations[kind] }
		fields = append(fields, field{name: kind.String(), value: whole(at, 0, maxWeight)})
	}
	return fields
}

// fieldNamed is the field of that name, or nil.
func fieldNamed(fields []field, name string) *field {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

// unknownField says that a mapping has no such field, and which one was
// probably meant: one of the mapping's, or one of that very name elsewhere.
func unknownField(parent, name string, fields []field) string {
	message := "unknown field " + yamltree.Quote(yamltree.Join(parent, name))
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if word, value, found := strings.Cut(name, ":"); found && fieldNamed(fields, word) != nil {
		return message + ": YAML needs a space after the colon, as in " + yamltree.Quote(word+": "+value)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return message + `: did you mean "` + yamltree.Join(parent, near) + `"?`
	}
	if elsewhere := pathEndingIn(scenarioFields(), "", name); elsewhere != "" {
		return message + `: did you mean "` + elsewhere + `"?`
	}
	return message + suggest.Hint("", names)
}

func pathEndingIn(fields []field, parent, name string) string {
	for _, f := range fields {
		path := yamltree.Join(parent, f.name)
		if suggest.Plain(f.name) == suggest.Plain(name) {
			return path
		}
		if found := pathEndingIn(f.fields, path, name); found != "" {
			return found
		}
	}
	return ""
}
