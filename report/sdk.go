package report

import (
	"fmt"
	"time"

	"contend/internal/format"
	"contend/workload/trial"
)

// SDK is what the AWS SDK below the policies was, and what it did by itself.
type SDK struct {
	Version string `json:"version"` // of its DynamoDB client
	// Retry is the SDK's retry mode in the words of scenarios, and Parameters
	// are that mode's, as the SDK has them.
	Retry      string `json:"retry"`
	Parameters string `json:"parameters,omitempty"`
	// MaxAttempts is how often the SDK sends a request at most.
	MaxAttempts int `json:"max_attempts"`
	// Requests counts all on the wire; absent: they were not counted. Repeats
	// are those among them that the SDK sent again by itself.
	Requests *int64 `json:"requests,omitempty"`
	Repeats  int64  `json:"repeats"`
	// SleptS is how long the SDK waited before them, and before others that it
	// held back, all workers together.
	SleptS float64 `json:"slept_s"`
	// QuotaRefused counts calls that the SDK gave up because its quota of
	// retries was used up.
	QuotaRefused int64 `json:"quota_refused"`
}

// sdk is nil if the run does not say which SDK it was.
func sdk(o *trial.Outcome) *SDK {
	s := SDK{Version: o.SDK.Version, Retry: o.SDK.Retry, MaxAttempts: o.SDK.MaxAttempts, Parameters: o.SDK.Parameters}
	if s == (SDK{}) {
		return nil
	}
	t := o.Result.Wire
	if t.Requests > 0 {
		s.Requests = new(t.Requests)
	}
	s.Repeats, s.SleptS, s.QuotaRefused = t.Repeats, t.Slept.Seconds(), t.QuotaRefused
	return &s
}

// neverRepeated doubts a run whose SDK was told to retry and never had to.
func neverRepeated(s *SDK, elapsed time.Duration) string {
	if s == nil || s.MaxAttempts <= 1 || s.Requests == nil || s.Repeats > 0 || s.SleptS > 0 {
		return ""
	}
	return fmt.Sprintf("sdk_retry: %s had no effect: in %s no request failed in a way that the SDK tries again", s.Retry, format.Seconds(elapsed.Seconds()))
}
