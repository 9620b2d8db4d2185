// Package advise says which retry policy and which counter design suit a scenario.
//
// [Advise] makes a list of candidates: the scenario as it is, other policies for its
// design, and other designs that give what the scenario asks for. It runs each of them for
// a short time in simulated time, with the load, the latencies, the limits and the faults
// of the scenario, and with all checks on. Then it ranks them.
//
// The advice is a pure function of the scenario, its seed and the options. What bounds a
// run is its number of requests, never the clock of the machine.
package advise
