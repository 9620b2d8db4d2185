// Package workload holds no code. Its rooms do, in the order in which to read them:
//
//   - hist: histograms of durations.
//   - pace, retry, threshold: when work is due, what follows an attempt, and which
//     limits a run must keep, as pure values.
//   - history: what operations did and were told, in memory and as a file.
//   - fault: the rules by which requests go wrong.
//   - check: the verdicts on a history.
//   - scenario: what a run is to do, read from YAML by way of yamltree.
//   - plan: a scenario with a matrix as the runs to make.
//   - estimate: what a scenario will ask of a store.
//   - measure: what a load measured.
//   - store: the store that a load is put on.
//   - fleet: the workers that put the load on it.
//   - probe: what a server gets right and what it breaks.
package workload
