// Package explore runs a scenario under many seeds, and makes the first failure small.
//
// [Explorer.Run] draws the scenario of each seed from a [plan.Space] and carries out as many
// runs at once as the process may use cores, each by package trial. It takes their results in
// the order of the seeds, so that what it returns does not depend on the number of cores, if
// the runs themselves depend on nothing but their scenarios: that is what simulated time is
// for.
//
// After a failure it looks for the smallest scenario that still fails by the same check. It
// tries to change one thing at a time: fewer operations, workers, counters and faults, an
// earlier end, no spread of the latency, fewer kinds of operations. A change can move
// everything that is drawn later. So each change is tried with the same seed first, and with
// some neighbouring seeds once that leads nowhere any more. What is left when no change
// succeeds is not the smallest failure that exists, but it is small.
//
// [Tell] turns the history of such a run into a [Story].
package explore
