package localtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// RequireAWSCLIVariable, set to 1, makes tests fail that would otherwise be skipped because
// the aws CLI is not installed.
const RequireAWSCLIVariable = "CONTEND_REQUIRE_AWS_CLI"

// AWSCLI returns a setting "PATH=..." with which scripts find the aws CLI. If that is not
// installed, the test is skipped, or fails if the CLI is required.
func AWSCLI(t testing.TB) string {
	t.Helper()
	path, err := awsCLI()
	if err != nil && os.Getenv(RequireAWSCLIVariable) == "1" {
		t.Fatalf("the aws CLI is required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, no script with the aws CLI was run: %v", err)
	}
	return fmt.Sprintf("PATH=%s%c%s", filepath.Dir(path), filepath.ListSeparator, os.Getenv("PATH"))
}

// awsCLI is the path of the aws CLI. If pyenv's script stands in its place, which starts
// another program each time it runs, it is the path of that program.
func awsCLI() (string, error) {
	path, err := exec.LookPath("aws")
	if err != nil || filepath.Base(filepath.Dir(path)) != "shims" {
		return path, err
	}
	said, err := exec.Command("pyenv", "which", "aws").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pyenv: %w: %s", err, said)
	}
	return strings.TrimSpace(string(said)), nil
}
