// Package page shows reports and comparisons as HTML pages. Each is one file, which needs
// no network and no script.
package page
