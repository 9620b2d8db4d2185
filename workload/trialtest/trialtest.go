// Package trialtest tests a counter under contention: [Run] carries out a scenario
// inside "go test" and fails the test for every failed check, with the operations
// that show it.
package trialtest

import (
	"os"
	"path/filepath"
	"testing"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Run carries out a scenario with the design that build returns for a client; a nil
// build means the design that the scenario names. build is called twice: for the
// load, and for the requests before and after it. A scenario with the strategy exec runs a
// program of the user's own, with the environment of the test. The scenario's target must be on
// this machine; the default is the embedded server.
//
// The test fails for each failed check, for a run that ended in an error, and for an
// inconclusive verdict: a test that shows nothing must not pass. Use the returned
// outcome to test more, such as the number of attempts; it is nil if the load did not
// begin.
func Run(t testing.TB, s scenario.Scenario, build func(counter.DynamoDB) counter.Strategy) *trial.Outcome {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.jsonl.zst")
	options := trial.Options{History: path, Environment: os.Environ(), OnWarning: func(sentence string) { t.Log(sentence) }}
	if build != nil {
		options.Strategy = func(client counter.DynamoDB) (counter.Strategy, error) { return build(client), nil }
	}
	o, err := trial.Run(t.Context(), s, options)
	if err != nil {
		t.Errorf("the run ended in an error: %v", err)
	}
	if o == nil {
		return nil
	}
	for _, c := range o.Verdict.Checks {
		if c.Status != check.Fail {
			continue
		}
		t.Errorf("%s: %s", c.Name, c.Reason)
		for _, evidence := range c.Evidence {
			t.Logf("%s: %s", c.Name, evidence)
		}
	}
	if o.Verdict.Status == check.Inconclusive {
		t.Errorf("the run shows nothing: %s", undecided(o.Verdict))
	}
	return o
}

// undecided returns the reason of the first inconclusive check.
func undecided(v check.Verdict) string {
	for _, c := range v.Checks {
		if c.Status == check.Inconclusive {
			return c.Name + ": " + c.Reason
		}
	}
	return "no check passed"
}
