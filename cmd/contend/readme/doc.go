// Package readme tests that the READMEs are true: the sessions in them are run, the
// figures in their tables are measured again, and their links lead somewhere.
package readme
