package readme

import (
	"slices"
	"strings"
)

// measuredTable is a table of a README with figures of simulated runs, which are the same on
// every machine. The first column names the row. Each other cell is the median of a metric
// over the runs of one variant.
type measuredTable struct {
	readme  string
	header  string // its first line, which occurs once in the README
	command string // of the campaign of all rows, as the README has it
	row     func(label string) string
	columns []measuredColumn
	quick   []string // the rows that are made at short length too, one for each kind of figure
	// only is the setting of the columns of these rows that are made at short length, as
	// in "load.workers=10"; all columns if it is "".
	only string
}

// measuredColumn says which variant of a row's campaign a cell is about: the one that
// has this setting, as in "load.workers=8"; the only one if it is "". A metric that begins
// with a slash is a path into report.json, as in "/groups/0/share_of_fair".
type measuredColumn struct {
	setting, metric string
}

// policiesReadme has the tables of the scenarios about retry policies.
const policiesReadme = "workload/retry/README.md"

// usualGap is a load with the time from reading to writing of most of those scenarios.
const usualGap = "contend run hot-key --target simulated -d 120s --set load.warmup=30s --set repeat=6 --set embedded.latency.mean=20ms --set embedded.latency.sd=4ms"

// measuredTables are all such tables.
var measuredTables = []measuredTable{
	{
		readme: "scenarios/README.md", header: "| policy | throughput | writes for each success | $ a million | p99 | Jain's index |",
		command: "contend run retry-policies --set load.workers=64", row: setting("retry.policy"),
		columns: columns("", "throughput", "writes_per_success", "cost_per_million", "response.p99", "fairness"),
	},
	{
		readme: "scenarios/README.md", header: "| design | 20/s: p99 | $ a million | 120/s: dropped | writes for each success | p99 | $ a million |",
		command: "contend run designs", row: setting("strategy"),
		columns: slices.Concat(columns("load.rate=20/s", "response.p99", "cost_per_million"),
			columns("load.rate=120/s", "dropped_rate", "writes_per_success", "response.p99", "cost_per_million")),
	},
	{
		readme: "scenarios/README.md", header: "| design | throughput | writes for each success | p99 | $ a million |",
		command: "contend run designs --set 'load={workers: 64, duration: 70s, warmup: 10s}' --set repeat=1", row: setting("strategy"),
		columns: columns("", "throughput", "writes_per_success", "response.p99", "cost_per_million"),
	},
	{
		readme:  "scenarios/README.md",
		header:  "| refresh | fresh view: throughput | writes for each success | p99 | Jain's index | starved | kept view: throughput | p99 | starved |",
		command: "contend run refresh-modes --set load.workers=32", row: setting("retry.refresh"),
		columns: slices.Concat(columns("view=fresh", "throughput", "writes_per_success", "response.p99", "fairness", "starved_workers"),
			columns("view=kept", "throughput", "response.p99", "starved_workers")),
	},
	{
		readme: "scenarios/README.md", header: "| due | conditional: p50 | p99 | dropped | atomic-add: p50 | p99 | dropped |",
		command: "contend run open-loop", row: setting("load.rate"), quick: []string{"20/s"},
		columns: slices.Concat(columns("strategy=conditional", "response.p50", "response.p99", "dropped_rate"), columns("strategy=atomic-add", "response.p50", "response.p99", "dropped_rate")),
		only:    "strategy=conditional",
	},
	{
		readme: "scenarios/README.md", header: "| shards | throughput | dropped | writes for each success | p99 |",
		command: "contend run sharded-limit", row: setting("parameters.shards"),
		columns: columns("", "throughput", "dropped_rate", "writes_per_success", "response.p99"),
	},
	{
		readme: policiesReadme, header: "| policy | 10: C | T | 100: C | T | reads | p99 | $ a million | 1000: C | T | reads | Jain's index | at random |",
		command: settledFrontier, row: frontierOf,
		columns: slices.Concat(columns("load.workers=10", "writes_per_success", "gaps_per_success"),
			columns("load.workers=100", "writes_per_success", "gaps_per_success", "reads_per_success", "response.p99", "cost_per_million"),
			columns("load.workers=1000", "writes_per_success", "gaps_per_success", "reads_per_success", "fairness", "fairness_limit")),
	},
	{
		readme: policiesReadme, header: "| poll, lag | 10: C | T | reads | read units | p99 | 100: C | T | reads | read units | p99 |",
		command: "contend run frontier --set retry.policy=ticket --set load.duration=160s --set load.warmup=40s", row: pollAndLag,
		columns: slices.Concat(columns("load.workers=10", polled...), columns("load.workers=100", polled...)),
	},
	{
		readme: policiesReadme, header: "| followers and foreigners | 10: of fair share | C | 100: of fair share | C |",
		command: "contend run mixed-fleet", row: mapping("retry.mix"),
		columns: slices.Concat(columns("load.workers=10", "/groups/0/share_of_fair", "writes_per_success"),
			columns("load.workers=100", "/groups/0/share_of_fair", "writes_per_success")),
	},
	{
		readme: policiesReadme, header: "| policy | 10: throughput | far, of fair share | 100: throughput | far, of fair share | C |",
		command: "contend run near-and-far", row: mapping("retry"), quick: []string{"`{policy: ticket, enlist: true}`"},
		columns: slices.Concat(columns("load.workers=10", "throughput", "/groups/1/share_of_fair"),
			columns("load.workers=100", "throughput", "/groups/1/share_of_fair", "writes_per_success")),
		only: "load.workers=10",
	},
	{
		readme: policiesReadme, header: "| policy | 10 clients | 200, the first 15 s | 200 | 10, the first 15 s | 10 |",
		command: "contend run step-load", row: mapping("retry"),
		columns: columns("", "/stages/0/conflict_rate", "/stages/1/conflict_rate", "/stages/2/conflict_rate", "/stages/3/conflict_rate", "/stages/4/conflict_rate"),
	},
	{
		readme: policiesReadme, header: "| policy | 10: C | T | 100: C | T | 1000: C | T | p99 |",
		command: "contend run one-shot", row: mapping("retry"), quick: []string{"`{policy: ticket}`"},
		columns: slices.Concat(columns("load={workers: 10, operations: 10}", "writes_per_success", "gaps_per_success"),
			columns("load={workers: 100, operations: 100}", "writes_per_success", "gaps_per_success"),
			columns("load={workers: 1000, operations: 1000}", "writes_per_success", "gaps_per_success", "response.p99")),
		only: "load={workers: 100, operations: 100}",
	},
	{
		readme: policiesReadme, header: "| policy | 10: throughput | C | p99 | 100: throughput | C | p99 |",
		command: "contend run lossy", row: mapping("retry"),
		columns: slices.Concat(columns("load.workers=10", "throughput", "writes_per_success", "response.p99"),
			columns("load.workers=100", "throughput", "writes_per_success", "response.p99")),
	},
	{
		readme: policiesReadme, header: "| policy | throughput | C | throttled | p99 | $ a million |",
		command: "contend run write-limit", row: mapping("retry"),
		columns: columns("", "throughput", "writes_per_success", "throttle_rate", "response.p99", "cost_per_million"),
	},
	{
		readme: policiesReadme, header: "| policy, 20 counters | throughput | C | p99 |",
		command: usualGap + " --workers 64 --set counters.count=20 --set counters.pick=zipf(1.1)", row: mapping("retry"),
		columns: columns("", "throughput", "writes_per_success", "response.p99"),
	},
	{
		readme: policiesReadme, header: "| policy, clients that stand still | throughput | C | p99 |",
		command: usualGap + " --set request_timeout=30s --set 'faults=[{kind: delay, probability: 0.002, delay: 10s}]'", row: mapping("retry"),
		columns: columns("", "throughput", "writes_per_success", "response.p99"),
	},
	{
		readme: policiesReadme, header: "| policy, a large item | throughput | C | $ a million |",
		command: usualGap + " --set strategy=conditional-history --set parameters.history=100", row: mapping("retry"),
		columns: columns("", "throughput", "writes_per_success", "cost_per_million"),
	},
	{
		readme: "README.md", header: "| `contend run hot-key …` | throughput | attempts per success | p50 | p99 |",
		command: "contend run hot-key --target simulated -d 70s --set load.warmup=10s --set repeat=6", row: flags,
		columns: columns("", "throughput", "attempts_per_success", "response.p50", "response.p99"),
	},
}

// setting makes the campaign of one row by a list of one value. Its runs have the same
// seeds as in the whole campaign.
func setting(path string) func(string) string {
	return func(label string) string { return "--set " + path + "=[" + label + "]" }
}

// mapping is setting for a field whose value is a mapping: the row's label is that value
// in backquotes.
func mapping(path string) func(string) string {
	return func(label string) string { return "--set '" + path + "=[" + strings.Trim(label, "`") + "]'" }
}

// settledFrontier is long enough for a thousand clients to settle.
const settledFrontier = "contend run frontier --set load.duration=320s --set load.warmup=200s"

// frontierOf makes the campaign of one policy at three numbers of clients.
func frontierOf(label string) string {
	return "--set 'matrix={retry: [" + strings.Trim(label, "`") + "], load.workers: [10, 100, 1000]}'"
}

// polled are the metrics of clients that look for their turn.
var polled = []string{"writes_per_success", "gaps_per_success", "reads_per_success", "read_units_per_success", "response.p99"}

// pollAndLag makes the campaign of a row such as "eventual, 20ms".
func pollAndLag(label string) string {
	poll, lag, _ := strings.Cut(label, ", ")
	return "--set 'matrix={retry.poll: [" + poll + "], embedded.read_lag: [" + lag + "], load.workers: [10, 100]}'"
}

// flags are those that a row of the README's first table names.
func flags(label string) string {
	if named, ok := strings.CutPrefix(label, "`"); ok {
		return strings.TrimSuffix(named, "`")
	}
	return ""
}

func columns(setting string, metrics ...string) (all []measuredColumn) {
	for _, m := range metrics {
		all = append(all, measuredColumn{setting, m})
	}
	return all
}
