package readme

import (
	"regexp"
	"testing"

	"contend/internal/localtest"
	"contend/internal/longtest"
)

// withBoto3 is a console block whose commands need Python's package boto3.
var withBoto3 = regexp.MustCompile("(?s)```console boto3\n(.*?)```")

// TestReadmeWithBoto3 runs the sessions of the READMEs that need boto3. A test of
// workload/exec/crew runs the same program at short length too.
func TestReadmeWithBoto3(t *testing.T) {
	longtest.Only(t)
	t.Parallel()
	localtest.Boto3(t)
	program, found := userProgram(t), 0
	for _, path := range readmes(t) {
		for _, block := range withBoto3.FindAllStringSubmatch(readmeText(t, path), -1) {
			for _, s := range readmeSessions("```console\n" + block[1] + "```") {
				found++
				s.check(t, func() sessionRun { return runSession(t, program, s.command) })
			}
		}
	}
	if found == 0 {
		t.Error("there is no session")
	}
}
