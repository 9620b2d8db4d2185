package scenario_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"contend/workload/plan"
	"contend/workload/scenario"
)

// Every field has a description and a schema.
func TestEveryFieldIsDescribed(t *testing.T) {
	var visit func(fields []scenario.Field)
	visit = func(fields []scenario.Field) {
		for _, f := range fields {
			if f.About == "" || (f.Schema == nil) == (f.Fields == nil) {
				t.Errorf("%s: about %q, schema %v, fields %v", f.Path, f.About, f.Schema, f.Fields)
			}
			visit(f.Fields)
		}
	}
	visit(scenario.Fields())
}

// Every text that contend accepts is valid by the schema, so that an editor marks none.
func TestValidScenariosAreValidByTheSchema(t *testing.T) {
	schema := compiled(t)
	random := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		text := scenario.Encode(scenario.Random(random))
		if err := schema.Validate(parsed(t, text)); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
	files, err := filepath.Glob("../../scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no shipped scenarios (%v)", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(parsed(t, text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// beyondSchema are texts that contend refuses and a schema cannot refuse: they use YAML
// that scenarios do not, a duration or rate is out of bounds, a threshold has no meaning,
// or fields contradict each other.
var beyondSchema = []string{
	// YAML that editors accept and contend does not.
	"name: x\n---\nname: y\n",
	"name: x\n---\n[\n",
	"name: x # \x7f\n",
	"name: x # \ufeff\n",
	strings.Repeat("# long\n", 150_000) + "name: x",
	"name: &a x\ndescription: *a\n",
	"&k name: x\n",
	"name: x\nload:\n  <<: {workers: 3}\n",
	"name: x\nload: {workers: 0x10}\n",
	"name: x\nload: {workers: 010}\n",
	"name: x\ndescription: \"a\\eb\"\n",

	// A duration, rate or number that is out of bounds, written as a text.
	"name: x\nload: {rate: 0/s}\n",
	"name: x\nload: {rate: 1000001/s}\n",
	"name: x\nload: {duration: 200h}\n",
	"name: x\nrequest_timeout: 10us\n",
	"name: x\ncounters: {pick: zipf(0)}\n",
	"name: x\ncounters: {pick: zipf(-1)}\n",
	"name: x\ntarget: http://host:99999\n",

	// Fields that are refused in a scenario for a single run: matrix and repeat.
	"name: x\nmatrix: {}\n",
	"name: x\nrepeat: 5\n",

	// Names and texts that fit the patterns of the schema, and are wrong all the same.
	"name: x\nembedded: {misbehave: [{kind: go-back, one_in: 5}, {kind: go-back, one_in: 6}]}\n",
	"name: x\nthresholds: [p99.9 < 1s, p99_9 < 1s]\n",
	"name: x\nthresholds: [{limit: p99 < 1s, abort_after: 10ms}]\n",
	"name: x\nthresholds: [p99 < 1s, {limit: p99 < 1s, abort_after: 10s}]\n",
	"name: x\ncounters: {attribute: " + strings.Repeat("h", 256) + "}\n",
	"name: x\ncounters: {attribute: id}\n",
	"name: x\nstrategy: token-set\noperations: {increment: 1, amount: 2}\n",
	"name: x\noperations: {transfer: 1}\ncounters: {count: 2}\n",
	"name: x\nstrategy: transaction-token\noperations: {transfer: 1}\n",
	"name: x\ncounters: {key: {PK: 1.5}}\n",
	"name: x\ncounters: {count: 2, key: {PK: TOTAL}}\n",
	"name: x\nstrategy: sharded\ncounters: {key: {PK: TOTAL}}\n",
	"name: x\nstrategy: item-collection\ncounters: {key: {PK: '{counter}', SK: x}}\n",
	"name: x\nstrategy: token-set\ncounters: {version: rev}\n",
	"name: x\ncounters: {attribute: 'tags[0].hits'}\n",
	"name: x\ncounters: {attribute: stats..hits}\n",
	"name: x\ncounters: {key: {PK: x}, attribute: PK}\n",
	"name: x\ncounters: {attribute: stats, version: stats.rev}\n",
	"name: x\ncounters: {attribute: stats.hits, item: {stats: 5}}\n",
	"name: x\ncounters: {item: {n: 123456789012345678901234567890123456789}}\n",
	"name: x\ncounters: {item: {updated: now}}\n",
	"name: x\ncounters: {keep: true}\n",
	"name: x\ncounters: {attribute: version}\n",
	"name: x\ncounters: {attribute: updated}\n",

	// Fields that contradict each other.
	"name: x\nload: {duration: 2s, warmup: 2s}\n",
	"name: x\nload: {arrivals: poisson, overload: drop}\n",
	"name: x\nload: {rate: 1/s, think: 1ms}\n",
	"name: x\nload: {think: exponential(0s)}\n",
	"name: x\nload: {think: exponential(2h)}\n",
	"name: x\nload: {rate: 1/s, think: exponential(1s)}\n",
	"name: x\nload: {stages: [{rate: 1/s, duration: 1s}, {workers: 1, duration: 1s}]}\n",
	"name: x\nload: {workers: 3, rate: 1/s, duration: 1s, operations: 5, stages: [{workers: 4, duration: 2s}]}\n",
	"name: x\nload: {stages: [{workers: 4, duration: 100h}, {workers: 4, duration: 100h}]}\n",
	"name: x\ncounters: {initial: 5, floor: 6}\n",
	"name: x\nfaults: [{kind: reset}, {kind: delay, count: 1}, {kind: reset, count: 1, delay: 1s}, {kind: partition, from: 2s, to: 1s}]\n",
	"name: x\nload: {workers: 4, duration: 0s}\n",
	"name: x\nload: {operations: 0}\n",
	"name: x\noperations: {increment: 0, read: 0}\n",
	"name: x\noperations: {}\n",
	"name: x\nretry: {base: 2s}\n",
	"name: x\nretry: {cap: 1ms}\n",
	"name: x\nretry: {policy: decorrelated-jitter, base: 0s}\n",
	"name: x\nretry: {budget: {burst: 5}}",
	"name: x\nretry: {policy: fixed, enlist: true}",
	"name: x\nretry: {policy: ticket, refresh: at-conflict}",
	"name: x\nretry: {mix: [{share: 0.5, policy: none}, {share: 0.4, policy: none}]}",
	"name: x\nretry: {policy: fixed, mix: [{share: 0.5, policy: none}, {share: 0.5, policy: none}]}",
	"name: x\nretry: {base: 0s, mix: [{share: 0.5, policy: fixed}, {share: 0.5, policy: none}]}",
	"name: x\nembedded: {latency: [{share: 0.5, mean: 5ms}, {share: 0.6, mean: 5ms}]}",
	"name: x\nembedded: {throughput: {mode: provisioned, write: 5}}\n",
	"name: x\nembedded: {throughput: {mode: on-demand, write: 5}}\n",
	"name: x\nembedded: {throughput: {mode: on-demand}, write_capacity: 5}\n",
	"name: x\nload: {workers: 10001}\n",
	"name: x\nload: {stages: [{duration: 1s, workers: 10001}]}\n",
	"name: x\nload: {workers: 100}\ncounters: {count: 1000000}\nview: kept\n",
}

func TestMalformedScenariosAreNotValidByTheSchema(t *testing.T) {
	schema := compiled(t)
	for _, text := range scenario.Malformed() {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			continue // it is not even YAML for an editor
		}
		refused := schema.Validate(value) != nil
		if listed := slices.Contains(beyondSchema, text); refused == listed {
			t.Errorf("refused: %t, listed as beyond the schema: %t: %.150q", refused, listed, text)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(plan.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("contend.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("contend.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parsed(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
