package countertest_test

import (
	"testing"

	"contend/counter"
	"contend/counter/countertest"
)

// A test of a design with a table of its own (see the tests of this package for the
// whole program). An example cannot run it, as it has no test to fail.
func ExampleRun() {
	_ = func(t *testing.T, client countertest.Client) {
		countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
			return tally{client: client}
		}, countertest.Options{
			Table: tallyOptions().Table,
			Costs: countertest.Costs{Read: 1, Write: 1},
		})
	}
}
