// Package workload holds no code. Its subpackages, in the order in which to read them:
//
//   - hist: histograms of durations.
//   - pace, retry, threshold: when work is due, what follows an attempt, and which
//     limits a run must keep, as pure values.
//   - history: the operations with their attempts and answers, in memory and in a file.
//   - fault: the rules for injecting faults into requests.
//   - check: the verdict on a history.
//   - scenario: the description of a run, read from YAML by package yamltree.
//   - plan: the runs of a scenario with a matrix.
//   - estimate: the requests and the cost that a scenario will take.
//   - measure: the measurements of a load.
//   - store: the store under load.
//   - fleet: the workers that generate the load.
//   - rendezvous: several processes that carry out one run.
//   - probe: which guarantees a server keeps and which it breaks.
//   - trial: a run from the scenario to the verdict; trialtest: the same in a Go test.
//   - explore: many seeds of a scenario, and the smallest failing run.
package workload
