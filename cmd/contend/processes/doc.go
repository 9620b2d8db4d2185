// Package processes tests contend as processes that make one run together, and that are
// killed and started again. It has only tests.
package processes
