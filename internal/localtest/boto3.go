package localtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// RequireBoto3Variable, set to 1, makes tests fail that would otherwise be skipped because
// Python or its package boto3 is not installed.
const RequireBoto3Variable = "CONTEND_REQUIRE_BOTO3"

// Boto3 returns the path of a Python that has boto3. If there is none, the test is skipped,
// or fails if boto3 is required.
func Boto3(t testing.TB) string {
	t.Helper()
	python, err := pythonWithBoto3()
	if err != nil && os.Getenv(RequireBoto3Variable) == "1" {
		t.Fatalf("boto3 is required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, no program of boto3 was run: %v", err)
	}
	return python
}

// pythonWithBoto3 asks python3 for the path of the program that it is, since a script may
// stand in its place that chooses among several (pyenv), and takes longer than Python does
// to start. To import boto3 would take longer too.
var pythonWithBoto3 = sync.OnceValues(func() (string, error) {
	const script = "import sys, importlib.util\nprint(sys.executable)\nif not importlib.util.find_spec('boto3'): sys.exit('it has no package boto3')"
	said, err := exec.Command("python3", "-c", script).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("python3: %w: %s", err, failed.Stderr)
	}
	return strings.TrimSpace(string(said)), err
})
