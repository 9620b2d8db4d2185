package scenario

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/embedded/misbehave"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/threshold"
)

const encoded = `name: hot-key
description: "Thirty-two workers: one counter."
seed: 1
target: http://127.0.0.1:8000
table: mine
counters: { count: 1, initial: -5, floor: -7, pick: zipf(1.1), attribute: hits }
strategy: conditional
retry:
  policy: full-jitter
  base: 5ms
  cap: 1s
  factor: 2
  max_attempts: 0
  deadline: 1m30s
  on: [conflict, throttled, unknown]
  refresh: after-wait
sdk_retry: standard-2026
load: { workers: 32, operations: 10000, think: exponential(2m), warmup: 1m }
operations: { increment: 90, decrement: 5, read: 5 }
reads: strong
view: fresh
embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 1000, read_capacity: 3000, read_lag: 1h, misbehave: [{ kind: lose-update, one_in: 100000 }, { kind: go-back, one_in: 1 }] }
request_timeout: 5s
faults: [{ kind: lost-reply, probability: 0.01, count: 100, on: [update], from: 2s, to: 4s }, { kind: partition, workers: 8 }, { kind: delay, count: 1, delay: 5ms }, { kind: delay, count: 1, delay: { mean: 5ms, sd: 1ms } }]
price: { write: 0.625, read: 0.125, provisioned: { write: 0.00065, read: 0.00013 }, storage: 0.25 }
thresholds: ["p99 < 200ms", "conflict_rate <= 80%", { limit: "p95 < 100ms", abort_after: 1m30s }, "cost_per_million < $1.25", "exactly_once == pass"]
`

// Loads that are no closed loops are written like this.
func TestEncodeLoad(t *testing.T) {
	for _, load := range []string{
		"{ workers: 32, duration: 10s, rate: 500/s, arrivals: poisson, overload: queue }",
		"{ workers: 32, operations: 9, rate: 7/m, arrivals: uniform, overload: drop }",
		"{ workers: 8, think: 1ms, stages: [{ workers: 8, duration: 5s }, { workers: 1, duration: 1m, ramp: true }] }",
		"{ workers: 4, arrivals: poisson, overload: queue, stages: [{ rate: 100/s, duration: 5s, ramp: true }, { rate: 30/m, duration: 1m }] }",
	} {
		if got := string(Encode(decode(t, "name: x\nload: "+load))); !strings.Contains(got, "\nload: "+load+"\n") {
			t.Errorf("%s: got\n%s", load, got)
		}
	}
}

// The contract's fields, in its order and words.
func TestEncode(t *testing.T) {
	if got := string(Encode(decode(t, encoded))); got != encoded {
		t.Errorf("got\n%s\nwant\n%s", got, encoded)
	}
}

func TestEncodeText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Thirty-two workers, one counter.", "Thirty-two workers, one counter."},
		{"null", `"null"`},
		{"Yes", `"Yes"`},
		{"12", `"12"`},
		{"- a", `"- a"`},
		{"a: b", `"a: b"`},
		{"a #b", `"a #b"`},
		{"trailing ", `"trailing "`},
		{"two\nlines\t\"quoted\" \\", `"two\nlines\t\"quoted\" \\"`},
		{"\u00a0\u2028\ufeffä😀", `"\u00a0\u2028\ufeffä😀"`},
	} {
		if got := writeText(c.text); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
		s := Default()
		s.Name, s.Description = "x", c.text
		checkRoundTrip(t, s)
	}
}

// Random valid scenarios survive encoding and decoding; every field varies, so
// none can be missing from the text.
func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	first, varied := randomScenario(random), map[string]bool{}
	for range 500 {
		s := randomScenario(random)
		checkRoundTrip(t, s)
		differences(reflect.ValueOf(first), reflect.ValueOf(s), "Scenario", varied)
	}
	eachLeaf(reflect.ValueOf(first), "Scenario", func(path string, _ reflect.Value) {
		if !varied[path] {
			t.Errorf("%s never varies, so the test says nothing about it", path)
		}
	})
}

func checkRoundTrip(t *testing.T, s Scenario) {
	t.Helper()
	if err := Validate(s); err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	text := Encode(s)
	got, err := Decode("encoded.yaml", text)
	if err != nil {
		t.Fatalf("%+v:\n%s\n%v", s, text, err)
	}
	if !reflect.DeepEqual(got, s) {
		t.Fatalf("encoded as\n%s\ngot  %+v\nwant %+v", text, got, s)
	}
}

func randomThroughput(r *rand.Rand) Throughput {
	units := func() ThroughputUnits {
		return ThroughputUnits{Write: 1 + r.IntN(maxCapacity), Read: 1 + r.IntN(maxCapacity)}
	}
	wait := func() time.Duration { return minWindow + time.Duration(r.Int64N(int64(maxWindow-minWindow))) }
	c := Throughput{
		Mode: oneOf(r, ThroughputOnDemand, ThroughputProvisioned), Warm: units(), Maximum: units(), Quota: units(), Account: units(), Partition: units(), Partitions: r.IntN(maxPartitions + 1),
		Burst: wait(), Window: wait(), PeakOver: wait(), SplitForHeat: wait(),
	}
	if c.Mode == ThroughputProvisioned {
		c.Units = units()
	}
	return c
}

func randomScenario(r *rand.Rand) Scenario {
	wait := func(limit time.Duration) time.Duration { return time.Duration(r.Int64N(int64(limit) + 1)) }
	s := Scenario{
		Name:        randomText(r, "abcxyz0189-", 1, 64),
		Description: randomText(r, "aZ 0:#-'\"\\{}[],&*!|>%@`?~\t\n\u00a0\u2028\ufeffä😀", 0, 30),
		Seed:        r.Uint64(),
		Target:      oneOf(r, "embedded", "simulated", "aws", "http://localhost:8000", "https://[::1]/x"),
		Table:       oneOf(r, "", "abc", "A_b.c-1", "0123"),
		Counters: Counters{
			Count:     1 + r.IntN(1000),
			Initial:   int64(r.Uint64()),
			Pick:      oneOf(r, Pick{Kind: PickUniform}, Pick{Kind: PickRoundRobin}, Pick{Kind: PickOwn}, Pick{PickZipf, math.Exp(-r.Float64() * 20)}),
			Attribute: oneOf(r, "", "value", "hits", "no", "null", "7", randomText(r, "aZ 0:#-'\"\\{}[],&*!|>%@`?~.\t\n\u00a0\u2028\ufeffä😀", 1, 30)),
		},
		Strategy:   oneOf(r, counter.StrategyNames()...),
		Load:       Load{Workers: 1 + r.IntN(maxReal), Think: wait(maxWait)},
		Operations: Mix{r.IntN(3), r.IntN(3), 1 + r.IntN(maxWeight), r.IntN(3)},
		Amount:     oneOf(r, one, Amount{7, 7}, Amount{1, 9}, Amount{maxAmount, maxAmount}, Amount{1, 1 + r.Int64N(maxAmount)}),
		Reads:      oneOf(r, ReadsStrong, ReadsEventual),
		View:       oneOf(r, ViewFresh, ViewKept),
		Simulated:  Simulated{Client: time.Duration(r.Int64N(int64(time.Second)))},
		Embedded: Embedded{
			Latency:       ModelledLatency{Mean: wait(maxLatency), SD: wait(maxLatency)},
			WriteCapacity: r.IntN(maxCapacity + 1),
			ReadCapacity:  r.IntN(maxCapacity + 1),
			ReadLag:       wait(maxWait),
			BurstUsed:     r.IntN(2) == 0,
			Misbehave:     randomMisbehaviours(r),
		},
		RequestTimeout: minRequest + wait(maxRequest-minRequest),
		SDKRetry:       oneOf(r, SDKRetryNone, SDKRetryStandard, SDKRetryStandard2026, SDKRetryAdaptive),
		Faults:         randomFaults(r),
		Price:          randomPrice(r),
		Thresholds:     randomThresholds(r),
		Parameters:     Default().Parameters,
		Exec: Exec{
			Command: oneOf(r, nil, []string{"./counter"}, []string{"python3", randomText(r, "aZ 0:#-'\"\\{}[],&*!|>%@`?~.\t\nä😀", 0, 30), ""}), Processes: r.IntN(maxProcesses + 1),
			StartTimeout: minRequest + wait(time.Minute), OperationTimeout: minRequest + wait(time.Minute), OnError: oneOf(r, OnErrorStop, OnErrorGoOn),
		},
	}
	s.Load.ThinkVaries = s.Load.Think > 0 && r.IntN(2) == 0
	if s.Target == TargetSimulated {
		s.Table = ""
		s.SDKRetry = oneOf(r, SDKRetryNone, SDKRetryStandard)
	}
	if r.IntN(3) == 0 {
		s.Embedded.Latency, s.Embedded.Latencies = ModelledLatency{}, nil
		for _, share := range []float64{0.125, 0.375, 0.5} {
			s.Embedded.Latencies = append(s.Embedded.Latencies, LatencyShare{share, ModelledLatency{Mean: wait(maxLatency), SD: wait(maxLatency)}})
		}
	}
	if r.IntN(3) == 0 {
		s.Embedded.WriteCapacity, s.Embedded.ReadCapacity = 0, 0
		s.Embedded.Throughput = randomThroughput(r)
	}
	traits, _ := counter.TraitsOf(s.Strategy)
	if r.IntN(2) == 0 {
		randomOwnTable(r, &s)
	}
	if !traits.Foreign {
		s.Counters.Attribute, s.Counters.Version = "", ""
	}
	if part, _ := traits.Misfit(s.Counters.Schema()); part != "" {
		s.Counters.Key, s.Counters.Item = layout.Key{}, nil
	}
	if s.Counters.Schema().Check() != nil {
		s.Counters.Attribute, s.Counters.Item = "hits", nil
		if !traits.Foreign {
			s.Counters.Attribute = ""
		}
	}
	if !traits.Transfers || s.Counters.Count < 2 {
		s.Operations[history.Transfer] = 0
	}
	if !traits.Decrements {
		s.Operations[history.Decrement], s.Amount = 0, one
	}
	if r.IntN(2) == 0 {
		s.Parameters = Parameters{
			History: 1 + r.IntN(counter.MaxHistory), MarkerTTL: time.Second + wait(maxMarkerTTL-time.Second),
			Shards: 1 + r.IntN(counter.MaxShards), Snapshot: r.IntN(2) == 0,
		}
	}
	if traits.Floor && r.IntN(2) == 0 {
		s.Counters.Floor = Floor{Set: true, Value: s.Counters.Initial - r.Int64N(100)}
	}
	s.Load = randomLoad(r, s.Load)
	s.Retry = randomRetry(r, &s)
	if s.Retry.Any(func(k retry.Kind) bool { return k == retry.TimeSlice }) {
		s.Embedded.Latency, s.Embedded.Latencies = ModelledLatency{}, nil // so that every slot is longer than a request
	}
	return s
}

func randomLoad(r *rand.Rand, l Load) Load {
	if r.IntN(2) == 0 {
		return randomOpenOrStaged(r, l.Workers)
	}
	limits := 1 + r.IntN(3)
	if limits&1 != 0 {
		l.Duration = 1 + time.Duration(r.Int64N(int64(maxDuration)))
	}
	if limits&2 != 0 {
		l.Operations = 1 + r.Int64N(maxOperations)
	}
	if r.IntN(2) == 0 {
		l.Warmup = time.Duration(r.Int64N(int64(max(l.Duration, 1))))
	}
	return l
}

// randomRetry has policies that the rest of the scenario allows.
func randomRetry(r *rand.Rand, s *Scenario) Retry {
	var kinds []retry.Kind
	for _, kind := range retry.Kinds() {
		one := *s
		one.Retry = Retry{Policy: retry.Policy{Kind: kind}, Refresh: RefreshAfterWait}
		if checkDesign(one)+checkOwnItems(one)+checkKeptView(one) == "" {
			kinds = append(kinds, kind)
		}
	}
	if slices.Contains(kinds, retry.Ticket) {
		kinds = append(kinds, slices.Repeat([]retry.Kind{retry.Ticket}, len(kinds))...) // few scenarios allow it
	}
	needsClients := s.Load.Open()
	all := Retry{
		Policy:  randomPolicy(r, oneOf(r, kinds...), needsClients),
		Refresh: oneOf(r, RefreshAfterWait, RefreshAtConflict, RefreshFromConflict),
	}
	if r.IntN(3) == 0 {
		all.Mix = []RetryShare{{0.125, randomPolicy(r, oneOf(r, kinds...), needsClients)}, {0.375, randomPolicy(r, oneOf(r, kinds...), needsClients)}}
		like := inherited(&all.Policy, oneOf(r, kinds...))
		if needsClients && like.Kind.NeedsClients() {
			like.Clients = max(like.Clients, 1)
		}
		if like.Kind.Paces() {
			like.On |= retry.Outcomes(counter.Conflict)
		}
		all.Mix = append(all.Mix, RetryShare{0.5, like})
		r.Shuffle(len(all.Mix), func(i, j int) { all.Mix[i], all.Mix[j] = all.Mix[j], all.Mix[i] })
		around := all.Policy
		all.Kind = ""
		for _, field := range []struct {
			uses func(retry.Kind) bool
			drop func(*retry.Policy)
		}{
			{retry.Kind.NeedsClients, func(p *retry.Policy) { p.Clients = 0 }},
			{retry.Kind.Queues, func(p *retry.Policy) { p.Enlist, p.EventualPolls = false, false }},
			{retry.Kind.Chains, func(p *retry.Policy) { p.Chain = 0 }},
		} {
			if field.uses(around.Kind) && !all.Any(field.uses) {
				field.drop(&all.Policy)
			}
		}
	}
	if all.Any(retry.Kind.Paces) {
		all.Refresh = RefreshAfterWait
	}
	return all
}

func randomPolicy(r *rand.Rand, kind retry.Kind, needsClients bool) retry.Policy {
	wait := func(limit time.Duration) time.Duration { return time.Duration(r.Int64N(int64(limit) + 1)) }
	p := retry.Policy{
		Kind:        kind,
		Base:        1 + wait(time.Second),
		Cap:         time.Second + 1 + wait(maxWait-time.Second-1),
		Factor:      1 + r.Float64()*(maxFactor-1),
		MaxAttempts: r.IntN(maxAttempts + 1),
		Deadline:    wait(maxDuration),
	}
	for _, outcome := range []counter.Outcome{counter.Conflict, counter.Throttled, counter.Failed, counter.Unknown} {
		if r.IntN(2) == 0 {
			p.On |= retry.Outcomes(outcome)
		}
	}
	if p.Kind.Paces() {
		p.On |= retry.Outcomes(counter.Conflict)
	}
	if r.IntN(2) == 0 {
		p.Budget = retry.Budget{Ratio: float64(1+r.IntN(maxRatio*8)) / 8, Burst: float64(8+r.IntN(maxBurst*8-7)) / 8}
	}
	if kind.NeedsClients() {
		p.Clients = r.IntN(maxWorkers + 1)
		if needsClients {
			p.Clients = max(p.Clients, 1)
		}
	}
	if kind.Queues() {
		p.Enlist, p.EventualPolls = r.IntN(2) == 0, r.IntN(2) == 0
	}
	if kind.Chains() {
		p.Chain = r.IntN(maxChain + 1)
	}
	return p
}

func randomOpenOrStaged(r *rand.Rand, workers int) Load {
	anyRate := func() Rate {
		return oneOf(r, Rate(1+r.IntN(maxRate)), Rate(float64(1+r.IntN(1000))/60), Rate(minRate+r.Float64()))
	}
	l := Load{Workers: workers}
	rates := r.IntN(2) == 0
	for range r.IntN(4) {
		stage := Stage{Duration: time.Millisecond + time.Duration(r.Int64N(int64(time.Hour))), Ramp: r.IntN(2) == 0, Workers: 1 + r.IntN(maxReal)}
		if rates {
			stage.Workers, stage.Rate = 0, anyRate()
		}
		l.Stages = append(l.Stages, stage)
	}
	if len(l.Stages) == 0 {
		l.Rate, l.Duration = anyRate(), 1+time.Duration(r.Int64N(int64(maxDuration)))
	}
	if l.Open() {
		l.Arrivals, l.Overload = oneOf(r, pace.Uniform, pace.Poisson), oneOf(r, OverloadQueue, OverloadDrop)
	}
	l.Resolve(l.Open())
	return l
}

func randomFaults(r *rand.Rand) (rules []fault.Rule) {
	for range r.IntN(4) {
		rule := fault.Rule{
			Kind: oneOf(r, fault.Kinds()...), Probability: float64(1+r.IntN(1000)) / 1000, Count: r.Int64N(2) * r.Int64N(maxOperations),
			From: time.Duration(r.Int64N(int64(maxDuration / 2))), Workers: r.IntN(maxWorkers + 1),
		}
		if r.IntN(2) == 0 {
			rule.To = rule.From + 1 + time.Duration(r.Int64N(int64(maxDuration/2)))
		}
		for _, word := range fault.Words() {
			if r.IntN(4) == 0 {
				rule.On = append(rule.On, word)
			}
		}
		if rule.Kind == fault.LateRequest {
			rule.Delay = fault.Delay{Mean: 1 + time.Duration(r.Int64N(int64(maxWait))), SD: time.Duration(r.IntN(2)) * time.Millisecond}
		}
		rules = append(rules, rule)
	}
	return rules
}

func randomThresholds(r *rand.Rand) (limits []threshold.Threshold) {
	for range r.IntN(3) {
		limit := threshold.Threshold{Metric: oneOf(r, threshold.Names()...), Operator: threshold.Equal}
		switch metric, _ := threshold.Named(limit.Metric); metric.Kind {
		case threshold.Status:
			limit.Finding = oneOf(r, threshold.Findings()...)
		case threshold.Duration:
			limit.Unit, limit.Number = oneOf(r, threshold.Microseconds, threshold.Milliseconds, threshold.Seconds), math.Exp(r.Float64()*40-20)
		case threshold.Money:
			limit.Unit, limit.Number = oneOf(r, "", threshold.Dollars), math.Exp(r.Float64()*40-20)
		}
		if limit.CanAbort() && r.IntN(2) == 0 {
			limit.AbortAfter = time.Second + time.Duration(r.Int64N(int64(threshold.MaxAbortAfter-time.Second)))
		}
		if !slices.ContainsFunc(limits, limit.Same) {
			limits = append(limits, limit)
		}
	}
	return limits
}

// randomOwnTable puts the counters into a table of the user's own.
func randomOwnTable(r *rand.Rand, s *Scenario) {
	odd := func() string { return randomText(r, "aZ 0:#-'\"\\[],&*!|>%@`?~.\t\n\u00a0\u2028\ufeffä😀", 1, 12) }
	number := layout.Element{Attribute: "n" + odd(), Type: types.ScalarAttributeTypeN, Template: oneOf(r, "17", "-3", "0", "{number}", "-1{number}", "7{number}0")}
	text := layout.Element{Attribute: "s" + odd(), Type: types.ScalarAttributeTypeS, Template: odd() + oneOf(r, "{counter}", "{number}") + odd()}
	s.Counters.Key = oneOf(r, layout.Key{Partition: text}, layout.Key{Partition: text, Sort: number}, layout.Key{Partition: number, Sort: text})
	s.Counters.Version = oneOf(r, "", "rev", "meta.rev", `a\.b`)
	s.Counters.Item = oneOf(r, nil, layout.Item{}, layout.Item{
		"i" + odd(): &types.AttributeValueMemberS{Value: oneOf(r, "", "null", "7", "true", odd())},
		"meta":      &types.AttributeValueMemberM{Value: layout.Item{odd(): &types.AttributeValueMemberN{Value: oneOf(r, "7", "-1.5", "1e10")}}},
		"no":        &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberNULL{Value: true}}},
	})
	s.Counters.Keep = s.Table != "" && r.IntN(2) == 0
}

func randomMisbehaviours(r *rand.Rand) (list []Misbehaviour) {
	for _, kind := range misbehave.Names() {
		if r.IntN(2) == 0 {
			list = append(list, Misbehaviour{kind, 1 + r.Int64N(maxOneIn)})
		}
	}
	return list
}

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func randomText(r *rand.Rand, alphabet string, shortest, longest int) string {
	letters := []rune(alphabet)
	text := make([]rune, shortest+r.IntN(longest-shortest+1))
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return string(text)
}

// eachLeaf visits the fields of a scenario that have no fields themselves, and lists as
// a whole. It panics at a pointer or a map, because a scenario must be plain data.
func eachLeaf(v reflect.Value, path string, visit func(path string, leaf reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Chan, reflect.Func:
		if v.Type() != reflect.TypeFor[layout.Item]() { // nobody changes that
			panic(path + " is not plain data")
		}
		visit(path, v)
	default:
		visit(path, v)
	}
}

func differences(a, b reflect.Value, path string, into map[string]bool) {
	values := map[string]any{}
	eachLeaf(a, path, func(path string, leaf reflect.Value) { values[path] = leaf.Interface() })
	eachLeaf(b, path, func(path string, leaf reflect.Value) {
		if !reflect.DeepEqual(leaf.Interface(), values[path]) {
			into[path] = true
		}
	})
}

func randomPrice(r *rand.Rand) Price {
	dollars := func() float64 { return float64(r.IntN(maxPrice*8+1)) / 8 }
	return Price{Write: dollars(), Read: dollars(), Provisioned: UnitHours{Write: dollars(), Read: dollars()}, Storage: dollars()}
}
