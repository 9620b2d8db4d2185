package readme

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/store"
)

// inSlurm is a console block whose commands need Slurm.
var inSlurm = regexp.MustCompile("(?s)```console slurm\n(.*?)```")

// TestReadmeInSlurm runs the session of a README that submits the script of contend manifest
// to a real Slurm, and waits for its end: four tasks make one run, which has one verdict.
func TestReadmeInSlurm(t *testing.T) {
	t.Parallel()
	block := inSlurm.FindStringSubmatch(readmeText(t, "report/manifest/README.md"))
	if block == nil {
		t.Fatal("there is no session")
	}
	program := userProgram(t)
	cluster := localtest.Slurm(t)
	cluster.Environment = append(cluster.Environment, "PATH="+filepath.Dir(program)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	server, err := store.Serve(&scenario.Scenario{Seed: 1}, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close(context.WithoutCancel(t.Context())) })
	const patience = 2 * time.Minute // the script's own is longer
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	folder := t.TempDir()
	link := filepath.Join(filepath.Dir(program), "contend")
	if err := os.Symlink(program, link); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	for _, s := range readmeSessions("```console\n" + block[1] + "```") {
		if s.command = strings.ReplaceAll(s.command, "http://127.0.0.1:8000", server.Endpoint); !longtest.Asked() {
			s.command = strings.ReplaceAll(s.command, "-d 2s", "-d 500ms")
		}
		command := cluster.Command(ctx, "bash", "-c", s.command)
		command.Dir = folder
		text, err := command.CombinedOutput()
		if part := missing(s.lines, string(text)); err != nil || part != nil {
			t.Fatalf("%s: %v, nothing like %q where the README has it, in:\n%s", s.command, err, strings.Join(part, " "), text)
		}
		job, submitted := strings.CutPrefix(strings.TrimSpace(string(text)), "Submitted batch job ")
		if !submitted {
			continue
		}
		if state, exit, err := cluster.Wait(ctx, job); err != nil || state != "COMPLETED" || exit != 0 {
			said, _ := os.ReadFile(filepath.Join(folder, "slurm-"+job+".out"))
			t.Fatalf("job %s is %s with exit code %d, %v:\n%s", job, state, exit, err, said)
		}
	}
	merged, err := filepath.Glob(filepath.Join(folder, "runs", "*", "merged", "report.json"))
	if err != nil || len(merged) != 1 {
		t.Fatalf("got the merged reports %q, %v", merged, err)
	}
	file, err := os.Open(merged[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := report.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict.Status != check.Pass || len(r.Machines) != localtest.SlurmNodes || r.Workers != 32 {
		t.Errorf("the verdict is %s, of %d machines with %d workers", r.Verdict.Status, len(r.Machines), r.Workers)
	}
}
