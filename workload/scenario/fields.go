package scenario

import (
	"strings"
	"sync"
	"time"

	"contend/counter"
	"contend/internal/suggest"
	"contend/workload/history"
	"contend/workload/pace"
	"contend/workload/scenario/yamltree"
)

// Limits beyond which a number is a typing error. They keep a run from using up the
// memory or the sockets of the machine, or from never ending.
const (
	maxWorkers    = 100_000
	maxReal       = 10_000 // workers of a run that is not simulated
	maxCounters   = 1_000_000
	maxOperations = 1_000_000_000
	maxAttempts   = 1_000_000
	maxWeight     = 1_000_000
	maxCapacity   = 1_000_000_000 // units a second
	maxFactor     = 100
	maxChain      = 64
	maxRatio      = 100 // retries for a success
	maxBurst      = 1_000_000
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
	name  string
	about string // what the field is for, in a sentence
	value
	fields []field
	// orList: in place of the mapping of fields, there may be this list.
	orList *value
	// replace clears what a mapping replaces as a whole when it is given.
	replace func(s *Scenario)
	// block: Encode gives each field of the mapping its own line.
	block bool
	// last: the field is read after the others of its mapping, wherever it stands.
	last bool
}

// value says how a field's value is read, checked and written. The three agree: read
// accepts the text that write makes of any value that passed check.
type value struct {
	// read stores the value of n in s, or returns what is wrong with n.
	read func(n *yamltree.Node, s *Scenario) []mistake
	// check says what is wrong with the value in s; "" if nothing is.
	check func(s Scenario) string
	// write is the value's text; "" to leave the field out.
	write func(s Scenario) string
	// schema is the JSON Schema of the value, as far as it can say what read takes
	// and check lets pass.
	schema map[string]any
	// list: the value is a list, its elements are numbered from 0.
	list bool
}

// mistake is a problem of a value; at is a position within the value.
type mistake struct {
	at      yamltree.Position
	message string
}

// scenarioFields lists the fields of a scenario in the order in which they are written.
// Nobody may change what it returns.
var scenarioFields = sync.OnceValue(newFields)

func newFields() []field {
	return []field{
		{name: "name", about: "The name of the scenario: letters a to z, digits and hyphens.", value: text(func(s *Scenario) *string { return &s.Name }, checkName, nameSchema())},
		{name: "description", about: "What the scenario shows, in a sentence.", value: text(func(s *Scenario) *string { return &s.Description }, checkDescription, anyText())},
		{name: "seed", about: "The seed of everything random.", value: seed()},
		{name: "target", about: "The store: embedded, simulated, aws, or the URL of a DynamoDB-compatible server.", value: text(func(s *Scenario) *string { return &s.Target }, checkTarget, targetSchema())},
		{name: "table", about: "An existing table, or the name of one to create. Without it each run has a new table of its own.", value: text(func(s *Scenario) *string { return &s.Table }, checkTable, tableSchema())},
		{name: "counters", about: "The counters that the workers share.", fields: []field{
			{name: "count", about: "How many counters there are.", value: whole(func(s *Scenario) *int { return &s.Counters.Count }, 1, maxCounters)},
			{name: "initial", about: "The value that each counter begins with.", value: anyWhole(func(s *Scenario) *int64 { return &s.Counters.Initial })},
			{name: "floor", about: "No decrement goes below this value; it is refused instead.", value: floor()},
			{name: "pick", about: "How an operation chooses its counter.", value: pick()},
			{name: "key", about: "The key of the table and of each counter in it, if it is not id: the partition key first.", value: tableKey()},
			{name: "attribute", about: "The number's attribute in items of another program; a point leads into a map.", value: path("attribute", func(s *Scenario) *string { return &s.Counters.Attribute })},
			{name: "version", about: "The attribute that counts the writes, in items of another program.", value: path("version", func(s *Scenario) *string { return &s.Counters.Version })},
			{name: "item", about: "The other attributes of a counter that the run creates.", value: item()},
			{name: "keep", about: "Leave the items of a table that was there before as the run leaves them.", value: omitZero(truth(func(s *Scenario) *bool { return &s.Counters.Keep }), "false")},
		}},
		{name: "strategy", about: "The counter design.", value: word(func(s *Scenario) *string { return &s.Strategy }, strategyNames())},
		{name: "exec", about: "The program of the strategy exec, which keeps the counters in a way of its own.", fields: execFields()},
		{name: "parameters", about: "Parameters of the designs that have one.", fields: parameterFields()},
		{name: "retry", about: "What a worker does after an attempt that was not applied.", fields: retryFields(), block: true},
		{name: "sdk_retry", about: "The SDK's own retries, below those of the policy.", value: word(func(s *Scenario) *SDKRetry { return &s.SDKRetry },
			[]SDKRetry{SDKRetryNone, SDKRetryStandard, SDKRetryStandard2026, SDKRetryAdaptive})},
		{name: "load", about: "How many workers do how much, for how long.", fields: loadFields()},
		{name: "operations", about: "The weights of the kinds of operations, and by how much they change a counter. Kinds that are not given have the weight 0.", fields: mixFields(), replace: func(s *Scenario) { s.Operations, s.Amount = Mix{}, one }},
		{name: "reads", about: "What read operations send: strongly or eventually consistent reads.", value: word(func(s *Scenario) *Consistency { return &s.Reads }, []Consistency{ReadsStrong, ReadsEventual})},
		{name: "view", about: "fresh: an operation starts with a strong read; kept: it starts from what the worker saw last.", value: word(func(s *Scenario) *View { return &s.View }, []View{ViewFresh, ViewKept})},
		{name: "embedded", about: "How the embedded server behaves, also in simulated time. Other targets ignore it.", fields: []field{
			{name: "latency", about: "The modelled latency of each request: a normal distribution cut off at 0. A list has one for each share of the workers.", fields: []field{
				{name: "mean", about: "The mean.", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.Latency.Mean }, 0, maxLatency)},
				{name: "sd", about: "The standard deviation.", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.Latency.SD }, 0, maxLatency)},
			}, orList: new(latencies())},
			{name: "write_capacity", about: "Write units per partition key and second; 0: no limit.", value: whole(func(s *Scenario) *int { return &s.Embedded.WriteCapacity }, 0, maxCapacity)},
			{name: "read_capacity", about: "Read units per partition key and second; 0: no limit.", value: whole(func(s *Scenario) *int { return &s.Embedded.ReadCapacity }, 0, maxCapacity)},
			{name: "throughput", about: "What tables and partitions sustain, as DynamoDB has it, in place of write_capacity and read_capacity.", fields: throughputFields(), replace: defaultThroughput},
			{name: "burst_used", about: "Keys and tables have saved no unused throughput when the run begins.", value: burstUsed()},
			{name: "read_lag", about: "How far eventually consistent reads are behind.", value: duration(func(s *Scenario) *time.Duration { return &s.Embedded.ReadLag }, 0, maxWait)},
			{name: "misbehave", about: "Faults that are planted in the embedded server, to see which checks notice them.", value: misbehaviours()},
		}},
		{name: "simulated", about: "What is simulated besides the server. Other targets ignore it.", fields: []field{
			{name: "client", about: "How long the client itself works for one request.", value: ofSimulation(duration(func(s *Scenario) *time.Duration { return &s.Simulated.Client }, 0, maxLatency))},
		}},
		{name: "request_timeout", about: "How long a request may take.", value: duration(func(s *Scenario) *time.Duration { return &s.RequestTimeout }, minRequest, maxRequest)},
		{name: "faults", about: "Faults that are injected between client and server.", value: faultRules()},
		{name: "price", about: "What the store costs, in dollars.", fields: priceFields()},
		{name: "thresholds", about: `Limits that the run must keep, such as "p99 < 200ms".`, value: thresholds()},
	}
}

// ofSimulation is written for the target simulated, or if it is not the default.
func ofSimulation(v value) value {
	write := v.write
	v.write = func(s Scenario) string {
		text := write(s)
		if s.Target != TargetSimulated && text == write(Default()) {
			return ""
		}
		return text
	}
	return v
}

// parameterFields are written if the scenario's design uses them, or if they are not
// the default.
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
		{name: "history", about: "conditional-history: how many tokens are kept in the item.", value: of(counter.ConditionalHistoryName,
			whole(func(s *Scenario) *int { return &s.Parameters.History }, 1, counter.MaxHistory))},
		{name: "marker_ttl", about: "transaction-marker: how long a marker is kept.", value: of(counter.TransactionMarkerName,
			duration(func(s *Scenario) *time.Duration { return &s.Parameters.MarkerTTL }, time.Second, maxMarkerTTL))},
		{name: "shards", about: "sharded: how many items the counter is spread over.", value: of(counter.ShardedName,
			whole(func(s *Scenario) *int { return &s.Parameters.Shards }, 1, counter.MaxShards))},
		{name: "snapshot", about: "sharded: read all items at one moment, for twice the read units.", value: of(counter.ShardedName, truth(func(s *Scenario) *bool { return &s.Parameters.Snapshot }))},
	}
}

func loadFields() []field {
	return []field{
		{name: "workers", about: "How many workers there are; in an open loop, how many operations can be in progress at the same time.", value: whole(func(s *Scenario) *int { return &s.Load.Workers }, 1, maxWorkers)},
		{name: "duration", about: "How long the load lasts.", value: loadDuration()},
		{name: "operations", about: "How many operations there are, all workers together; 0: no limit.", value: omitZero(whole(func(s *Scenario) *int64 { return &s.Load.Operations }, 0, maxOperations), "0")},
		{name: "think", about: "How long a worker waits between two operations: a duration, or exponential(10s) for random waits with that mean.", value: think()},
		{name: "warmup", about: "How much of the beginning is left out of the measurements.", value: omitZero(duration(func(s *Scenario) *time.Duration { return &s.Load.Warmup }, 0, maxDuration), "0s")},
		{name: "rate", about: "An open loop: how many operations arrive, such as 500/s or 90/m.", value: omitZero(optional(rate(func(s *Scenario) *Rate { return &s.Load.Rate }), func(s Scenario) bool { return s.Load.Rate != 0 }), "0/s")},
		{name: "arrivals", about: "How the arrivals of an open loop are spread.", value: ofOpenLoop(word(func(s *Scenario) *pace.Arrivals { return &s.Load.Arrivals }, []pace.Arrivals{pace.Uniform, pace.Poisson}),
			func(s Scenario) bool { return s.Load.Arrivals != "" })},
		{name: "overload", about: "What happens to an arrival that finds all workers busy.", value: ofOpenLoop(word(func(s *Scenario) *Overload { return &s.Load.Overload }, []Overload{OverloadQueue, OverloadDrop}),
			func(s Scenario) bool { return s.Load.Overload != "" })},
		{name: "stages", about: "Parts of the load with workers or rates of their own.", value: stages()},
	}
}

func mixFields() []field {
	var fields []field
	for _, kind := range history.Kinds() {
		at := func(s *Scenario) *int { return &s.Operations[kind] }
		about, weight := "The weight of "+kind.String()+"s among the operations.", whole(at, 0, maxWeight)
		if kind == history.Transfer {
			about, weight = "The weight of transfers from one counter to another, in one transaction.", omitZero(weight, "0")
		}
		fields = append(fields, field{name: kind.String(), about: about, value: weight})
	}
	return append(fields, field{name: "amount", about: "By how much an increment, a decrement or a transfer changes a counter.", value: amount()})
}

// fieldNamed returns the field with that name, or nil.
func fieldNamed(fields []field, name string) *field {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

// unknownField returns the message for an unknown field, with the field that was
// probably meant: one of the same mapping, or one with the same name elsewhere.
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
