package localtest

import (
	"os"
	"os/exec"
	"testing"
)

// RequireBoto3Variable, set to 1, makes tests fail that would otherwise be skipped because
// Python or its package boto3 is not installed.
const RequireBoto3Variable = "CONTEND_REQUIRE_BOTO3"

// Boto3 returns the path of a Python that has boto3. If there is none, the test is skipped,
// or fails if boto3 is required.
func Boto3(t testing.TB) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.Command(python, "-c", "import boto3").Run()
	}
	if err != nil && os.Getenv(RequireBoto3Variable) == "1" {
		t.Fatalf("boto3 is required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, no program of boto3 was run: %v", err)
	}
	return python
}
