package localtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
)

// TestSlurmRunsAJob: a step of a job has a task on each node, each with a number of its own,
// and the job's exit code is known. At short length a test of cmd/contend/readme alone runs a
// job.
func TestSlurmRunsAJob(t *testing.T) {
	longtest.Only(t)
	t.Parallel()
	cluster := Slurm(t)
	folder := t.TempDir()
	script := filepath.Join(folder, "job.sh")
	text := "#!/bin/bash\nsrun sh -c 'echo $SLURM_PROCID of $SLURM_NTASKS on $SLURMD_NODENAME > task-$SLURM_PROCID'\nexit 7\n"
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	command := cluster.Command(t.Context(), "sbatch", "--parsable", fmt.Sprintf("--ntasks=%d", SlurmNodes), "--ntasks-per-node=1", "--output=out", script)
	command.Dir = folder
	job, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, job)
	}
	state, exit, err := cluster.Wait(t.Context(), strings.TrimSpace(string(job)))
	if err != nil || state != "FAILED" || exit != 7 {
		said, _ := os.ReadFile(filepath.Join(folder, "out"))
		t.Errorf("the job is %s with exit code %d, %v: %s", state, exit, err, said)
	}
	var nodes []string
	for i := range SlurmNodes {
		said, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("task-%d", i)))
		if err != nil {
			t.Fatal(err)
		}
		var number, of int
		var node string
		if _, err := fmt.Sscanf(string(said), "%d of %d on %s", &number, &of, &node); err != nil || number != i || of != SlurmNodes {
			t.Errorf("task %d said %q, %v", i, said, err)
		}
		nodes = append(nodes, node)
	}
	if slices.Sort(nodes); len(slices.Compact(nodes)) != SlurmNodes {
		t.Errorf("the tasks were on %q", nodes)
	}
}
