// Package served has the scripts that run contend against a server in a process of its own.
package served
