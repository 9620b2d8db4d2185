package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"contend/workload/check"
)

// BenchmarkMachinesToOne compares the throughput of four processes of 250 workers, which
// make one run together, with that of one process of 1 000, on the embedded server in a
// process of its own. Processes do not share a heap, but they share two processors. It also
// times the one verdict over all they did.
func BenchmarkMachinesToOne(b *testing.B) {
	program := filepath.Join(b.TempDir(), "contend")
	if out, err := exec.Command("go", "build", "-o", program, "contend/cmd/contend").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	s := scale{b: b, program: program, folder: b.TempDir(), url: served(b, program)}
	var ratios, verdicts []float64
	for i := 0; b.Loop(); i++ {
		one, four := 0.0, 0.0
		if i%2 == 0 {
			one, four = s.alone(i), s.together(i, 4)
		} else {
			four, one = s.together(i, 4), s.alone(i)
		}
		ratios = append(ratios, four/one)
		verdicts = append(verdicts, s.verdict)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ratios), "four/one")
	b.ReportMetric(ratios[0], "lowest")
	b.ReportMetric(ratios[len(ratios)-1], "highest")
	b.ReportMetric(median(verdicts), "merge-s")
	b.ReportMetric(float64(s.operations), "operations")
}

// served starts the embedded server alone.
func served(b *testing.B, program string) (url string) {
	b.Helper()
	server := exec.Command(program, "serve", "--listen", "127.0.0.1:0")
	told, err := server.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	line, err := bufio.NewReader(told).ReadString('\n')
	if url = regexp.MustCompile(`http://\S+`).FindString(line); url == "" {
		b.Fatalf("the server said %q, %v", line, err)
	}
	return url
}

// scale makes runs of 1 000 workers.
type scale struct {
	b                    *testing.B
	program, folder, url string
	verdict              float64 // how long the last one took, in seconds
	operations           int64   // that it was about
}

// run starts the program.
func (s *scale) run(arguments ...string) []byte {
	command := exec.Command(s.program, arguments...)
	var out, said bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = s.folder, &out, &said
	if err := command.Run(); err != nil {
		s.b.Errorf("%q: %v: %s", arguments, err, said.String())
	}
	return out.Bytes()
}

func (s *scale) load(more ...string) []byte {
	return s.run(append([]string{"run", "atomic-add", "--target", s.url, "-w", "1000", "-d", "6s", "--quiet", "--format", "json"}, more...)...)
}

// measured reads a report, whose verdict must be a pass.
func (s *scale) measured(text []byte) (throughput float64, applied int64) {
	var r struct {
		ThroughputPerS float64 `json:"throughput_per_s"`
		Verdict        check.Verdict
		Tally          struct{ Applied int64 }
	}
	if err := json.Unmarshal(text, &r); err != nil || r.Verdict.Status != check.Pass {
		s.b.Errorf("verdict %q, %v", r.Verdict.Status, err)
	}
	return r.ThroughputPerS, r.Tally.Applied
}

// alone is the throughput of one process.
func (s *scale) alone(round int) float64 {
	throughput, _ := s.measured(s.load("--out", fmt.Sprintf("alone-%d", round)))
	return throughput
}

// together is that of several.
func (s *scale) together(round, machines int) float64 {
	id := fmt.Sprintf("together-%d-%d", round, os.Getpid())
	var all sync.WaitGroup
	for i := range machines {
		all.Go(func() { s.load("--machine", fmt.Sprintf("%d/%d", i, machines), "--run", id, "--results", ".") })
	}
	all.Wait()
	began := time.Now()
	text := s.run("merge", id, "--format", "json")
	s.verdict = time.Since(began).Seconds()
	throughput, applied := s.measured(text)
	s.operations = applied
	return throughput
}
