package localtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// RequireSlurmVariable, set to 1, makes tests fail that would otherwise be skipped because
// Slurm is not installed or cannot run here.
const RequireSlurmVariable = "CONTEND_REQUIRE_SLURM"

// SlurmNodes is how many nodes a [Cluster] has.
const SlurmNodes = 4

// Cluster is a running Slurm whose nodes are all this machine.
type Cluster struct {
	// Environment has the variables by which Slurm's commands find it.
	Environment []string

	folder  string
	daemons []*daemon
}

// daemon is one of Slurm's servers.
type daemon struct {
	name    string
	command *exec.Cmd
	exited  chan error // holds how it ended
}

// Slurm starts a controller and four nodes, which live until the test ends. If Slurm is not
// installed, or the test does not run as root, who alone may start jobs as others do, the
// test is skipped, or fails if Slurm is required.
func Slurm(t testing.TB) *Cluster {
	t.Helper()
	if err := slurmInstalled(); err != nil {
		if os.Getenv(RequireSlurmVariable) == "1" {
			t.Fatalf("Slurm is required: %v", err)
		}
		t.Skipf("SKIPPED, no job of Slurm was run: %v", err)
	}
	c, err := startSlurm(t.Context(), t.TempDir())
	if c != nil {
		t.Cleanup(func() {
			if t.Failed() {
				t.Logf("Slurm said:\n%s", c.said())
			}
			c.stop()
		})
	}
	if err != nil {
		t.Fatalf("Slurm: %v", err)
	}
	return c
}

func slurmInstalled() error {
	for _, program := range []string{"slurmctld", "slurmd", "sbatch", "srun", "scontrol", "sinfo"} {
		if _, err := exec.LookPath(program); err != nil {
			return err
		}
	}
	if os.Geteuid() != 0 {
		return errors.New("it needs root")
	}
	return nil
}

// slurmPatience is how long the cluster may take to start, on a busy machine.
const slurmPatience = 30 * time.Second

// startSlurm starts the daemons and returns when all nodes are idle. The cluster that it
// returns beside an error must be stopped too.
func startSlurm(ctx context.Context, folder string) (*Cluster, error) {
	ports, err := freePorts(1 + SlurmNodes)
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder}
	settings := filepath.Join(folder, "slurm.conf")
	c.Environment = append(os.Environ(), "SLURM_CONF="+settings)
	if err := os.WriteFile(settings, []byte(slurmSettings(folder, ports)), 0o644); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(folder, "state"), 0o755); err != nil {
		return nil, err
	}
	if err := c.start("slurmctld", "-D", "-i"); err != nil {
		return c, err
	}
	for i := range SlurmNodes {
		if err := c.start("slurmd", "-D", "-N", node(i)); err != nil {
			return c, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, slurmPatience)
	defer cancel()
	return c, c.awaitNodes(ctx)
}

func node(i int) string { return "n" + strconv.Itoa(i) }

// slurmSettings is the configuration of one controller and several nodes on this machine.
// There is no authentication but by the loopback address. Each node may take more tasks
// than this machine has processors.
func slurmSettings(folder string, ports []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `ClusterName=contend
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=%[2]s
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
StateSaveLocation=%[1]s/state
SlurmdSpoolDir=%[1]s/spool-%%n
SlurmctldPidFile=%[1]s/slurmctld.pid
SlurmdPidFile=%[1]s/slurmd-%%n.pid
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`, folder, ports[0])
	for i, port := range ports[1:] {
		fmt.Fprintf(&b, "NodeName=%s NodeHostname=localhost NodeAddr=127.0.0.1 Port=%s CPUs=4 RealMemory=8192\n", node(i), port)
	}
	return b.String()
}

func freePorts(n int) (ports []string, err error) {
	for range n {
		port, err := FreePort()
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// start starts a daemon, whose output goes to a file.
func (c *Cluster) start(program string, args ...string) error {
	d := &daemon{name: program + "-" + args[len(args)-1], exited: make(chan error, 1)}
	output, err := os.Create(filepath.Join(c.folder, d.name+".log"))
	if err != nil {
		return err
	}
	defer output.Close()
	d.command = exec.Command(program, args...)
	d.command.Dir, d.command.Env = c.folder, c.Environment
	d.command.Stdout, d.command.Stderr = output, output
	dieWithParent(d.command)
	if err := d.command.Start(); err != nil {
		return err
	}
	go func() { d.exited <- d.command.Wait() }()
	c.daemons = append(c.daemons, d)
	return nil
}

// awaitNodes returns when all nodes are idle.
func (c *Cluster) awaitNodes(ctx context.Context) error {
	for {
		text, err := c.Command(ctx, "sinfo", "--noheader", "--format=%T %D").Output()
		if want := fmt.Sprintf("idle %d", SlurmNodes); err == nil && strings.TrimSpace(string(text)) == want {
			return nil
		}
		if err := c.ended(); err != nil {
			return err
		}
		if err := pause(ctx); err != nil {
			return fmt.Errorf("not all nodes are idle: %q: %w", text, err)
		}
	}
}

// ended is the error of a daemon that has ended by itself.
func (c *Cluster) ended() error {
	for _, d := range c.daemons {
		select {
		case err := <-d.exited:
			d.exited <- err
			return fmt.Errorf("%s has ended: %w", d.name, err)
		default:
		}
	}
	return nil
}

// pause waits between two looks at the cluster.
func pause(ctx context.Context) error {
	const between = 100 * time.Millisecond
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(between):
		return nil
	}
}

// Command is a command of Slurm for this cluster.
func (c *Cluster) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Env = c.Environment
	return command
}

// Wait returns when a job has ended, with its state, such as COMPLETED, and its exit code.
func (c *Cluster) Wait(ctx context.Context, job string) (state string, exit int, err error) {
	for {
		text, err := c.Command(ctx, "scontrol", "--oneliner", "show", "job", job).CombinedOutput()
		if err != nil {
			return "", 0, fmt.Errorf("%w: %s", err, text)
		}
		state = field(string(text), "JobState")
		switch state {
		case "PENDING", "CONFIGURING", "RUNNING", "COMPLETING":
		default:
			code, _, _ := strings.Cut(field(string(text), "ExitCode"), ":")
			exit, err = strconv.Atoi(code)
			return state, exit, err
		}
		if err := errors.Join(c.ended(), pause(ctx)); err != nil {
			return state, 0, fmt.Errorf("job %s is %s: %w", job, state, err)
		}
	}
}

// field is the value of NAME=VALUE in a line of words.
func field(line, name string) string {
	for word := range strings.FieldsSeq(line) {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value
		}
	}
	return ""
}

// said is what all daemons have written.
func (c *Cluster) said() string {
	var b strings.Builder
	for _, d := range c.daemons {
		text, _ := os.ReadFile(filepath.Join(c.folder, d.name+".log"))
		fmt.Fprintf(&b, "== %s\n%s", d.name, text)
	}
	return b.String()
}

// stop ends the jobs, and then the daemons. The processes of a job are children of a
// process that a node has made for it, and outlive the node.
func (c *Cluster) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), slurmPatience)
	defer cancel()
	_ = c.Command(ctx, "scancel", "--quiet", "--signal=KILL", "--full", "--user=root").Run()
	_ = c.Command(ctx, "scancel", "--quiet", "--user=root").Run()
	for {
		text, err := c.Command(ctx, "squeue", "--noheader").Output()
		if err != nil || len(strings.TrimSpace(string(text))) == 0 || pause(ctx) != nil {
			break
		}
	}
	for _, d := range c.daemons {
		_ = d.command.Process.Kill()
		<-d.exited
	}
}
