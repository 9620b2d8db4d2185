package trial

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/workload/scenario"
	"contend/workload/store"
)

// Client makes the client that a run puts its load on a store with: it retries as
// the scenario's sdk_retry says, takes its request_timeout, injects its faults,
// whose time windows begin now, and meters every request into the [counter.Wire] of
// its context. Everything else is from the configuration, the endpoint included; the
// caller answers for where that leads.
func Client(cfg aws.Config, s scenario.Scenario) (*dynamodb.Client, error) {
	return store.Client(cfg, &s)
}
