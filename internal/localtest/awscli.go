package localtest

import (
	"os"
	"os/exec"
	"testing"
)

// RequireAWSCLIVariable, set to 1, makes tests fail that would otherwise be skipped because
// the aws CLI is not installed.
const RequireAWSCLIVariable = "CONTEND_REQUIRE_AWS_CLI"

// AWSCLI skips the test if the aws CLI does not run, or fails it if that is required.
func AWSCLI(t testing.TB) {
	t.Helper()
	err := exec.Command("aws", "--version").Run()
	if err != nil && os.Getenv(RequireAWSCLIVariable) == "1" {
		t.Fatalf("the aws CLI is required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, no script with the aws CLI was run: %v", err)
	}
}
