package store

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"contend/counter"
	"contend/workload/scenario"
)

// newRetries is the environment variable that makes the SDK use its defaults of 2026.
// The SDK reads it when a client is made and at each of its calls
// (aws-sdk-go-v2#3416).
const newRetries = "AWS_NEW_RETRIES_2026"

// withRetries returns settings with the SDK's retries in the given mode, whatever
// else the user has configured: a run must follow its scenario.
func withRetries(settings aws.Config, mode scenario.SDKRetry) aws.Config {
	settings = settings.Copy()
	settings.RetryMaxAttempts, settings.Retryer = 0, nil
	switch mode {
	case scenario.SDKRetryStandard, scenario.SDKRetryStandard2026:
		settings.RetryMode = aws.RetryModeStandard
	case scenario.SDKRetryAdaptive:
		settings.RetryMode = aws.RetryModeAdaptive
		settings.APIOptions = append(slices.Clone(settings.APIOptions), timeCalls())
	default:
		settings.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	}
	return settings
}

// timeCalls returns a middleware that records in the call's [counter.Wire] when the
// SDK begins it. The adaptive mode delays requests before they are sent, once one of
// the client's requests has been throttled. Before that, a late request is due to a
// slow machine and is not counted as delayed.
func timeCalls() func(*middleware.Stack) error {
	var throttled atomic.Bool
	began := middleware.InitializeMiddlewareFunc("contend:began",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			counter.WireOf(ctx).BeginCall()
			return next.HandleInitialize(ctx, in)
		})
	released := middleware.FinalizeMiddlewareFunc("contend:released",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if !throttled.Load() {
				counter.WireOf(ctx).NotDelayed()
			}
			out, metadata, err := next.HandleFinalize(ctx, in)
			if retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool() {
				throttled.Store(true)
			}
			return out, metadata, err
		})
	return func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(began, middleware.Before); err != nil {
			return err
		}
		return stack.Finalize.Insert(released, "Retry", middleware.After)
	}
}

// chooseRetries sets the SDK's defaults for the whole process, until it is called for
// the next run.
func chooseRetries(mode scenario.SDKRetry) error {
	return os.Setenv(newRetries, fmt.Sprint(mode == scenario.SDKRetryStandard2026))
}

// SDK says how a client of the AWS SDK retries.
type SDK struct {
	Version string // of the SDK's DynamoDB client
	// Retry is the SDK's retry mode in the words of scenarios, and Parameters
	// describes that mode; "" if it has none.
	Retry, Parameters string
	// MaxAttempts is how often the SDK sends a request at most.
	MaxAttempts int
}

func sdkOf(client *dynamodb.Client, mode scenario.SDKRetry) SDK {
	return SDK{
		Version:     sdkVersion(),
		Retry:       string(mode),
		MaxAttempts: client.Options().Retryer.MaxAttempts(),
		Parameters:  sdkParameters(client.Options().Retryer, mode),
	}
}

// sdkParameters describes the parameters of a mode's retries, as far as the SDK makes
// them public.
func sdkParameters(r aws.Retryer, mode scenario.SDKRetry) string {
	switch mode {
	case scenario.SDKRetryStandard, scenario.SDKRetryStandard2026, scenario.SDKRetryAdaptive:
		text := fmt.Sprintf("at most %d tries, waits of at most %s, a quota of %d tokens", r.MaxAttempts(), retry.DefaultMaxBackoff, retry.DefaultRetryRateTokens)
		if mode == scenario.SDKRetryAdaptive {
			text += ", sending slower after throttles"
		}
		return text
	}
	return ""
}

// sdkVersion is the version of the SDK's DynamoDB client.
func sdkVersion() string { return moduleVersion("github.com/aws/aws-sdk-go-v2/service/dynamodb") }

// moduleVersion is the version of a module that this program was built with.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of an unknown version"
}
