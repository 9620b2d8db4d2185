package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"unicode"

	"github.com/aws/smithy-go"

	"contend/counter"
	"contend/workload/store"
)

// explain shortens every error of a store to what the user can act on, and adds
// the hints.
func explain(err error, endpoint string) error {
	if err == nil {
		return nil
	}
	var explained []error
	for _, part := range parts(err) {
		explained = append(explained, explainOne(part, endpoint))
	}
	if len(explained) == 1 {
		return explained[0]
	}
	return errors.Join(explained...)
}

func explainOne(err error, endpoint string) error {
	var api smithy.APIError
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial", errors.As(err, new(*net.DNSError)):
		return withHint(fmt.Errorf("%scannot reach %s: %w", circumstances(err), endpoint, lastCause(err)),
			`is the server running there? "contend serve" starts one, and --target embedded needs none`)
	case errors.As(err, &api) && isDenied(api):
		return withHint(fmt.Errorf("%s%s: %s", circumstances(err), api.ErrorCode(), api.ErrorMessage()),
			"contend needs dynamodb:DescribeTable, CreateTable, DeleteTable, GetItem, PutItem and UpdateItem, and for some designs Query, BatchGetItem or UpdateTimeToLive; with --set table=NAME of an existing table it neither creates nor deletes one")
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return withHint(fmt.Errorf("%s%s does not speak TLS, but plain HTTP", circumstances(err), endpoint),
			"write the target with http:// instead of https://")
	case errors.Is(err, store.ErrNoRegion), strings.Contains(err.Error(), "Missing Region"):
		return withHint(store.ErrNoRegion, "set AWS_REGION, or choose a profile with AWS_PROFILE")
	case strings.Contains(err.Error(), "get credentials"), strings.Contains(err.Error(), "failed to refresh cached credentials"):
		return withHint(errors.New("no AWS credentials were found"), "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	return withHint(err, hintFor(counter.Classify(err), endpoint))
}

// circumstances is what an error says before the client's own words begin: the
// operation, the counter or the table that it is about.
func circumstances(err error) string {
	var client *smithy.OperationError
	if !errors.As(err, &client) {
		return ""
	}
	before, _, _ := strings.Cut(err.Error(), client.Error())
	return before
}

func hintFor(c counter.Classification, endpoint string) string {
	switch c.Reason {
	case counter.ReasonNotFound:
		return "was the counter's item deleted during the run?"
	case counter.ReasonNotCounter:
		return "choose another table, or correct the item"
	case counter.ReasonOverflow:
		return "choose a smaller counters.initial"
	case counter.ReasonTimeout, counter.ReasonConnection, counter.ReasonBadAnswer:
		return "is it a DynamoDB server that listens on " + endpoint + "?"
	case "ResourceNotFoundException":
		return "was the table deleted during the run?"
	}
	return ""
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

// explainFile adds the hint to an error of writing a run's files.
func explainFile(err error) error {
	switch {
	case isCrash(err):
		return err
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return withHint(err, "--out DIR names a folder that can be written")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return withHint(err, "the disk is full; --out DIR names a folder on another one")
	case errors.Is(err, os.ErrExist):
		return withHint(err, "--out DIR names a folder that does not exist yet or is empty")
	}
	return withHint(err, "--out DIR names another folder")
}

// oneLine keeps an error's message on one line, and characters that a server or a
// file put into it from steering the terminal.
func oneLine(err error) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(err.Error()), " "))
}
