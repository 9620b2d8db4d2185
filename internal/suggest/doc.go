// Package suggest finds the known name that somebody probably meant.
package suggest
