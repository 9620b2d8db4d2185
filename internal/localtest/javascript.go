package localtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// RequireJSVariable, set to 1, makes tests fail that would otherwise be skipped because
// Node.js or the AWS SDK for JavaScript cannot be had.
const RequireJSVariable = "CONTEND_REQUIRE_JS_SDK"

// sdkOfJavaScript is the version of @aws-sdk/client-dynamodb for tests.
const sdkOfJavaScript = "3.1169.0"

// JavaScriptSDK returns the path of Node.js and the folder node_modules with the AWS SDK for
// JavaScript, which it installs into the cache if it is not there. If that is impossible, the
// test is skipped, or fails if the SDK is required.
func JavaScriptSDK(t testing.TB) (node, modules string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		modules, err = installSDK()
	}
	if err != nil && os.Getenv(RequireJSVariable) == "1" {
		t.Fatalf("the AWS SDK for JavaScript is required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, no program in JavaScript was run: %v", err)
	}
	return node, modules
}

// installSDK returns the folder of the modules. Several test programs may call it at the same
// time.
func installSDK() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "js-sdk-"+sdkOfJavaScript)
	unlock, err := lock(folder + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	modules := filepath.Join(folder, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules, nil
	}
	scratch, err := os.MkdirTemp(cache, "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	command := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", scratch, "@aws-sdk/client-dynamodb@"+sdkOfJavaScript)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install: %w: %s", err, output)
	}
	return modules, os.Rename(scratch, folder)
}
