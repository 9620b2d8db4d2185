package trial

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/smithy-go"

	"contend/workload/store"
)

// Reasons for a failure to use a store that the user can do something about. A [*StoreError]
// matches one of them.
var (
	ErrUnreachable   = errors.New("the store cannot be reached")
	ErrDenied        = errors.New("the store refuses access")
	ErrNotTLS        = errors.New("the store does not speak TLS")
	ErrNoCredentials = errors.New("no AWS credentials were found")
)

// StoreError explains a store's error to a user. [errors.Is] matches it to its Reason and to
// the error that it explains.
type StoreError struct {
	// Reason is [ErrUnreachable], [ErrDenied], [ErrNotTLS], [ErrNoCredentials] or
	// [store.ErrNoRegion].
	Reason  error
	message string
	cause   error
}

func (e *StoreError) Error() string { return e.message }

// Unwrap returns the error that was explained.
func (e *StoreError) Unwrap() error { return e.cause }

// Is makes the error match its reason.
func (e *StoreError) Is(target error) bool { return target == e.Reason }

// Explain replaces each of the joined errors in err that a [*StoreError] can explain by that
// error, which has a shorter message. The others stay as they are.
func Explain(err error, endpoint string) error {
	var all []error
	for _, part := range Parts(err) {
		all = append(all, explainOne(part, endpoint))
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// Parts returns the errors that [errors.Join] joined into err, at any depth. It returns none
// for nil.
func Parts(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, part := range joined.Unwrap() {
		all = append(all, Parts(part)...)
	}
	return all
}

func explainOne(err error, endpoint string) error {
	var api smithy.APIError
	var dial *net.OpError
	text := err.Error()
	switch {
	case errors.As(err, new(*StoreError)):
		return err
	case errors.As(err, &dial) && dial.Op == "dial", errors.As(err, new(*net.DNSError)):
		return &StoreError{ErrUnreachable, fmt.Sprintf("%scannot reach %s: %v", circumstances(err), endpoint, lastCause(err)), err}
	case errors.As(err, &api) && isDenied(api):
		return &StoreError{ErrDenied, fmt.Sprintf("%s%s: %s", circumstances(err), api.ErrorCode(), api.ErrorMessage()), err}
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return &StoreError{ErrNotTLS, fmt.Sprintf("%s%s does not speak TLS, but plain HTTP", circumstances(err), endpoint), err}
	case errors.Is(err, store.ErrNoRegion), strings.Contains(text, "Missing Region"):
		return &StoreError{store.ErrNoRegion, store.ErrNoRegion.Error(), err}
	case strings.Contains(text, "get credentials"), strings.Contains(text, "failed to refresh cached credentials"):
		return &StoreError{ErrNoCredentials, ErrNoCredentials.Error(), err}
	}
	return err
}

// circumstances returns the part of an error's message before the client's own words:
// the operation, the counter or the table.
func circumstances(err error) string {
	var client *smithy.OperationError
	if !errors.As(err, &client) {
		return ""
	}
	before, _, _ := strings.Cut(err.Error(), client.Error())
	return before
}

func isDenied(api smithy.APIError) bool {
	switch api.ErrorCode() {
	case "AccessDeniedException", "UnrecognizedClientException", "MissingAuthenticationToken",
		"InvalidSignatureException", "ExpiredTokenException", "IncompleteSignatureException":
		return true
	}
	return false
}

// lastCause is the innermost error.
func lastCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
