// Package reporttest makes reports of many kinds of runs for the tests of packages that
// show them.
package reporttest
