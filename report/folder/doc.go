// Package folder keeps runs, campaigns and comparisons in the files of a folder: each is
// complete or absent.
package folder
