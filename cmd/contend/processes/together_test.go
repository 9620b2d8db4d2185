package processes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"contend/cmd/contend/scripttest"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/report"
)

// job is a run of several processes, each of which believes to be a machine.
type job struct {
	t        *testing.T
	folder   string
	endpoint string
	flags    []string
	patience string // with machines that do not come
}

func newJob(t *testing.T, flags ...string) *job {
	t.Helper()
	t.Parallel()
	scripttest.Install(t)
	listener, err := embedded.New(embedded.Config{Latency: embedded.Latency{Mean: 5 * time.Millisecond}}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(context.WithoutCancel(t.Context())) })
	return &job{t, t.TempDir(), listener.Endpoint, flags, "2m"}
}

// machine is one of the processes.
type machine struct {
	*exec.Cmd
	said *scripttest.Watch
}

// start starts a machine, which writes its files to results.
func (j *job) start(number, machines int, results string) machine {
	j.t.Helper()
	return j.startSaying(number, machines, results, scripttest.NewWatch())
}

// startSaying is start for a machine whose messages another one may share.
func (j *job) startSaying(number, machines int, results string, said *scripttest.Watch) machine {
	j.t.Helper()
	arguments := append([]string{
		"run", "hot-key", "--target", j.endpoint, "--machine", fmt.Sprintf("%d/%d", number, machines), "--run", "job", "--results", results, "--join-timeout", j.patience,
	}, j.flags...)
	m := machine{exec.Command("contend", arguments...), said}
	m.Dir, m.Stderr = j.folder, m.said
	if err := m.Start(); err != nil {
		j.t.Fatal(err)
	}
	j.t.Cleanup(func() { _ = m.Process.Kill() })
	return m
}

// startAll starts all machines, and returns when their load goes on.
func (j *job) startAll(machines int) (all []machine) {
	j.t.Helper()
	for i := range machines {
		all = append(all, j.start(i, machines, "results"))
	}
	if !scripttest.LoadReaches(localtest.Client(j.endpoint), 20) {
		j.t.Fatal("no load begins")
	}
	return all
}

// ends waits for a machine, which must end with a code and have said a text.
func (j *job) ends(m machine, code int, text string) {
	j.t.Helper()
	_ = m.Wait() // the code says it
	if got := m.ProcessState.ExitCode(); got != code || !strings.Contains(m.said.String(), text) {
		j.t.Errorf("%q: code %d, want %d, and %q in %q", m.Args, got, code, text, m.said)
	}
}

// merge merges what the machines left, and wants an exit code. It returns the report.
func (j *job) merge(code int) (r *report.Report, text string) {
	j.t.Helper()
	var out bytes.Buffer
	command := exec.Command("contend", "merge", "results")
	command.Dir, command.Stdout, command.Stderr = j.folder, &out, &out
	_ = command.Run() // the code says it
	if got := command.ProcessState.ExitCode(); got != code {
		j.t.Fatalf("merge: code %d, want %d: %s", got, code, out.String())
	}
	saved, err := os.ReadFile(filepath.Join(j.folder, "results", "job", "merged", report.ReportFile))
	if err != nil {
		j.t.Fatal(err)
	}
	r = new(report.Report)
	if err := json.Unmarshal(saved, r); err != nil {
		j.t.Fatal(err)
	}
	return r, out.String()
}

// TestProcessesMakeOneRun: three processes, at full length four, make one run with one
// verdict.
func TestProcessesMakeOneRun(t *testing.T) {
	processes, operations := longtest.Count(3, 4), int64(longtest.Count(100, 400))
	j := newJob(t, "--operations", fmt.Sprint(operations), "--workers", fmt.Sprint(longtest.Count(4, 8)))
	for _, m := range j.startAll(processes) {
		j.ends(m, 0, "contend merge results/job")
	}
	r, _ := j.merge(0)
	if r.Tally.Applied != operations || r.Tally.Due != operations || len(r.Machines) != processes || r.Counters[0].Final == nil || *r.Counters[0].Final != operations {
		t.Errorf("%+v on %d machines, counters %+v", r.Tally, len(r.Machines), r.Counters)
	}
}

// fewWorkers is the number of workers of runs of which only the end matters. At full length
// it is that of hot-key.
func fewWorkers() string { return fmt.Sprint(longtest.Count(6, 32)) }

// think sets how long these workers pause after each operation. At full length they do not.
func think(short time.Duration) string {
	if longtest.Asked() {
		return "load.think=0s"
	}
	return "load.think=" + short.String()
}

// TestAKilledProcessIsNeverAPass: the others go on, and the verdict names it.
func TestAKilledProcessIsNeverAPass(t *testing.T) {
	think := fmt.Sprintf("load.think=%dms", longtest.Count(200, 50))
	j := newJob(t, "--duration", "13s", "--set", think, "--workers", fewWorkers())
	all := j.startAll(3)
	if err := all[1].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	j.ends(all[1], -1, "")
	j.ends(all[0], 0, "machine 1 is lost")
	j.ends(all[2], 0, "machine 1 is lost")
	r, text := j.merge(4)
	if r.Verdict.Status == "pass" || !strings.Contains(text, "machine 1") || r.Tally.Applied == 0 {
		t.Errorf("verdict %s: %s", r.Verdict.Status, text)
	}
	// A machine that is started again is not the one that was there before.
	j.patience = "1s"
	again := j.start(1, 3, "elsewhere")
	j.ends(again, 1, "machine 0")
}

// TestAStoppedProcessKnowsThatItWasLost: it goes on after the others have counted it as
// lost, and says so.
func TestAStoppedProcessKnowsThatItWasLost(t *testing.T) {
	longtest.Only(t)
	j := newJob(t, "--duration", "40s")
	all := j.startAll(3)
	stopped := all[2].Process
	if err := stopped.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if !all[0].said.Await("machine 2 is lost") {
		t.Fatal("nobody misses it")
	}
	if err := stopped.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	j.ends(all[2], 0, "counted as lost by machine")
	j.ends(all[0], 0, "machine 2 goes on")
	j.ends(all[1], 0, "")
	if r, text := j.merge(4); r.Verdict.Status == "pass" || !strings.Contains(text, "machine 2") {
		t.Errorf("verdict %s: %s", r.Verdict.Status, text)
	}
}

// TestOneNumberIsGivenOnce: a second process with the number of another one is refused, and
// the run goes on without it.
func TestOneNumberIsGivenOnce(t *testing.T) {
	j := newJob(t, "--operations", fmt.Sprint(longtest.Count(40, 100)), "--workers", fewWorkers())
	either := scripttest.NewWatch()
	first := j.startSaying(0, 2, "results", either)
	second := j.startSaying(0, 2, "elsewhere", either)
	if !either.Await("has joined already") {
		t.Fatal("neither was refused")
	}
	other := j.start(1, 2, "results")
	j.ends(other, 0, "")
	codes := map[int]int{}
	for _, m := range []machine{first, second} {
		_ = m.Wait()
		codes[m.ProcessState.ExitCode()]++
	}
	if codes[0] != 1 || codes[1] != 1 {
		t.Errorf("exit codes %v: %q", codes, either)
	}
}

// TestCtrlCEndsAllProcesses: one is stopped, all end early, and none has the code of a pass.
func TestCtrlCEndsAllProcesses(t *testing.T) {
	j := newJob(t, "--duration", "10m", "--workers", fewWorkers(), "--set", think(50*time.Millisecond))
	all := j.startAll(2)
	if err := all[1].Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	j.ends(all[1], 4, "stopped before its end")
	j.ends(all[0], 4, "stopped before its end")
	if r, _ := j.merge(4); !r.Interrupted || r.Verdict.Status != "pass" {
		t.Errorf("interrupted %t, verdict %s", r.Interrupted, r.Verdict.Status)
	}
}

// TestALimitEndsAllProcesses: a threshold that is missed for so long on one machine, and the
// limit of the cost, end the load of all. That is no interrupt.
func TestALimitEndsAllProcesses(t *testing.T) {
	t.Parallel()
	t.Run("threshold", func(t *testing.T) {
		j := newJob(t, "--duration", "10m", "--workers", fewWorkers(), "--set", fmt.Sprintf("load.think=%dms", longtest.Count(50, 20)), "--set", `thresholds=[{limit: "conflict_rate < 0.01", abort_after: 1s}]`)
		all := j.startAll(2)
		j.ends(all[0], 0, "")
		j.ends(all[1], 0, "")
		if r, text := j.merge(5); r.Interrupted || r.EndedEarly == nil || !strings.Contains(text, "conflict_rate < 0.01, which was missed") {
			t.Errorf("interrupted %t: %s", r.Interrupted, text)
		}
	})
	t.Run("cost", func(t *testing.T) {
		limit := []float64{0.0002, 0.0004}[longtest.Count(0, 1)]
		j := newJob(t, "--duration", "10m", "--workers", fewWorkers(), "--set", think(50*time.Millisecond), "--max-cost", fmt.Sprint(limit))
		all := j.startAll(2)
		j.ends(all[0], 0, "")
		j.ends(all[1], 0, "")
		if r, text := j.merge(0); r.Interrupted || r.CostReached == nil || r.CostReached.LimitUSD != limit || !strings.Contains(text, fmt.Sprintf("by the limit of its cost, $%g", limit)) {
			t.Errorf("interrupted %t, %+v: %s", r.Interrupted, r.CostReached, text)
		}
	})
}
