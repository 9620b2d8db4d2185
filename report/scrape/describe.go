package scrape

import "github.com/prometheus/client_golang/prometheus"

// The names of the metrics, without the suffix that histograms get.
const (
	operationsName   = "contend_operations_total"
	attemptsName     = "contend_attempts_total"
	conflictsName    = "contend_conflicts_total"
	throttlesName    = "contend_throttles_total"
	responseName     = "contend_response_seconds"
	unsuccessfulName = "contend_unsuccessful_response_seconds"
	attemptName      = "contend_attempt_seconds"
	rateName         = "contend_rate"
	dueName          = "contend_due_operations"
	backlogName      = "contend_backlog_operations"
	droppedName      = "contend_dropped_operations"
	elapsedName      = "contend_elapsed_seconds"
	runningName      = "contend_running"
)

// Names lists the names of all metrics.
func Names() []string {
	var names []string
	for _, d := range described() {
		names = append(names, d.name)
	}
	return names
}

// description is one metric with the labels that it has beside those of the run.
type description struct {
	name, help string
	labels     []string
}

func described() []description {
	return []description{
		{operationsName, "Operations that ended, with those of the warm-up.", []string{"operation", "outcome"}},
		{attemptsName, "Attempts that ended, with those of the warm-up.", []string{"operation", "outcome"}},
		{conflictsName, "Attempts that ended with a conflict, with those of the warm-up.", nil},
		{throttlesName, "Attempts that were throttled, with those of the warm-up.", nil},
		{responseName, "Response time of operations that were applied, without the warm-up.", []string{"operation"}},
		{unsuccessfulName, "Response time of all other operations, without the warm-up.", nil},
		{attemptName, "Time of one attempt, without the warm-up; outcome is applied or other.", []string{"outcome"}},
		{rateName, "Operations that become due in a second now; of an open loop.", nil},
		{dueName, "Operations that have become due; of an open loop.", nil},
		{backlogName, "Operations that are due and wait for a free worker; of an open loop.", nil},
		{droppedName, "Operations that found no free worker and are never begun; of an open loop.", nil},
		{elapsedName, "Time since the load began, until it ended.", nil},
		{runningName, "1 while the load is on, 0 when it has ended.", nil},
	}
}

// descriptions are the metrics of a run by name.
func descriptions(labels prometheus.Labels) map[string]*prometheus.Desc {
	all := map[string]*prometheus.Desc{}
	for _, d := range described() {
		all[d.name] = prometheus.NewDesc(d.name, d.help, d.labels, labels)
	}
	return all
}
