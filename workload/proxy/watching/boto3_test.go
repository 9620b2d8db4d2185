package watching_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.uber.org/goleak"

	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/watching"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(localtest.Main(m)) }

// upstreams are the stores that the program is tried on.
func upstreams(t *testing.T) map[string]func(*testing.T) proxy.Upstream {
	t.Helper()
	return map[string]func(*testing.T) proxy.Upstream{
		"embedded": func(*testing.T) proxy.Upstream { return proxy.Upstream{Handler: embedded.New(embedded.Config{})} },
		"DynamoDB Local": func(t *testing.T) proxy.Upstream {
			to, err := url.Parse(localtest.Start(t))
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
			t.Cleanup(transport.CloseIdleConnections)
			return proxy.Upstream{URL: to, Transport: transport}
		},
	}
}

// lost loses two replies to updates.
var lost = []fault.Rule{
	{Kind: fault.LostReply, Count: 1, On: []string{"UpdateItem"}, Table: "visits", Key: "PAGE#*"},
	{Kind: fault.ServerErrorAfter, Count: 1, On: []string{"UpdateItem"}, Table: "visits", Key: "PAGE#home/TOTAL"},
}

// TestAnUnchangedProgram: a program of boto3 counts visits through a proxy. At short length
// DynamoDB Local only shows that it counts twice, because Python needs most of the time to
// start.
func TestAnUnchangedProgram(t *testing.T) {
	for store, open := range upstreams(t) {
		for _, c := range []struct {
			about, mode string
			rules       []fault.Rule
			want        check.Status
		}{
			{"lost replies make it count twice", "naive", lost, check.Fail},
			{"one that knows its visits again counts right", "safe", lost, check.Pass},
			{"without faults nothing is found", "naive", nil, check.Pass},
		} {
			t.Run(store+": "+c.about, func(t *testing.T) {
				if store != "embedded" && c.want == check.Pass {
					longtest.Only(t)
				}
				t.Parallel()
				p := program{python: localtest.Boto3(t), mode: c.mode, log: filepath.Join(t.TempDir(), "log")}
				o := watch(t, watching.Config{
					Upstream: open(t), Rules: c.rules, Seed: 1, Claims: func() (map[string]history.Claim, error) { return watching.ReadLog(p.log) },
				}, p.run)
				judge(t, o, c.want)
			})
		}
	}
}

// program is the unchanged program.
type program struct {
	python, mode, log string
}

func (p *program) run(t *testing.T, endpoint string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), p.python, filepath.Join("testdata", "visits.py"), p.mode, "8", p.log)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "AWS_ACCESS_KEY_ID=contend", "AWS_SECRET_ACCESS_KEY=contend", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1")
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
}

// watch runs a proxy while the program runs, and returns what was found.
func watch(t *testing.T, config watching.Config, run func(*testing.T, string)) *watching.Outcome {
	t.Helper()
	pattern, err := observe.ParsePattern("visits/PAGE#*/TOTAL:hits")
	if err != nil {
		t.Fatal(err)
	}
	config.Watch, config.Folder, config.Listen, config.Tool = observe.Watch{pattern}, t.TempDir(), "127.0.0.1:0", "test"
	endpoint, stop := make(chan string, 1), make(chan struct{})
	config.OnStart = func(endpoints []string, _ string) { endpoint <- endpoints[0] }
	go func() {
		defer close(stop)
		at := <-endpoint
		createTable(t, at)
		run(t, at)
	}()
	o, err := watching.Run(t.Context(), stop, config)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func createTable(t *testing.T, endpoint string) {
	client := localtest.Client(endpoint)
	_, err := client.CreateTable(context.WithoutCancel(t.Context()), &dynamodb.CreateTableInput{
		TableName: aws.String("visits"), BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("SK"), KeyType: types.KeyTypeRange}},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS}, {AttributeName: aws.String("SK"), AttributeType: types.ScalarAttributeTypeS},
		},
	})
	if err != nil {
		t.Error(err)
	}
}

// judge holds the verdict against the one that is wanted, and the history that was left
// against the verdict.
func judge(t *testing.T, o *watching.Outcome, want check.Status) {
	t.Helper()
	v := check.Judge(o.Examination.Findings.Checks...)
	if v.Status != want || len(o.Summary.Unseen) > 0 || o.Summary.Nameless > 0 {
		t.Errorf("verdict %s, want %s; %+v", v.Status, want, o.Summary)
		for _, c := range v.Checks {
			t.Logf("%s %s: %s %q", c.Status, c.Name, c.Reason, c.Evidence)
		}
	}
	for _, c := range v.Checks {
		evidence := strings.Join(c.Evidence, "\n")
		if c.Name == "once-per-call" && c.Status != want {
			t.Errorf("once-per-call: %s", c.Status)
		}
		if c.Name == "once-per-call" && want == check.Fail && (!strings.Contains(evidence, "request 1, sent at ") || !strings.Contains(evidence, " and request 2, sent at ")) {
			t.Errorf("the evidence names no two requests: %s", evidence)
		}
	}
	again, err := check.ExamineFile(o.History, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := check.Judge(again.Findings.Checks...); got.Status != v.Status {
		t.Errorf("its history is judged %s", got.Status)
	}
	if text, err := os.ReadFile(o.History); err != nil || !bytes.HasPrefix(text, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		t.Errorf("history: %v", err)
	}
}
