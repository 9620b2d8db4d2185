package scrape

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"contend/internal/longtest"
	"contend/report"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// text is a scenario of so many milliseconds.
const text = `
name: scraped
load: { workers: 8, rate: 150/s, duration: %dms, warmup: 200ms }
operations: { increment: 3, decrement: 1, read: 1 }
`

// scraped carries out a run in real time, shows it, and returns its report.
func scraped(t *testing.T, server *Server) *report.Report {
	t.Helper()
	s, err := scenario.Decode("scraped.yaml", fmt.Appendf(nil, text, longtest.Count(600, 1500)))
	if err != nil {
		t.Fatal(err)
	}
	o, err := trial.Run(t.Context(), s, trial.Options{Watch: func(live *measure.Live) func() error {
		run := server.Begin(&s, "", live)
		return func() error { run.End(); return nil }
	}})
	if err != nil {
		t.Fatal(err)
	}
	server.Finish(o.Result)
	return report.New(o, report.About{})
}

func listen(t *testing.T) *Server {
	t.Helper()
	server, err := Listen("0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	if !server.Loopback() {
		t.Errorf("%s is not of this machine alone", server.URL())
	}
	return server
}

// expected are sums over the labels that a query leaves out, of the report.
func expected(r *report.Report) map[string]float64 {
	t := r.Tally
	all := map[string]float64{
		`contend_conflicts_total`: float64(t.Conflicts), `contend_throttles_total`: float64(t.Throttles),
		`contend_due_operations`: float64(t.Due), `contend_dropped_operations`: float64(t.Dropped), `contend_running`: 0,
		`contend_backlog_operations`: 0, `contend_elapsed_seconds`: r.ElapsedS, `contend_rate`: 0,
		`contend_unsuccessful_response_seconds_count`: float64(r.LatencyUnsuccessful.Response.Count),
	}
	for _, ending := range t.Endings().Counts() {
		all[fmt.Sprintf(`contend_operations_total{outcome=%q}`, ending.Word)] = float64(ending.Count)
	}
	for _, outcome := range t.AttemptCounts() {
		all[fmt.Sprintf(`contend_attempts_total{outcome=%q}`, outcome.Word)] = float64(outcome.Count)
	}
	for kind, times := range r.ResponseByOperation {
		all[fmt.Sprintf(`contend_response_seconds_count{operation=%q}`, kind)] = float64(times.Count)
	}
	all[`contend_attempt_seconds_count{outcome="applied"}`] = float64(r.Latency.Attempt.Count)
	all[`contend_attempt_seconds_count{outcome="other"}`] = float64(r.LatencyUnsuccessful.Attempt.Count)
	return all
}

// TestTheLastScrapeIsTheReport, read by the library's own parser.
func TestTheLastScrapeIsTheReport(t *testing.T) {
	server := listen(t)
	r := scraped(t, server)
	response, err := http.Get(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range expected(r) {
		if got := sumOf(families, query); got != want {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	sum := 0.0
	for _, m := range families[responseName].Metric {
		sum += m.Histogram.GetSampleSum()
	}
	if want := *r.Latency.Response.Mean * float64(r.Latency.Response.Count) / 1000; math.Abs(sum-want) > want/200 {
		t.Errorf("the response times are %v s together, want %v", sum, want)
	}
}

// sumOf is the sum of the metrics that a query such as name{label="value"} selects.
func sumOf(families map[string]*dto.MetricFamily, query string) float64 {
	name, rest, _ := strings.Cut(query, "{")
	label, value, _ := strings.Cut(strings.TrimSuffix(rest, "}"), "=")
	value = strings.Trim(value, `"`)
	isCount := strings.HasSuffix(name, "_count")
	family, sum := families[strings.TrimSuffix(name, "_count")], 0.0
	if family == nil {
		return math.NaN()
	}
	for _, m := range family.Metric {
		has := label == ""
		for _, l := range m.Label {
			has = has || l.GetName() == label && l.GetValue() == value
		}
		switch {
		case !has:
		case isCount:
			sum += float64(m.Histogram.GetSampleCount())
		default:
			sum += m.Counter.GetValue() + m.Gauge.GetValue()
		}
	}
	return sum
}

// TestHistogramsAreClassicAndNative, and have the same times in both.
func TestHistogramsAreClassicAndNative(t *testing.T) {
	live := new(measure.Live)
	live.Start(func() time.Duration { return 0 }, 1, 1, nil)
	times := &live.Count().Applied
	for _, d := range []time.Duration{0, time.Microsecond, 255 * time.Microsecond, 300 * time.Microsecond, time.Second, time.Hour} {
		times.Record(d)
	}
	var m dto.Metric
	if err := histogram(descriptions(nil)[attemptName], times, time.Now(), "applied").Write(&m); err != nil {
		t.Fatal(err)
	}
	h := m.Histogram
	buckets := map[float64]uint64{}
	for _, b := range h.Bucket {
		buckets[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	if h.GetSampleCount() != 6 || buckets[256e-6] != 3 || buckets[384e-6] != 4 || buckets[bounds()[len(bounds())-1].Seconds()] != 5 {
		t.Errorf("classic: got %d in all, %v", h.GetSampleCount(), buckets)
	}
	var native, at int64
	for _, delta := range h.PositiveDelta {
		at += delta
		native += at
	}
	if native != 6 || h.GetSchema() != schema {
		t.Errorf("native: got %d in schema %d", native, h.GetSchema())
	}
}

// requirePrometheus, set to 1, makes the test with a real Prometheus fail that would
// otherwise be skipped because the program is missing.
const requirePrometheus = "CONTEND_REQUIRE_PROMETHEUS"

// TestPrometheusReadsTheReport: the last scrape of a real Prometheus is the report.
func TestPrometheusReadsTheReport(t *testing.T) {
	program, err := exec.LookPath("prometheus")
	if err != nil && os.Getenv(requirePrometheus) == "1" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("SKIPPED, not scraped: %v", err)
	}
	server := listen(t)
	address := startPrometheus(t, program, strings.TrimPrefix(strings.TrimSuffix(server.URL(), Path), "http://"))
	r := scraped(t, server)
	for query, want := range expected(r) {
		name, rest, _ := strings.Cut(query, "{")
		if rest != "" {
			rest = "{" + rest
		}
		got, err := math.NaN(), error(nil)
		for deadline := time.Now().Add(30 * time.Second); got != want && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			got, err = ask(t.Context(), address, "sum("+name+rest+")")
		}
		if got != want {
			t.Errorf("%s: got %v (%v), want %v", query, got, err, want)
		}
	}
}

// startPrometheus starts a Prometheus that scrapes an address, and returns its own.
func startPrometheus(t *testing.T, program, target string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	config := filepath.Join(folder, "prometheus.yml")
	content := fmt.Sprintf("scrape_configs:\n  - job_name: contend\n    scrape_interval: 200ms\n    scrape_timeout: 200ms\n    static_configs: [{targets: [%q]}]\n", target)
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--log.level=error")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return address
}

// ask is the value of a query of one number.
func ask(ctx context.Context, address, query string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/v1/query", nil)
	if err != nil {
		return math.NaN(), err
	}
	q := request.URL.Query()
	q.Set("query", query)
	request.URL.RawQuery = q.Encode()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return math.NaN(), err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return math.NaN(), err
	}
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Data.Result) != 1 {
		return math.NaN(), fmt.Errorf("%v: %.200s", err, body)
	}
	return strconv.ParseFloat(answer.Data.Result[0].Value[1].(string), 64)
}
