package scenario

import (
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/retry"
)

// Default returns the scenario of a text that gives only a name: 32 workers increment
// one counter of the embedded server for 10 s with conditional writes and full jitter.
// The embedded server answers as fast as it can. Name is empty.
//
// Some defaults depend on other fields. An open loop has Poisson arrivals that wait in
// a queue. With stages, the duration is the sum of theirs and the number of workers is
// their maximum. A text that gives load.operations but not load.duration has no
// duration. If a text gives operations, kinds that it does not name have the weight 0.
func Default() Scenario {
	parameters := counter.DefaultParameters()
	return Scenario{
		Seed:     1,
		Target:   TargetEmbedded,
		Counters: Counters{Count: 1, Pick: Pick{Kind: PickUniform}},
		Strategy: counter.ConditionalName,
		Exec:     defaultExec(),
		Parameters: Parameters{
			History: parameters.History, MarkerTTL: parameters.MarkerTTL, Shards: parameters.Shards, Snapshot: parameters.Snapshot,
		},
		Retry: Retry{
			Policy: retry.Policy{
				Kind:   retry.FullJitter,
				Base:   5 * time.Millisecond,
				Cap:    time.Second,
				Factor: 2,
				On:     retry.Outcomes(counter.Conflict, counter.Throttled, counter.Unknown),
			},
			Refresh: RefreshAfterWait,
		},
		Load:           Load{Workers: 32, Duration: 10 * time.Second},
		Operations:     Mix{history.Increment: 1},
		Amount:         one,
		Reads:          ReadsStrong,
		View:           ViewFresh,
		Simulated:      Simulated{Client: 200 * time.Microsecond},
		RequestTimeout: 5 * time.Second,
		SDKRetry:       SDKRetryNone,
		Price:          defaultPrice(),
	}
}

// The targets that are not a URL.
const (
	TargetEmbedded  = "embedded"
	TargetSimulated = "simulated"
	TargetAWS       = "aws"
)
