package trial

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/workload/scenario"
	"contend/workload/store"
)

// Client returns the client that a run uses for its load. It retries as the
// scenario's sdk_retry says, has its request_timeout, injects its faults, whose time
// windows begin now, and records every request in the [counter.Wire] of its context.
// Everything else, such as the endpoint, is from cfg. Client asks for no consent: the
// caller is responsible for where the load goes.
func Client(cfg aws.Config, s scenario.Scenario) (*dynamodb.Client, error) {
	return store.Client(cfg, &s)
}
