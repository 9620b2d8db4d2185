package report

import (
	"fmt"
	"time"

	"contend/internal/format"
	"contend/workload/trial"
)

// SDK describes the AWS SDK below the retry policies, and what it did on its own.
type SDK struct {
	Version string `json:"version"` // of the SDK's DynamoDB client
	// Retry is the SDK's retry mode, as scenarios name it. Parameters are the SDK's
	// settings for that mode.
	Retry      string `json:"retry"`
	Parameters string `json:"parameters,omitempty"`
	// MaxAttempts is the most times that the SDK sends a request.
	MaxAttempts int `json:"max_attempts"`
	// Requests counts all requests on the wire; absent if they were not counted.
	// Repeats counts those among them that the SDK sent again on its own.
	Requests *int64 `json:"requests,omitempty"`
	Repeats  int64  `json:"repeats"`
	// SleptS is how long the SDK waited before these repeats, and before other requests
	// that it delayed, summed over all workers.
	SleptS float64 `json:"slept_s"`
	// QuotaRefused counts calls on which the SDK gave up because its retry quota was
	// used up.
	QuotaRefused int64 `json:"quota_refused"`
}

// sdk is nil if it is not known which SDK the run used.
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

// neverRepeated warns of a run whose SDK was configured to retry and never had to.
func neverRepeated(s *SDK, elapsed time.Duration) string {
	if s == nil || s.MaxAttempts <= 1 || s.Requests == nil || s.Repeats > 0 || s.SleptS > 0 {
		return ""
	}
	return fmt.Sprintf("sdk_retry: %s had no effect: in %s no request failed in a way that the SDK retries", s.Retry, format.Seconds(elapsed.Seconds()))
}
