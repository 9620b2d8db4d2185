package bench

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
)

// group is a part of the program whose share of the processor time is shown.
type group struct {
	name     string
	packages []string // and those below them
}

var groups = []group{
	{"engine", []string{"contend/internal/embedded"}},
	{"design", []string{"contend/counter", "contend/workload/store"}},
	{"scheduler", []string{"contend/internal/clock", "iter"}},
	{"history", []string{"contend/workload/history", "contend/internal/plainjson", "github.com/klauspost/compress"}},
	{"checks", []string{"contend/workload/check"}},
	{"fleet", []string{
		"contend/workload/fleet", "contend/workload/measure", "contend/workload/hist",
		"contend/workload/fault", "contend/workload/retry", "contend/workload/pace", "contend/workload/trial",
	}},
}

// rest is the share of everything else: switching between processes, and garbage
// collection.
const rest = "rest"

// groupOf is the group that a function belongs to, "" if none.
func groupOf(function string) string {
	for _, g := range groups {
		for _, p := range g.packages {
			if after, ok := strings.CutPrefix(function, p); ok && (after[0] == '.' || after[0] == '/') {
				return g.name
			}
		}
	}
	return ""
}

// shares reads the output of "pprof -traces -unit ms". Each sample belongs to the
// innermost of its functions that has a group.
func shares(traces []byte) map[string]float64 {
	times, total := map[string]float64{}, 0.0
	group, sample := "", 0.0
	end := func() {
		if group == "" {
			group = rest
		}
		times[group] += sample
		total += sample
		group, sample = "", 0
	}
	for lines := bufio.NewScanner(bytes.NewReader(traces)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "---") {
			end()
			continue
		}
		if value, function, ok := strings.Cut(line, " "); ok && strings.HasSuffix(value, "ms") {
			if ms, err := strconv.ParseFloat(strings.TrimSuffix(value, "ms"), 64); err == nil {
				sample, line = ms, strings.TrimSpace(function)
			}
		}
		if group == "" && sample > 0 {
			group = groupOf(line)
		}
	}
	end()
	for name := range times {
		times[name] /= total
	}
	return times
}

func TestShares(t *testing.T) {
	const line = "-----------+----\n"
	of := shares([]byte("Type: cpu\nDuration: 1s, Total samples = 80ms\n" +
		line + "      10ms   runtime.memmove\n             contend/internal/embedded/expression.parse (inline)\n             contend/counter.add\n" +
		line + "      20ms   contend/internal/format.Key\n             contend/counter.add\n             contend/internal/clock.(*process).run\n" +
		line + "      50ms   runtime.gcBgMarkWorker\n" + line))
	want := map[string]float64{"engine": 0.125, "design": 0.25, rest: 0.625}
	if !maps.Equal(of, want) {
		t.Errorf("shares are %v, want %v", of, want)
	}
}

// profile measures the processor time of a benchmark until report is called, which
// reports the share of each group. With -cpuprofile, the profile is not free and there
// are no shares.
func profile(b *testing.B) (report func()) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "cpu.pprof")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		b.Log("no shares:", err)
		return func() { _ = file.Close() }
	}
	return func() {
		pprof.StopCPUProfile()
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
		traces, err := exec.CommandContext(b.Context(), "go", "tool", "pprof", "-traces", "-unit", "ms", path).Output()
		if err != nil {
			b.Fatalf("pprof: %v", err)
		}
		of := shares(traces)
		for _, name := range []string{"engine", "design", "scheduler", "history", "checks", "fleet", rest} {
			b.ReportMetric(100*of[name], "%-"+name)
		}
	}
}
