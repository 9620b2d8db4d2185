package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/clock"
	"contend/workload/scenario"
)

// retries are the SDK's retries in simulated time. Which errors are retried, the quota
// and the waits are those of the SDK, but a clock and a seed replace three things that the
// SDK's own loop takes from the process: it sleeps in real time, draws from the system's
// random source, and reads its mode from the environment (aws-sdk-go-v2, aws/retry, v1.47).
type retries struct {
	aws.RetryerV2
	clock  clock.Clock
	is2026 bool
}

// ErrAdaptive says that the SDK's adaptive mode cannot be simulated.
var ErrAdaptive = errors.New("sdk_retry adaptive cannot be simulated: it measures rates with the real clock")

func retriesOf(mode scenario.SDKRetry, c clock.Clock, seed uint64) (*retries, error) {
	switch mode {
	case scenario.SDKRetryAdaptive:
		return nil, ErrAdaptive
	case scenario.SDKRetryStandard:
		return &retries{RetryerV2: newStandard(seed, legacy), clock: c}, nil
	case scenario.SDKRetryStandard2026:
		return &retries{RetryerV2: newStandard(seed, defaults2026), clock: c, is2026: true}, nil
	}
	return &retries{RetryerV2: secondVersion{aws.NopRetryer{}}, clock: c}, nil
}

// secondVersion adds to a retryer the method that [aws.RetryerV2] has and [aws.Retryer]
// does not.
type secondVersion struct{ aws.Retryer }

// GetAttemptToken implements [aws.RetryerV2].
func (r secondVersion) GetAttemptToken(context.Context) (func(error) error, error) {
	return r.GetInitialToken(), nil
}

// over returns a function that carries out a call: it sends the request by next, and
// again as often as the SDK would.
func (r *retries) over(next sender) func(context.Context, any, []func(*dynamodb.Options)) (any, error) {
	return func(ctx context.Context, input any, options []func(*dynamodb.Options)) (any, error) {
		if len(options) == 0 {
			return r.call(ctx, input, next)
		}
		return r.chosenBy(options).call(ctx, input, next)
	}
}

// chosenBy are the retries with the options of a call. It is not inlined: the options, a
// kilobyte, are not on the stack while the request is under way.
//
//go:noinline
func (r *retries) chosenBy(options []func(*dynamodb.Options)) *retries {
	chosen := dynamodb.Options{Retryer: r.RetryerV2}
	for _, choose := range options {
		choose(&chosen)
	}
	return &retries{RetryerV2: ofSecondVersion(chosen.Retryer), clock: r.clock, is2026: r.is2026}
}

func ofSecondVersion(r aws.Retryer) aws.RetryerV2 {
	if second, ok := r.(aws.RetryerV2); ok {
		return second
	}
	return secondVersion{r}
}

// call tries a request until it succeeds, or its error is final.
func (r *retries) call(ctx context.Context, input any, next sender) (any, error) {
	free := func(error) error { return nil }
	for number := 1; ; number++ {
		output, err := next(ctx, try{input, number})
		_ = free(err) // gives quota back after a success; it cannot fail
		if !r.is2026 || number == 1 {
			r.reward(ctx, err)
		}
		if err == nil {
			return output, nil
		}
		if !r.IsErrorRetryable(err) {
			return nil, err
		}
		if most := r.MaxAttempts(); most > 0 && number >= most {
			return nil, &retry.MaxAttemptsError{Attempt: number, Err: err}
		}
		var tokenErr error
		if free, tokenErr = r.GetRetryToken(ctx, err); tokenErr != nil {
			return nil, errors.Join(err, tokenErr)
		}
		if err := r.wait(ctx, number, err); err != nil {
			return nil, err
		}
	}
}

// reward adds to the quota after a success.
func (r *retries) reward(ctx context.Context, err error) {
	if release, tokenErr := r.GetAttemptToken(ctx); tokenErr == nil {
		_ = release(err)
	}
}

// wait waits for the back-off after the try of that number.
func (r *retries) wait(ctx context.Context, number int, failed error) error {
	if r.is2026 {
		number--
	}
	pause, err := r.RetryDelay(number, failed)
	if err != nil {
		return err
	}
	if !r.clock.Sleep(ctx, pause) {
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
	return nil
}

// about describes the retries for the report.
func (r *retries) about(mode scenario.SDKRetry) SDK {
	return SDK{Version: sdkVersion(), Retry: string(mode), MaxAttempts: r.MaxAttempts(), Parameters: sdkParameters(r.RetryerV2, mode)}
}

// defaults are the numbers of one mode of the SDK. In the SDK, the environment decides
// which mode's numbers apply.
type defaults struct {
	attempts                     int
	cost, timeoutCost, throttled uint // tokens of the quota that a retry takes, by the kind of error before it
	delay                        func(s *standard, attempt int, err error) time.Duration
}

// The two standard modes of the SDK's DynamoDB client.
var (
	legacy = defaults{
		attempts: retry.DefaultMaxAttempts, cost: retry.DefaultRetryCost,
		timeoutCost: retry.DefaultRetryTimeoutCost, throttled: retry.DefaultRetryCost, delay: (*standard).legacyDelay,
	}
	defaults2026 = defaults{attempts: 4, cost: 14, timeoutCost: 14, throttled: retry.DefaultThrottlingRetryCost, delay: (*standard).delay2026}
)

// standard is [retry.Standard] with the numbers of one mode, and with random numbers from
// a seed. It is not safe for use by several goroutines.
type standard struct {
	defaults
	quota     *ratelimit.TokenRateLimit
	retryable retry.IsErrorRetryables
	throttles retry.IsErrorThrottles
	timeouts  retry.IsErrorTimeouts
	random    *rand.Rand
}

var _ aws.RetryerV2 = (*standard)(nil)

func newStandard(seed uint64, d defaults) *standard {
	const stream = 1<<63 + 1<<32 // differs from the streams of workers, faults and the server
	return &standard{
		defaults: d, quota: ratelimit.NewTokenRateLimit(retry.DefaultRetryRateTokens),
		retryable: retry.DefaultRetryables, throttles: retry.DefaultThrottles, timeouts: retry.DefaultTimeouts,
		random: rand.New(rand.NewPCG(seed, stream)),
	}
}

// MaxAttempts implements [aws.RetryerV2], as do all methods that follow.
func (s *standard) MaxAttempts() int { return s.attempts }

func (s *standard) IsErrorRetryable(err error) bool { return s.retryable.IsErrorRetryable(err).Bool() }

func (s *standard) RetryDelay(attempt int, err error) (time.Duration, error) {
	return s.delay(s, attempt, err), nil
}

func (s *standard) GetInitialToken() func(error) error {
	return func(err error) error {
		if err != nil {
			return nil
		}
		return s.quota.AddTokens(retry.DefaultNoRetryIncrement)
	}
}

func (s *standard) GetAttemptToken(context.Context) (func(error) error, error) {
	return s.GetInitialToken(), nil
}

func (s *standard) GetRetryToken(ctx context.Context, failed error) (func(error) error, error) {
	cost := s.cost
	switch {
	case s.throttles.IsErrorThrottle(failed).Bool():
		cost = s.throttled
	case s.timeouts.IsErrorTimeout(failed).Bool():
		cost = s.timeoutCost
	}
	release, err := s.quota.GetToken(ctx, cost)
	if err != nil {
		return nil, fmt.Errorf("failed to get rate limit token, %w", err)
	}
	return func(err error) error {
		if err != nil {
			return nil
		}
		return release()
	}, nil
}

// legacyDelay is u · 2^attempt seconds, with u random in [0, 1). Once 2^attempt seconds
// are more than the SDK's longest wait, it is that longest wait.
func (s *standard) legacyDelay(attempt int, _ error) time.Duration {
	if attempt > int(math.Log2(retry.DefaultMaxBackoff.Seconds())) {
		return retry.DefaultMaxBackoff
	}
	return time.Duration(s.random.Float64() * math.Exp2(float64(attempt)) * float64(time.Second))
}

// delay2026 is u · min(base · 2^attempt, the SDK's longest wait), with u random in [0, 1).
// base is 1 s after a throttle and 25 ms after other errors.
func (s *standard) delay2026(attempt int, err error) time.Duration {
	base := 25 * time.Millisecond
	if s.throttles.IsErrorThrottle(err).Bool() {
		base = time.Second
	}
	whole := min(float64(base)*math.Exp2(float64(attempt)), float64(retry.DefaultMaxBackoff))
	return time.Duration(s.random.Float64() * whole)
}
