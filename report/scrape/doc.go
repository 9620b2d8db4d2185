// Package scrape shows a run that goes on, and its final numbers, to Prometheus and other
// programs that read its format. It has the dashboard of Grafana for them.
//
// Nothing is counted for it: a scrape sums what the workers count for the progress line
// anyway, without a lock.
package scrape
