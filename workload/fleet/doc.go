// Package fleet puts the load of a scenario on a store: one goroutine for each worker,
// from the first request for a counter to the last look at what it holds. [Fleet.Run]
// returns what was measured and writes the history.
package fleet
