package scenario

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
	"contend/workload/history"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/threshold"
)

const knownFields = "known: name, description, seed, target, table, counters, strategy, exec, parameters, retry, sdk_retry, load, operations, reads, view, embedded, simulated, request_timeout, faults, price, thresholds"

// malformed pairs texts with the messages about them, each without the "s.yaml:" before
// it.
var malformed = []struct {
	text string
	want []string
}{
	// The text as a whole.
	{"", []string{"1:1: the scenario is empty: it needs at least a name"}},
	{"# nothing but a comment\n", []string{"1:1: the scenario is empty: it needs at least a name"}},
	{"---", []string{"1:1: the scenario is empty: it needs at least a name"}},
	{"~\n", []string{"1:1: the scenario is empty: it needs at least a name"}},
	{"[a, b]", []string{"1:1: a scenario must be a mapping of fields, not a list"}},
	{"hot-key", []string{`1:1: a scenario must be a mapping of fields, not "hot-key"`}},
	{"42", []string{"1:1: a scenario must be a mapping of fields, not 42"}},
	{"name: x\n---\nname: y\n", []string{"2:1: a second document begins: a file holds one scenario"}},
	{"name: x\n---\n[\n", []string{"3:2: not valid YAML: did not find expected node content"}},
	{"name: x\xff\n", []string{"1:8: the text is not UTF-8"}},
	{"\xff\xfen\x00a\x00", []string{"1:1: the text is not UTF-8"}},
	{"seed: 1\nname: ä\x00b\n", []string{"2:8: the character U+0000 is not allowed"}},
	{"name: x # \x7f\n", []string{"1:11: the character U+007F is not allowed"}},
	{"name: x # \uFEFF\n", []string{"1:11: the character U+FEFF is not allowed"}},
	{"\uFEFFname: X\n", []string{`1:7: name: must be of the letters a to z, digits and hyphens, not "X"`}},
	{"name: x\r\nload: {workers: 0}\r\n", []string{"2:17: load.workers: must be at least 1, not 0"}},
	{strings.Repeat("# long\n", 150_000) + "name: x", []string{"1:1: the text is longer than 1 MiB"}},

	// Text that is not YAML, and YAML that scenarios do not use.
	{"name: x\nload:\n\tworkers: 3\n", []string{"3:1: a tab cannot indent YAML: use spaces"}},
	{"name: x\nload:\n  \tworkers: 3\n", []string{"3:3: a tab cannot indent YAML: use spaces"}},
	{"name: x: y\n", []string{"1:8: not valid YAML: mapping values are not allowed in this context"}},
	{"name: x\nload: {workers: 3\nseed: 1\n", []string{"3:5: not valid YAML: did not find expected ',' or '}' (while parsing a flow mapping that begins at 2:7)"}},
	{"name: x\nretry: {on: [conflict}\n", []string{"2:22: not valid YAML: did not find expected ',' or ']'"}},
	{"name: x\n  seed: 1\n", []string{"2:7: not valid YAML: mapping values are not allowed in this context"}},
	{"name: x\n- a\n", []string{"2:1: not valid YAML: did not find expected key (while parsing a block mapping that begins at 1:1)"}},
	{"name: x\ntarget: @aws\n", []string{"2:9: not valid YAML: found character that cannot start any token"}},
	{"name: 'x\n", []string{"1:9: not valid YAML: found unexpected end of stream"}},
	{"name: x\ntarget: *here\n", []string{"2:9: aliases (*here) are not supported: write the value out"}},
	{"name: &a x\ndescription: *a\n", []string{
		"1:7: anchors (&a) are not supported",
		"2:14: aliases (*a) are not supported: write the value out"}},
	{"name: x\nembedded: &a\n  latency: *a\n", []string{
		"2:11: anchors (&a) are not supported",
		"3:12: aliases (*a) are not supported: write the value out"}},
	{"&k name: x\n", []string{"1:1: anchors (&k) are not supported"}},
	{"name: x\nload:\n  <<: {workers: 3}\n", []string{"3:3: merge keys (<<) are not supported: write the fields out"}},
	{"name: !!str x\nseed: !seed 1\n", []string{
		"1:7: tags (!!str) are not supported",
		"2:7: tags (!seed) are not supported"}},
	{"name: x\n? [seed]\n: 1\n", []string{"2:3: a field's name must be a word, not a list"}},
	{"name: x\nseed: 1\nname: y\n", []string{`3:1: duplicate field "name", first given at 1:1`}},
	{"name: x\nload: {workers: 1, workers: 2, think: 1}\n", []string{
		`2:20: duplicate field "load.workers", first given at 2:8`,
		"2:39: load.think: 1 has no unit: write 1s or 1ms"}},

	// Unknown fields.
	{"name: x\nstrategi: conditional\n", []string{`2:1: unknown field "strategi": did you mean "strategy"?`}},
	{"name: x\nworkers: 3\n", []string{`2:1: unknown field "workers": did you mean "load.workers"?`}},
	{"name: x\nload:\n  wrkers: 3\n", []string{`3:3: unknown field "load.wrkers": did you mean "load.workers"?`}},
	{"name: x\nretry: {max-attempts: 3}\n", []string{`2:9: unknown field "retry.max-attempts": did you mean "retry.max_attempts"?`}},
	{"name: x\nembedded: {latency: {stddev: 1ms}}\n", []string{`2:22: unknown field "embedded.latency.stddev" (known: mean, sd)`}},
	{"name: x\noperations: {read:1}\n", []string{`2:14: unknown field "operations.read:1": YAML needs a space after the colon, as in "read: 1"`}},
	{"name: x\noperations: {incremnt: 5}\n", []string{`2:14: unknown field "operations.incremnt": did you mean "operations.increment"?`}},
	{"name: x\nlimits: []\n", []string{`2:1: unknown field "limits" (` + knownFields + ")"}},
	{"name: x\nmatrix: {}\n", []string{"2:9: matrix: not allowed here, where a scenario must be a single run"}},
	{"name: x\nrepeat: 5\n", []string{"2:9: repeat: not allowed here, where a scenario must be a single run"}},
	{"name: x\nload: {duration: 2s, warmup: 2s}\n", []string{"2:30: load: warmup (2s) must be less than duration (2s)"}},
	{"name: x\nload: {warmup: -1s}\n", []string{"2:16: load.warmup: must be at least 0s, not -1s"}},

	// Open loops and stages.
	{"name: x\nload: {rate: 500}\n", []string{"2:14: load.rate: 500 has no unit: write 500/s or 500/m"}},
	{"name: x\nload: {rate: 5/h}\n", []string{`2:14: load.rate: must be a rate such as 500/s or 90/m, not "5/h"`}},
	{"name: x\nload: {rate: x/s}\n", []string{`2:14: load.rate: must be a rate such as 500/s or 90/m, not "x/s"`}},
	{"name: x\nload: {rate: 0/s}\n", []string{"2:14: load.rate: must be at least 0.001/s, not 0/s"}},
	{"name: x\nload: {rate: -1/m}\n", []string{"2:14: load.rate: must be at least 0.001/s, not -1/m"}},
	{"name: x\nload: {rate: 1000001/s}\n", []string{"2:14: load.rate: must be at most 1000000/s, not 1000001/s"}},
	{"name: x\nload: {rate: 1/s, arrivals: poison, overload: wait}\n", []string{
		`2:29: load.arrivals: unknown name "poison": did you mean "poisson"?`,
		`2:47: load.overload: unknown name "wait" (known: queue, drop)`}},
	{"name: x\nload: {arrivals: poisson, overload: drop}\n", []string{
		"2:18: load.arrivals: has no effect without load.rate or stages with rates",
		"2:37: load.overload: has no effect without load.rate or stages with rates"}},
	{"name: x\nload: {rate: 1/s, think: 1ms}\n", []string{
		"2:26: load.think: has no effect in an open loop: with a rate, workers do not pause between operations"}},
	{"name: x\nload: {stages: {}}\n", []string{"2:16: load.stages: must be a list such as [{ rate: 100/s, duration: 5s }], not a mapping"}},
	{"name: x\nload: {stages: []}\n", []string{"2:16: load.stages: has no stage"}},
	{"name: x\nload: {stages: [5s, {workers: 1}, {duration: 1s}, {duration: 1s, workers: 1, rate: 1/s}]}\n", []string{
		`2:17: load.stages: 0: must be a mapping of duration and either workers or rate, not "5s"`,
		"2:21: load.stages: 1: duration: is missing",
		"2:35: load.stages: 2: needs workers or a rate",
		"2:51: load.stages: 3: has both workers and a rate: give one of them"}},
	{"name: x\nload: {stages: [{rate: 1/s, duration: 1s}, {workers: 1, duration: 1s}]}\n", []string{
		"2:44: load.stages: 1: all stages must have workers, or all a rate"}},
	{"name: x\nload: {stages: [{rate: 1, duration: 0s, ramp: yes, wait: 1}]}\n", []string{
		"2:24: load.stages: 0: rate: 1 has no unit: write 1/s or 1/m",
		"2:37: load.stages: 0: duration: must be at least 1ms, not 0s",
		`2:47: load.stages: 0: ramp: must be true or false, not "yes"`,
		`2:52: load.stages: 0: unknown field "wait" (known: workers, rate, duration, ramp)`}},
	{"name: x\nload: {workers: 3, rate: 1/s, duration: 1s, operations: 5, stages: [{workers: 4, duration: 2s}]}\n", []string{
		"2:17: load.workers: must be the maximum of load.stages, 4, not 3: leave it out",
		"2:26: load.rate: cannot be combined with load.stages: put it into a stage",
		"2:41: load.duration: load.stages have their own durations, 2s together: leave this one out",
		"2:57: load.operations: cannot be combined with load.stages, whose durations end the run"}},
	{"name: x\nload: {stages: [{workers: 4, duration: 100h}, {workers: 4, duration: 100h}]}\n", []string{
		"2:7: load.duration: must be at most 168h, not 200h"}},

	{"name: x\ncounters: {initial: 5, floor: 6}\n", []string{"2:31: counters.floor: must be at most counters.initial, 5, not 6"}},
	{"name: x\ncounters: {floor: low}\n", []string{`2:19: counters.floor: must be a whole number, not "low"`}},
	{"name: x\nsdk_retry: legacy\n", []string{`2:12: sdk_retry: unknown name "legacy" (known: none, standard, standard-2026, adaptive)`}},
	{"name: x\nparameters: {history: 0, shards: 101, marker_ttl: 1ms, snapshot: yes}\n", []string{
		"2:23: parameters.history: must be at least 1, not 0",
		"2:34: parameters.shards: must be at most 100, not 101",
		"2:51: parameters.marker_ttl: must be at least 1s, not 1ms",
		`2:66: parameters.snapshot: must be true or false, not "yes"`}},
	{"name: x\nprice: {write: -1, read: 1001, both: 1}\n", []string{
		"2:16: price.write: must be at least 0, not -1",
		"2:26: price.read: must be at most 1000, not 1001",
		`2:32: unknown field "price.both" (known: write, read, provisioned, storage)`}},
	{"name: x\nfaults: lost-reply\n", []string{`2:9: faults: must be a list such as [{ kind: lost-reply, probability: 0.01 }], not "lost-reply"`}},
	{"name: x\nfaults: [lost-reply]\n", []string{`2:10: faults: 0: must be a mapping of kind, probability and so on, not "lost-reply"`}},
	{"name: x\nfaults: [{kind: reset, count: 3}, {probability: 0.5}]\n", []string{"2:35: faults: 1: kind: is missing"}},
	{"name: x\nfaults: [{kind: reset, odds: 3, probability: 2, on: [updates, update, update], from: 1}]\n", []string{
		`2:24: faults: 0: unknown field "odds" (known: kind, probability, count, on, from, to, workers, delay)`,
		"2:46: faults: 0: probability: must be at most 1, not 2",
		`2:54: faults: 0: on: unknown name "updates": did you mean "update"?`,
		`2:71: faults: 0: on: "update" is listed twice`,
		"2:86: faults: 0: from: 1 has no unit: write 1s or 1ms"}},
	{"name: x\nfaults: [{kind: reset}, {kind: delay, count: 1}, {kind: reset, count: 1, delay: 1s}, {kind: partition, from: 2s, to: 1s}]\n", []string{
		"2:10: faults: 0: reset: needs a probability or a count",
		"2:25: faults: 1: delay: mean must be above 0s, not 0s",
		`2:81: faults: 2: delay: only the kind "delay" has one`,
		"2:118: faults: 3: to: must be after from (2s), not 1s"}},
	{"name: x\nfaults: [{kind: reset, probability: 0, to: 0s}, {kind: reset, count: 0}, {kind: reset, count: 1, workers: 0}]\n", []string{
		"2:10: faults: 0: reset: needs a probability or a count",
		"2:37: faults: 0: probability: must be above 0, not 0",
		"2:44: faults: 0: to: must be above 0, not 0s",
		"2:70: faults: 1: count: must be at least 1, not 0",
		"2:107: faults: 2: workers: must be at least 1, not 0"}},
	{"name: x\nfaults: [{kind: delay, count: 1, delay: {mean: 1s, spread: 1s}}]\n", []string{
		`2:52: faults: 0: delay: unknown field "spread" (known: mean, sd)`}},
	{"name: x\nattribute: n\n", []string{`2:1: unknown field "attribute": did you mean "counters.attribute"?`}},
	{"name: x\ncounters: {atribute: n}\n", []string{`2:12: unknown field "counters.atribute": did you mean "counters.attribute"?`}},

	// Values of the wrong type.
	{"name: x\nload: 5\n", []string{"2:7: load: must be a mapping of fields, not 5"}},
	{"name: x\nload: [workers]\n", []string{"2:7: load: must be a mapping of fields, not a list"}},
	{"name: x\nload:\nseed: 1\n", []string{"2:6: load: has no value"}},
	{"name:\nseed: null\n", []string{"1:6: name: has no value", "2:7: seed: has no value"}},
	{"{name: x, load: {workers}}\n", []string{"1:25: load.workers: has no value"}},
	{"name: {a: b}\n", []string{"1:7: name: must be text, not a mapping"}},
	{"name: x\nload: {workers: {a: 1}}\n", []string{"2:17: load.workers: must be a whole number, not a mapping"}},
	{"name: x\nload: {workers: \"5\"}\n", []string{`2:17: load.workers: must be a whole number, not "5"`}},
	{"name: x\nload: {workers: 1.5}\n", []string{"2:17: load.workers: must be a whole number, not 1.5"}},
	{"name: x\nload: {workers: 0x10}\n", []string{`2:17: load.workers: must be a whole number, not "0x10"`}},
	{"name: x\nload: {workers: 010}\n", []string{"2:17: load.workers: must be a number without leading zeros, not 010"}},
	{"name: x\nseed: one\n", []string{`2:7: seed: must be a whole number, not "one"`}},
	{"name: x\nretry: {factor: two, on: conflict}\n", []string{
		`2:17: retry.factor: must be a number, not "two"`,
		`2:26: retry.on: must be a list such as [conflict, throttled, unknown], not "conflict"`}},
	{"name: x\nfaults: [{kind: reset, probability: 1%}]\n", []string{`2:37: faults: 0: probability: must be a number from 0 to 1, not "1%"`}},
	{"name: x\nretry: {factor: \"2\"}\n", []string{`2:17: retry.factor: must be a number, not "2"`}},
	{"name: x\nretry: {factor: .inf}\n", []string{`2:17: retry.factor: must be a number, not ".inf"`}},
	{"name: x\nview: [fresh]\n", []string{"2:7: view: must be one of fresh, kept, not a list"}},
	{"name: x\ncounters: {pick: {zipf: 1}}\n", []string{"2:18: counters.pick: must be one of uniform, zipf(1.1), round-robin, own, not a mapping"}},
	{"name: x\ndescription: " + strings.Repeat("long ", 250) + "\nload: " + strings.Repeat("long", 20) + "\n", []string{
		"2:14: description: must have at most 1000 characters, not 1249",
		`3:7: load: must be a mapping of fields, not "` + strings.Repeat("long", 15) + `…"`}},

	// Times without a unit, or with an unknown one.
	{"name: x\nload: {duration: 10}\n", []string{"2:18: load.duration: 10 has no unit: write 10s or 10ms"}},
	{"name: x\nload: {duration: \"10\"}\n", []string{"2:18: load.duration: 10 has no unit: write 10s or 10ms"}},
	{"name: x\nload: {duration: 10 seconds}\n", []string{`2:18: load.duration: must be a duration such as 250ms, 10s or 1m30s, not "10 seconds"`}},
	{"name: x\nload: {duration: 1d}\n", []string{`2:18: load.duration: must be a duration such as 250ms, 10s or 1m30s, not "1d"`}},
	{"name: x\nload: {duration: [10s]}\n", []string{"2:18: load.duration: must be a duration such as 250ms, 10s or 1m30s, not a list"}},

	// Numbers out of range.
	{"name: x\nload: {workers: 0}\n", []string{"2:17: load.workers: must be at least 1, not 0"}},
	{"name: x\nload: {workers: 10001}\n", []string{"2:17: load.workers: must be at most 10000, not 10001, unless the target is simulated"}},
	{"name: x\nload: {stages: [{duration: 1s, workers: 10001}]}\n", []string{"2:16: load.workers: must be at most 10000, not 10001, unless the target is simulated"}},
	{"name: x\ntarget: simulated\nload: {workers: 100001}\n", []string{"3:17: load.workers: must be at most 100000, not 100001"}},
	{"name: x\nload: {workers: 99999999999999999999}\n", []string{"2:17: load.workers: must be at most 100000, not 99999999999999999999"}},
	{"name: x\nload: {workers: -99999999999999999999}\n", []string{"2:17: load.workers: must be at least 1, not -99999999999999999999"}},
	{"name: x\nload: {duration: -1s, operations: -5, think: 2h}\n", []string{
		"2:18: load.duration: must be at least 0s, not -1s",
		"2:35: load.operations: must be at least 0, not -5",
		"2:46: load.think: must be at most 1h, not 2h"}},
	{"name: x\nload: {think: exponential(10)}\n", []string{
		"2:15: load.think: the mean of exponential: 10 has no unit: write 10s or 10ms"}},
	{"name: x\nload: {think: exponential(0s)}\n", []string{
		"2:15: load.think: the mean of exponential must be above 0s"}},
	{"name: x\nload: {think: exponential(2h)}\n", []string{
		"2:15: load.think: must be at most 1h, not 2h"}},
	{"name: x\nload: {think: normal(1s)}\n", []string{
		"2:15: load.think: must be a duration such as 250ms, or exponential(250ms), not \"normal(1s)\""}},
	{"name: x\nload: {rate: 1/s, think: exponential(1s)}\n", []string{
		"2:26: load.think: has no effect in an open loop: with a rate, workers do not pause between operations"}},
	{"name: x\nload: {duration: 200h}\n", []string{"2:18: load.duration: must be at most 168h, not 200h"}},
	{"name: x\nseed: -1\n", []string{"2:7: seed: must be at least 0, not -1"}},
	{"name: x\nseed: 18446744073709551616\n", []string{"2:7: seed: must be at most 18446744073709551615, not 18446744073709551616"}},
	{"name: x\ncounters: {count: 0, initial: 9223372036854775808}\n", []string{
		"2:19: counters.count: must be at least 1, not 0",
		"2:31: counters.initial: must be at most 9223372036854775807, not 9223372036854775808"}},
	{"name: x\ncounters: {count: 1_000_001}\n", []string{"2:19: counters.count: must be at most 1000000, not 1000001"}},
	{"name: x\nretry: {factor: 0.5, max_attempts: -1, deadline: -1ms}\n", []string{
		"2:17: retry.factor: must be at least 1, not 0.5",
		"2:36: retry.max_attempts: must be at least 0, not -1",
		"2:50: retry.deadline: must be at least 0s, not -1ms"}},
	{"name: x\noperations: {increment: -1, read: 5}\n", []string{"2:25: operations.increment: must be at least 0, not -1"}},
	{"name: x\nembedded: {latency: {mean: -4ms, sd: 2m}, write_capacity: -1, read_capacity: 1.5, read_lag: 5}\n", []string{
		"2:28: embedded.latency.mean: must be at least 0s, not -4ms",
		"2:38: embedded.latency.sd: must be at most 1m, not 2m",
		"2:59: embedded.write_capacity: must be at least 0, not -1",
		"2:78: embedded.read_capacity: must be a whole number, not 1.5",
		"2:93: embedded.read_lag: 5 has no unit: write 5s or 5ms"}},
	{"name: x\nembedded: {throughput: {mode: sometimes, warm: {write: -1}, partitions: 10_001, burst: 300, split_for_heat: 2h, hot: 1}}\n", []string{
		`2:31: embedded.throughput.mode: unknown name "sometimes" (known: on-demand, provisioned)`,
		"2:56: embedded.throughput.warm.write: must be at least 0, not -1",
		"2:73: embedded.throughput.partitions: must be at most 10000, not 10001",
		"2:88: embedded.throughput.burst: 300 has no unit: write 300s or 300ms",
		"2:109: embedded.throughput.split_for_heat: must be at most 1h, not 2h",
		`2:113: unknown field "embedded.throughput.hot" (known: mode, write, read, warm, maximum, quota, account, partition, partitions, burst, window, peak_over, split_for_heat)`}},
	{"name: x\nembedded: {throughput: {mode: provisioned, write: 5}}\n", []string{"2:24: embedded.throughput.read: must be at least 1 in the mode provisioned"}},
	{"name: x\nembedded: {throughput: {mode: on-demand, write: 5}}\n", []string{
		"2:49: embedded.throughput.write: has no effect in the mode on-demand: maximum limits a table on demand"}},
	{"name: x\nembedded: {throughput: {mode: on-demand}, write_capacity: 5}\n", []string{
		"2:24: embedded: write_capacity and read_capacity limit each key for itself, and throughput partitions and tables: give one of the two models"}},
	{"name: x\nrequest_timeout: 10us\n", []string{"2:18: request_timeout: must be at least 1ms, not 10µs"}},
	{"name: x\nrequest_timeout: 0\n", []string{"2:18: request_timeout: must be at least 1ms, not 0s"}},

	// Unknown names.
	{"seed: 1\n", []string{"1:1: name: is missing"}},
	{"name: Hot Key\n", []string{`1:7: name: must be of the letters a to z, digits and hyphens, not "Hot Key"`}},
	{"name: ../x\n", []string{`1:7: name: must be of the letters a to z, digits and hyphens, not "../x"`}},
	{"name: " + strings.Repeat("x", 65) + "\n", []string{"1:7: name: must have at most 64 characters, not 65"}},
	{"name: x\ndescription: \"a\\eb\"\n", []string{"2:14: description: the character U+001B is not allowed"}},
	{"name: x\nstrategy: conditionl\n", []string{`2:11: strategy: unknown name "conditionl": did you mean "conditional"?`}},
	{"name: x\nstrategy: quorum\n", []string{`2:11: strategy: unknown name "quorum" (known: ` + strings.Join(strategyNames(), ", ") + `)`}},
	{"name: x\nretry: {policy: full_jitter, refresh: at-once}\n", []string{
		`2:17: retry.policy: unknown name "full_jitter": did you mean "full-jitter"?`,
		`2:39: retry.refresh: unknown name "at-once" (known: after-wait, at-conflict, from-conflict)`}},
	{"name: x\nretry: {policy: decorrelated}\n", []string{`2:17: retry.policy: unknown name "decorrelated": did you mean "decorrelated-jitter"?`}},
	{"name: x\nview: Fresh\nreads: weak\n", []string{
		`2:7: view: unknown name "Fresh": did you mean "fresh"?`,
		`3:8: reads: unknown name "weak" (known: strong, eventual)`}},
	{"name: x\nretry:\n  on: [conflct, conflict, conflict, applied, [unknown], ~]\n", []string{
		`3:8: retry.on: unknown name "conflct": did you mean "conflict"?`,
		`3:27: retry.on: "conflict" is listed twice`,
		`3:37: retry.on: unknown name "applied" (known: conflict, throttled, failed, unknown)`,
		`3:46: retry.on: must be one of conflict, throttled, failed, unknown, not a list`,
		`3:57: retry.on: has no value`}},
	{"name: x\nembedded: {misbehave: [{kind: lose-updates, one_in: 0}, {kind: go_back, one_in: 2}]}\n", []string{
		`2:31: embedded.misbehave: kind: unknown name "lose-updates": did you mean "lose-update"?`,
		"2:53: embedded.misbehave: one_in: must be at least 1, not 0",
		`2:64: embedded.misbehave: kind: unknown name "go_back": did you mean "go-back"?`}},
	{"name: x\nembedded: {misbehave: [{kind: forget, one_in: many, from: 2s}]}\n", []string{
		`2:31: embedded.misbehave: kind: unknown name "forget" (known: lose-update, apply-twice, stale-read, go-back, apply-refused, acknowledge-out-of-order, ignore-condition, ignore-token, half-transaction)`,
		`2:47: embedded.misbehave: one_in: must be a whole number, not "many"`,
		`2:53: embedded.misbehave: unknown field "from" (known: kind, one_in)`}},
	{"name: x\nembedded:\n  misbehave:\n    - kind: go-back\n      one-in: 10\n    - one_in: 5\n    - go-back\n    - {}\n", []string{
		"4:7: embedded.misbehave: one_in: is missing",
		`5:7: embedded.misbehave: unknown field "one-in": did you mean "one_in"?`,
		"6:7: embedded.misbehave: kind: is missing",
		`7:7: embedded.misbehave: must be a mapping of kind and one_in, not "go-back"`,
		"8:7: embedded.misbehave: kind: is missing",
		"8:7: embedded.misbehave: one_in: is missing"}},
	{"name: x\nembedded: {misbehave: [{kind: go-back, one_in: 5}, {kind: go-back, one_in: 6}]}\n", []string{
		`2:59: embedded.misbehave: kind: "go-back" is listed twice`}},
	{"name: x\nembedded: {misbehave: [{kind: [go-back], one_in: {}}, ~]}\n", []string{
		"2:31: embedded.misbehave: kind: must be one of lose-update, apply-twice, stale-read, go-back, apply-refused, acknowledge-out-of-order, ignore-condition, ignore-token, half-transaction, not a list",
		"2:50: embedded.misbehave: one_in: must be a whole number, not a mapping",
		"2:55: embedded.misbehave: has no value"}},
	{"name: x\nembedded: {misbehave: [{kind: go-back, one_in: 1000000001}]}\n", []string{"2:48: embedded.misbehave: one_in: must be at most 1000000000, not 1000000001"}},
	{"name: x\nembedded: {misbehave: go-back}\n", []string{`2:23: embedded.misbehave: must be a list such as [{ kind: lose-update, one_in: 1000 }], not "go-back"`}},
	{"name: x\nthresholds: p99 < 200ms\n", []string{
		`2:13: thresholds: must be a list such as ["p99 < 200ms", "exactly_once == pass"], not "p99 < 200ms"`}},
	{"name: x\nthresholds: [p99 < 200, \"conflict_rate < 3ms\", [a], p99 < 1s, p99 < 1s]\n", []string{
		`2:14: thresholds: "p99 < 200": the limit of p99 needs a unit, as in 200ms, 1.5s or 800us`,
		`2:25: thresholds: "conflict_rate < 3ms": the unit "ms" does not fit conflict_rate, which is a fraction, as in 0.8 or 80%`,
		`2:48: thresholds: must be a text such as "p99 < 200ms", or { limit: "p99 < 200ms", abort_after: 10s }, not a list`,
		`2:63: thresholds: "p99 < 1s" is listed twice`}},
	{"name: x\nthresholds: [{a: 1}]\n", []string{
		`2:14: thresholds: limit: is missing`,
		`2:14: thresholds: abort_after: is missing`,
		`2:15: thresholds: unknown field "a" (known: limit, abort_after)`}},
	{"name: x\nthresholds: [{limit: p99 < 1, abort_after: 10}]\n", []string{
		`2:22: thresholds: limit: "p99 < 1": the limit of p99 needs a unit, as in 200ms, 1.5s or 800us`,
		`2:44: thresholds: abort_after: 10 has no unit: write 10s or 10ms`}},
	{"name: x\nthresholds: [{limit: p99 < 1s, abort_after: 10ms}]\n", []string{
		`2:45: thresholds: abort_after: must be at least 1s, not 10ms`}},
	{"name: x\nthresholds: [{limit: gap < 1s, abort_after: 10s}, {limit: [a], abort_after: 0s}]\n", []string{
		`2:45: thresholds: abort_after: gap is not known during a run; abort_after works for throughput, attempts_per_success, conflict_rate, gave_up_rate, unknown_rate, failed_rate, and min, mean, max and percentiles, without a prefix or with response., attempt., increment., decrement., read. or transfer. before them`,
		`2:59: thresholds: limit: must be a text such as "p99 < 200ms", not a list`,
		`2:77: thresholds: abort_after: must be at least 1s, not 0s`}},
	{"name: x\nthresholds: [p99 < 1s, {limit: p99 < 1s, abort_after: 10s}]\n", []string{
		`2:24: thresholds: "p99 < 1s" is listed twice`}},
	{"name: x\nthresholds:\n  - conflict-rat < 0.5\n", []string{
		`3:5: thresholds: "conflict-rat < 0.5": unknown metric "conflict-rat": did you mean "conflict_rate"? ("contend metrics" lists all)`}},
	{"name: x\nthresholds: [p0 < 1s]\n", []string{`2:14: thresholds: "p0 < 1s": p0 is not a percentile: one is above 0 and at most 100`}},
	{"name: x\nthresholds: [p99.9 < 1s, p99_9 < 1s]\n", []string{`2:26: thresholds: "p99_9 < 1s" is listed twice`}},
	{"name: x\nmisbehave: []\n", []string{`2:1: unknown field "misbehave": did you mean "embedded.misbehave"?`}},
	{"name: x\ncounters: {pick: zipf}\n", []string{"2:18: counters.pick: zipf needs an exponent above 0, as in zipf(1.1)"}},
	{"name: x\ncounters: {attribute: ''}\n", []string{"2:23: counters.attribute: must have at least 1 byte"}},
	{"name: x\ncounters: {attribute: }\n", []string{"2:23: counters.attribute: has no value"}},
	{"name: x\ncounters: {attribute: [hits]}\n", []string{"2:23: counters.attribute: must be text, not a list"}},
	{"name: x\ncounters: {attribute: " + strings.Repeat("h", 256) + "}\n", []string{"2:23: counters.attribute: must have at most 255 bytes, not 256"}},
	{"name: x\ncounters: {attribute: id}\n", []string{`2:23: counters.attribute: must not be "id", which is the key`}},
	{"name: x\ncounters: {attribute: version}\n", []string{`2:23: counters.attribute: must not be "version", an attribute that contend uses for something else`}},
	{"name: x\ncounters: {attribute: updated}\n", []string{`2:23: counters.attribute: must not be "updated", an attribute that contend uses for something else`}},
	{"name: x\noperations: {increment: 1, amount: 0}\n", []string{"2:36: operations.amount: must be at least 1, not 0"}},
	{"name: x\noperations: {increment: 1, amount: -3}\n", []string{"2:36: operations.amount: must be at least 1, not -3"}},
	{"name: x\noperations: {increment: 1, amount: 1.5}\n", []string{"2:36: operations.amount: must be a whole number, not 1.5"}},
	{"name: x\noperations: {increment: 1, amount: uniform(9, 1)}\n", []string{"2:36: operations.amount: the first bound of uniform must not be above the second: uniform(1, 9)"}},
	{"name: x\noperations: {increment: 1, amount: uniform(1, x)}\n", []string{`2:36: operations.amount: the bounds of uniform must be whole numbers, as in uniform(1, 9), not "x"`}},
	{"name: x\noperations: {increment: 1, amount: uniform(0, 10000000000)}\n", []string{"2:36: operations.amount: must be at least 1, not 0"}},
	{"name: x\noperations: {increment: 1, amount: zipf(1.1)}\n", []string{`2:36: operations.amount: must be a whole number, or uniform(1, 9), not "zipf(1.1)"`}},
	{"name: x\noperations: {increment: 1, amount: [1]}\n", []string{"2:36: operations.amount: must be a whole number, or uniform(1, 9), not a list"}},
	{"name: x\noperations: {increment: 1, amount: uniform(1, 9}\n", []string{`2:36: operations.amount: must be a whole number, or uniform(1, 9), not "uniform(1"`, `2:47: unknown field "operations.9" (known: increment, decrement, read, transfer, amount)`}},
	{"name: x\noperations: {transfer: 1}\ncounters: {count: 2}\n", []string{"2:24: operations.transfer: the strategy conditional changes one counter at a time (these can: transaction-token, transaction-marker)"}},
	{"name: x\nstrategy: transaction-token\noperations: {transfer: 1}\n", []string{"3:24: operations.transfer: needs counters.count to be at least 2, not 1"}},
	{"name: x\nstrategy: token-set\noperations: {increment: 1, amount: 2}\n", []string{"3:36: operations.amount: the strategy token-set counts by ones (these can: conditional, conditional-history, atomic-add, transaction-token, transaction-marker, item-collection, sharded, combining)"}},
	{"name: x\ncounters: {key: PK}\n", []string{`2:17: counters.key: must be a mapping such as { PK: "COUNTER#{counter}", SK: TOTAL }, not "PK"`}},
	{"name: x\ncounters: {key: {}}\n", []string{"2:17: counters.key: must have the partition key and, after it, the sort key if there is one, not 0 attributes"}},
	{"name: x\ncounters: {key: {a: b, c: d, e: f}}\n", []string{"2:17: counters.key: must have the partition key and, after it, the sort key if there is one, not 3 attributes"}},
	{"name: x\ncounters: {key: {PK: 'C#{count}', SK: }}\n", []string{
		"2:22: counters.key: PK: must have no braces but those of {counter} and {number}",
		"2:39: counters.key: SK: has no value"}},
	{"name: x\ncounters: {key: {PK: {N: '{counter}'}, SK: {B: x}}}\n", []string{
		"2:22: counters.key: PK: must have {number} in place of {counter}, as it is a number",
		`2:44: counters.key: SK: must be of the type S or N, as in { N: "1{number}" }, not "B"`}},
	{"name: x\ncounters: {key: {PK: 1.5}}\n", []string{"2:22: counters.key: PK: must be a whole number such as 17 or 17{number}"}},
	{"name: x\ncounters: {key: {PK: [a]}}\n", []string{`2:22: counters.key: PK: must be text, a number, or { N: "1{number}" }, not a list`}},
	{"name: x\ncounters: {count: 2, key: {PK: TOTAL}}\n", []string{"2:27: counters.key: must have {counter} or {number}, so that the 2 counters have keys of their own"}},
	{"name: x\nstrategy: sharded\ncounters: {key: {PK: TOTAL}}\n", []string{"3:17: counters.key: the strategy sharded keeps several items, so that a string of the key must have {counter} or {number} (these can: conditional, conditional-history, atomic-add, transaction-token, token-set, combining)"}},
	{"name: x\nstrategy: item-collection\ncounters: {key: {PK: '{counter}', SK: x}}\n", []string{`3:17: counters.key: the strategy item-collection keeps an item for each change under the sort key "event", so it needs a table of its own (these can: conditional, conditional-history, atomic-add, transaction-token, transaction-marker, token-set, sharded, combining)`}},
	{"name: x\nstrategy: token-set\ncounters: {version: rev}\n", []string{"3:21: counters.version: the strategy token-set keeps more than one attribute (these can: conditional, atomic-add, transaction-token, combining)"}},
	{"name: x\ncounters: {attribute: 'tags[0].hits'}\n", []string{`2:23: counters.attribute: must lead through maps to a number: elements of lists, such as "tags[0]", are not supported`}},
	{"name: x\ncounters: {attribute: stats..hits}\n", []string{`2:23: counters.attribute: must have a name on both sides of each point (\. is a point within a name)`}},
	{"name: x\ncounters: {key: {PK: x}, attribute: PK}\n", []string{`2:37: counters.attribute: must not be "PK", which is the key`}},
	{"name: x\ncounters: {attribute: stats, version: stats.rev}\n", []string{"2:39: counters.version: must not overlap the path of the number, stats"}},
	{"name: x\ncounters: {attribute: stats.hits, item: {stats: 5}}\n", []string{"2:41: counters.item: must fit the number's place: stats is not a map, and stats.hits should be in it"}},
	{"name: x\ncounters: {item: [a]}\n", []string{"2:18: counters.item: must be a mapping of attributes such as { kind: counter, stats: {} }, not a list"}},
	{"name: x\ncounters: {item: {n: 123456789012345678901234567890123456789}}\n", []string{`2:22: counters.item: a number of DynamoDB has at most 38 digits: "123456789012345678901234567890123456789"`}},
	{"name: x\ncounters: {item: {updated: now}}\n", []string{`2:18: counters.item: must not have "updated", an attribute that contend uses for something else`}},
	{"name: x\ncounters: {keep: true}\n", []string{"2:18: counters.keep: needs a table: without one each run has a new table of its own, which --keep-table keeps"}},
	{"name: x\ncounters: {pick: zipf(0)}\n", []string{"2:18: counters.pick: zipf needs an exponent above 0, as in zipf(1.1)"}},
	{"name: x\ncounters: {pick: zipf(-1)}\n", []string{"2:18: counters.pick: the exponent of zipf must be above 0 and at most 100, not -1"}},
	{"name: x\ncounters: {pick: zipf(NaN)}\n", []string{`2:18: counters.pick: the exponent of zipf must be a number, as in zipf(1.1), not "NaN"`}},
	{"name: x\ncounters: {pick: unifrom}\n", []string{`2:18: counters.pick: unknown name "unifrom": did you mean "uniform"?`}},
	{"name: x\ntarget: embeded\n", []string{`2:9: target: unknown name "embeded": did you mean "embedded"?`}},
	{"name: x\ntarget: ftp://host\n", []string{`2:9: target: must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not "ftp://host"`}},
	{"name: x\ntarget: localhost:8000\n", []string{`2:9: target: must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not "localhost:8000"`}},
	{"name: x\ntarget: http://\n", []string{`2:9: target: must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not "http://"`}},
	{"name: x\ntarget: http://host:99999\n", []string{`2:9: target: must be embedded, simulated, aws or a URL such as http://127.0.0.1:8000, not "http://host:99999"`}},
	{"name: x\ntarget: http://me:secret@host\n", []string{"2:9: target: must not hold a user or password: credentials come from the environment"}},
	{"name: x\ntarget: http://host/?x=1\n", []string{`2:9: target: must end after the host or path, not with ? or #: "http://host/?x=1"`}},
	{"name: x\ntable: a/b\n", []string{`2:8: table: must be 3 to 255 of the letters a to z and A to Z, digits, _, - and ., not "a/b"`}},

	// Fields that contradict each other.
	{"name: x\nload: {workers: 4, duration: 0s}\n", []string{"2:30: load: needs a duration or a number of operations above 0"}},
	{"name: x\nload: {operations: 0}\n", []string{"2:20: load: needs a duration or a number of operations above 0"}},
	{"name: x\noperations: {increment: 0, read: 0}\n", []string{"2:13: operations: all weights are 0: give increment, decrement, read or transfer one above 0"}},
	{"name: x\noperations: {}\n", []string{"2:13: operations: all weights are 0: give increment, decrement, read or transfer one above 0"}},
	{"name: x\nretry: {base: 2s}\n", []string{"2:15: retry: base (2s) must be at most cap (1s)"}},
	{"name: x\nretry: {cap: 1ms}\n", []string{"2:14: retry: base (5ms) must be at most cap (1ms)"}},
	{"name: x\nretry: {policy: decorrelated-jitter, base: 0s}\n", []string{`2:44: retry: base must be above 0s for the policy "decorrelated-jitter"`}},
	{"name: x\nload: {workers: 100}\ncounters: {count: 1000000}\nview: kept\n", []string{
		"3:19: counters: 1000000 counters times 100 workers are too many for view: kept: the product must be at most 10000000"}},

	// Many problems at once, in the order of the file. A value that could not be read
	// does not cause a second problem where it is used.
	{"name: x\nrequest_timeout: 1\nview: old\nretry: {cap: 1, base: 2s, policy: fixd}\nload: {workers: 0, duration: 10}\nstrategi: y\n", []string{
		"2:18: request_timeout: 1 has no unit: write 1s or 1ms",
		`3:7: view: unknown name "old" (known: fresh, kept)`,
		"4:14: retry.cap: 1 has no unit: write 1s or 1ms",
		`4:35: retry.policy: unknown name "fixd": did you mean "fixed"?`,
		"5:17: load.workers: must be at least 1, not 0",
		"5:30: load.duration: 10 has no unit: write 10s or 10ms",
		`6:1: unknown field "strategi": did you mean "strategy"?`}},
}

func TestDecodeReportsEverything(t *testing.T) {
	for _, c := range malformed {
		s, err := Decode("s.yaml", []byte(c.text))
		want := "s.yaml:" + strings.Join(c.want, "\ns.yaml:")
		if err == nil || err.Error() != want {
			t.Errorf("%.200q:\ngot  %v\nwant %s", c.text, err, want)
		}
		if !reflect.DeepEqual(s, Scenario{}) {
			t.Errorf("%.200q: got a scenario with the error", c.text)
		}
	}
}

func TestScenarioErrorHoldsPositions(t *testing.T) {
	_, err := Decode("s.yaml", []byte("name: x\nload: {workers: 0}\n"), Override{"--seed", "seed", "x"})
	var problem *Error
	if !errors.As(err, &problem) || len(problem.Problems) != 2 {
		t.Fatalf("got %v, want two problems", err)
	}
	for i, want := range []Problem{
		{File: "s.yaml", Line: 2, Column: 17, Message: "load.workers: must be at least 1, not 0"},
		{File: "--seed x", Line: 0, Column: 0, Message: `seed: must be a whole number, not "x"`},
	} {
		if got := problem.Problems[i]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestDecodeDefaults(t *testing.T) {
	want := Default()
	want.Name = "x"
	for _, text := range []string{"name: x", "name: x\n", "\uFEFFname: x", "{name: x}", "---\nname: 'x'\n...\n", "name: x\nload: {}\nretry: {}\n"} {
		if got := decode(t, text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
	if err := Validate(want); err != nil {
		t.Errorf("the defaults: %v", err)
	}
}

// Values in place of defaults, one field a line.
func TestDecodeValues(t *testing.T) {
	for _, c := range []struct {
		text   string
		change func(*Scenario)
	}{
		{"seed: 18446744073709551615", func(s *Scenario) { s.Seed = 1<<64 - 1 }},
		{"target: aws", func(s *Scenario) { s.Target = TargetAWS }},
		{"target: https://[::1]:8000/db", func(s *Scenario) { s.Target = "https://[::1]:8000/db" }},
		{"table: my.Table_1", func(s *Scenario) { s.Table = "my.Table_1" }},
		{"table: ''", func(s *Scenario) {}},
		{"description: |-\n  two\n  lines", func(s *Scenario) { s.Description = "two\nlines" }},
		{"description: 123", func(s *Scenario) { s.Description = "123" }},
		{"counters: {initial: -9223372036854775808}", func(s *Scenario) { s.Counters.Initial = -1 << 63 }},
		{"counters: {count: 1_000, pick: zipf(1.1)}", func(s *Scenario) { s.Counters = Counters{Count: 1000, Pick: Pick{PickZipf, 1.1}} }},
		{"counters: {attribute: hits}", func(s *Scenario) { s.Counters.Attribute = "hits" }},
		{"counters: {attribute: \"a, b: {c}\"}", func(s *Scenario) { s.Counters.Attribute = "a, b: {c}" }},
		{"counters: {attribute: stats.hits, version: rev}", func(s *Scenario) { s.Counters.Attribute, s.Counters.Version = "stats.hits", "rev" }},
		{"counters: {key: {PK: 'COUNTER#{counter}', SK: TOTAL}}", func(s *Scenario) {
			s.Counters.Key = layout.Key{Partition: layout.Element{Attribute: "PK", Type: "S", Template: "COUNTER#{counter}"}, Sort: layout.Element{Attribute: "SK", Type: "S", Template: "TOTAL"}}
		}},
		{"counters:\n  count: 2\n  key:\n    tenant: 17\n    n: {N: '{number}'}", func(s *Scenario) {
			s.Counters.Count = 2
			s.Counters.Key = layout.Key{Partition: layout.Element{Attribute: "tenant", Type: "N", Template: "17"}, Sort: layout.Element{Attribute: "n", Type: "N", Template: "{number}"}}
		}},
		{"counters: {key: {id: {S: '17'}}}", func(s *Scenario) {
			s.Counters.Key.Partition = layout.Element{Attribute: "id", Type: "S", Template: "17"}
		}},
		{"counters: {item: {kind: 'c {counter}', n: -1.5e3, on: true, off: false, gone: null, stats: {}, list: [1, 'x', {a: b}], text: '7'}}", func(s *Scenario) {
			text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
			s.Counters.Item = layout.Item{
				"kind": text("c {counter}"), "n": &types.AttributeValueMemberN{Value: "-1.5e3"}, "text": text("7"),
				"on": &types.AttributeValueMemberBOOL{Value: true}, "off": &types.AttributeValueMemberBOOL{}, "gone": &types.AttributeValueMemberNULL{Value: true},
				"stats": &types.AttributeValueMemberM{Value: layout.Item{}}, "list": &types.AttributeValueMemberL{Value: []types.AttributeValue{
					&types.AttributeValueMemberN{Value: "1"}, text("x"), &types.AttributeValueMemberM{Value: layout.Item{"a": text("b")}},
				}},
			}
		}},
		{"counters: {item: {n: -1234567890123456789012345678901234567.80e-7}}", func(s *Scenario) {
			s.Counters.Item = layout.Item{"n": &types.AttributeValueMemberN{Value: "-1234567890123456789012345678901234567.80e-7"}}
		}},
		{"table: mine\ncounters: {keep: true}", func(s *Scenario) { s.Table, s.Counters.Keep = "mine", true }},
		{"counters: {pick: round-robin}", func(s *Scenario) { s.Counters.Pick.Kind = PickRoundRobin }},
		{"counters: {pick: own}", func(s *Scenario) { s.Counters.Pick.Kind = PickOwn }},
		{"load: {rate: 90/m}", func(s *Scenario) {
			s.Load.Rate, s.Load.Arrivals, s.Load.Overload = 1.5, pace.Poisson, OverloadQueue
		}},
		{"load: {rate: 5e2/s, arrivals: uniform, overload: drop, operations: 7}", func(s *Scenario) {
			s.Load = Load{Workers: 32, Operations: 7, Rate: 500, Arrivals: pace.Uniform, Overload: OverloadDrop}
		}},
		{"load: {stages: [{workers: 2, duration: 1s}, {workers: 8, duration: 2s, ramp: true}]}", func(s *Scenario) {
			s.Load = Load{Workers: 8, Duration: 3 * time.Second, Stages: []Stage{{Duration: time.Second, Workers: 2}, {Duration: 2 * time.Second, Workers: 8, Ramp: true}}}
		}},
		{"load: {workers: 4, stages: [{rate: 2/s, duration: 1s}]}", func(s *Scenario) {
			s.Load = Load{Workers: 4, Duration: time.Second, Arrivals: pace.Poisson, Overload: OverloadQueue, Stages: []Stage{{Duration: time.Second, Rate: 2}}}
		}},
		{"strategy: transaction-token\ncounters: {count: 2}\noperations: {transfer: 3}", func(s *Scenario) {
			s.Strategy, s.Counters.Count, s.Operations = counter.TransactionTokenName, 2, Mix{history.Transfer: 3}
		}},
		{"operations: {increment: 1, amount: 7}", func(s *Scenario) { s.Amount = Amount{7, 7} }},
		{"operations: {amount: uniform(1, 9), increment: 1}", func(s *Scenario) { s.Amount = Amount{1, 9} }},
		{"operations: {increment: 1, amount: uniform(1,1_000)}", func(s *Scenario) { s.Amount = Amount{1, 1000} }},
		{"operations:\n  increment: 1\n  amount: uniform( 3 , 3 )", func(s *Scenario) { s.Amount = Amount{3, 3} }},
		{"strategy: atomic-add", func(s *Scenario) { s.Strategy = counter.AtomicAddName }},
		{"retry: {policy: none, on: []}", func(s *Scenario) { s.Retry.Kind, s.Retry.On = retry.None, 0 }},
		{"retry: {policy: immediate, base: 0}", func(s *Scenario) { s.Retry.Kind, s.Retry.Base = retry.Immediate, 0 }},
		{"retry: {base: 2s, cap: 0}", func(s *Scenario) { s.Retry.Base, s.Retry.Cap = 2*time.Second, 0 }},
		{"retry: {factor: 1.5, max_attempts: 7}", func(s *Scenario) { s.Retry.Factor, s.Retry.MaxAttempts = 1.5, 7 }},
		{"retry: {deadline: 1m30s, on: [failed]}", func(s *Scenario) {
			s.Retry.Deadline, s.Retry.On = 90*time.Second, retry.Outcomes(counter.Failed)
		}},
		{"retry: {refresh: from-conflict}", func(s *Scenario) { s.Retry.Refresh = RefreshFromConflict }},
		{"load: {operations: 9, warmup: 90s}", func(s *Scenario) { s.Load.Operations, s.Load.Duration, s.Load.Warmup = 9, 0, 90*time.Second }},
		{"load: {workers: 8, think: 1.5ms}", func(s *Scenario) { s.Load.Workers, s.Load.Think = 8, 1500*time.Microsecond }},
		{"load: {think: exponential( 2s )}", func(s *Scenario) { s.Load.Think, s.Load.ThinkVaries = 2*time.Second, true }},
		{"load: {operations: 500}", func(s *Scenario) { s.Load.Operations, s.Load.Duration = 500, 0 }},
		{"load: {operations: 500, duration: 3s}", func(s *Scenario) { s.Load.Operations, s.Load.Duration = 500, 3*time.Second }},
		{"load: {operations: 0, duration: 3s}", func(s *Scenario) { s.Load.Duration = 3 * time.Second }},
		{"operations: {read: 5}", func(s *Scenario) { s.Operations = Mix{history.Read: 5} }},
		{"operations: {increment: 9, decrement: 2, read: 0}", func(s *Scenario) { s.Operations = Mix{9, 2, 0} }},
		{"reads: eventual", func(s *Scenario) { s.Reads = ReadsEventual }},
		{"view: kept", func(s *Scenario) { s.View = ViewKept }},
		{"embedded: {latency: {mean: 4ms, sd: 1ms}}", func(s *Scenario) { s.Embedded.Latency = ModelledLatency{4e6, 1e6} }},
		{"embedded: {write_capacity: 1000, read_capacity: 3000, read_lag: 50ms}", func(s *Scenario) {
			s.Embedded.WriteCapacity, s.Embedded.ReadCapacity, s.Embedded.ReadLag = 1000, 3000, 5e7
		}},
		{"embedded: {misbehave: [{kind: go-back, one_in: 1}, {kind: lose-update, one_in: 100_000}]}", func(s *Scenario) {
			s.Embedded.Misbehave = []Misbehaviour{{"lose-update", 100_000}, {"go-back", 1}}
		}},
		{"embedded: {throughput: {mode: provisioned, write: 5, read: 6, burst: 1m}}", func(s *Scenario) {
			defaultThroughput(s)
			c := &s.Embedded.Throughput
			c.Mode, c.Units, c.Burst = ThroughputProvisioned, ThroughputUnits{Write: 5, Read: 6}, time.Minute
		}},
		{"embedded: {throughput: {warm: {write: 7}, split_for_heat: 0s}}", func(s *Scenario) {
			defaultThroughput(s)
			s.Embedded.Throughput.Warm.Write = 7
		}},
		{"embedded: {misbehave: []}", func(*Scenario) {}},
		{"thresholds: []", func(*Scenario) {}},
		{"thresholds: [{abort_after: 1m30s, limit: read.p99.5<2 s}]", func(s *Scenario) {
			s.Thresholds = []threshold.Threshold{{Metric: "read.p99.5", Operator: threshold.Less, Number: 2, Unit: threshold.Seconds, AbortAfter: 90 * time.Second}}
		}},
		{"thresholds: [p99<0.2 s, 'failed == 0']", func(s *Scenario) {
			s.Thresholds = []threshold.Threshold{
				{Metric: "p99", Operator: threshold.Less, Number: 0.2, Unit: threshold.Seconds}, {Metric: "failed", Operator: threshold.Equal},
			}
		}},
		{"request_timeout: 1ms", func(s *Scenario) { s.RequestTimeout = time.Millisecond }},
	} {
		want := Default()
		want.Name = "x"
		c.change(&want)
		if got := decode(t, "name: x\n"+c.text+"\n"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", c.text, got, want)
		}
	}
}

func decode(t *testing.T, text string, overrides ...Override) Scenario {
	t.Helper()
	s, err := Decode("s.yaml", []byte(text), overrides...)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return s
}

// FuzzDecode: no text makes the decoder panic. If it refuses a text, it gives a position
// in it. If it accepts one, the scenario is valid and survives encoding.
func FuzzDecode(f *testing.F) {
	for _, c := range malformed {
		if len(c.text) < 2000 {
			f.Add([]byte(c.text))
		}
	}
	f.Add(Encode(Default()))
	f.Add([]byte("name: x\nthresholds: [p99 < 200ms, 'cost_per_million <= $1', verdict != fail, {limit: p9 < 1s, abort_after: 2s}]\n"))
	for _, c := range malformedParts {
		f.Add([]byte("name: x\n" + c.text))
	}
	f.Add([]byte("name: x\nembedded: {latency: [{share: 0.5, mean: 5ms, sd: 1ms}, {share: 0.5, mean: 50ms}]}\n"))
	f.Add([]byte("name: x\nretry: {chain: 3, budget: {ratio: 1}, mix: [{share: 0.3, policy: ticket}, {share: 0.7, policy: window, clients: 3, base: 1ms}]}\n"))
	f.Add([]byte("name: x\nretry: {on: [failed], policy: fixed}\nload: {operations: 5}\ndescription: 'it''s: #1'\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Decode("s.yaml", text)
		if err != nil {
			checkProblems(t, err, 1+strings.Count(string(text), "\n"))
			return
		}
		checkRoundTrip(t, s)
	})
}

func checkProblems(t *testing.T, err error, lines int) {
	t.Helper()
	var problem *Error
	if !errors.As(err, &problem) || len(problem.Problems) == 0 {
		t.Fatalf("got %#v, want problems", err)
	}
	for _, p := range problem.Problems {
		if p.Message == "" || p.File != "s.yaml" || p.Line < 1 || p.Line > lines || p.Column < 1 {
			t.Errorf("got %+v, want a message within %d lines", p, lines)
		}
	}
}
