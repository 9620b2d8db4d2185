package trial

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/workload/scenario"
	"contend/workload/store"
)

// Client returns a client like the one that a run uses for its load. It follows the scenario's
// sdk_retry and request_timeout, injects its faults, whose time windows begin now, and records
// each request in the [counter.Wire] of its context. Everything else, such as the endpoint,
// comes from cfg. Client does not check consent: the caller is responsible for where the load
// goes.
func Client(cfg aws.Config, s scenario.Scenario) (*dynamodb.Client, error) {
	return store.Client(cfg, &s)
}
