package processes

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/cmd/contend/scripttest"
	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/internal/longtest"
	"contend/report"
	"contend/report/folder"
)

var (
	kills    = longtest.Flag("kills", 5, 25, "how often TestAKilledCampaignIsResumed kills it")
	killSeed = flag.Uint64("kill-seed", 1, "the seed of the moments at which it does")
)

// killable is a campaign of short runs with two variants.
func killable(runs int) string {
	return fmt.Sprintf("name: killable\nload: { workers: 2, operations: 20 }\nmatrix: { strategy: [atomic-add, sharded] }\nrepeat: %d\n", runs/2)
}

// TestAKilledCampaignIsResumed: whenever a campaign is killed, it can be resumed. No
// finished run is lost or made again. A file names every table that is left; in the end
// none is left, and another program's table stays.
func TestAKilledCampaignIsResumed(t *testing.T) {
	t.Parallel()
	scripttest.Install(t)
	listener, err := embedded.New(embedded.Config{Latency: embedded.Latency{Mean: 5 * time.Millisecond}}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(t.Context()) })
	client := localtest.Client(listener.Endpoint)
	if _, err := counter.CreateTable(t.Context(), client, "theirs", counter.Traits{}); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	times := kills()
	runs := 2 * (times + 1) // so that the campaign is not over too soon
	if err := os.WriteFile(filepath.Join(folder, "killable.yaml"), []byte(killable(runs)), 0o644); err != nil {
		t.Fatal(err)
	}
	c := killedCampaign{t: t, folder: folder, client: client, endpoint: listener.Endpoint, finished: map[string][]byte{}}
	random := rand.New(rand.NewPCG(*killSeed, 0))
	for range times {
		const longest = 700 * time.Millisecond
		c.kill(time.Duration(random.Int64N(int64(longest))))
		c.check()
	}
	command := c.command()
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", command.Args, err, text)
	}
	c.check()
	if len(c.finished) != runs {
		t.Errorf("%d of %d runs have a report", len(c.finished), runs)
	}
	if left := c.tables(); !slices.Equal(left, []string{"theirs"}) {
		t.Errorf("left are %q", left)
	}
	if _, err := os.Stat(c.out(".lock")); err == nil {
		t.Error("the folder is still locked")
	}
}

// killedCampaign is a campaign that is killed again and again.
type killedCampaign struct {
	t        *testing.T
	folder   string // the working folder of the program
	client   *dynamodb.Client
	endpoint string
	finished map[string][]byte // reports by their paths
}

// command starts the campaign, or resumes it.
func (c *killedCampaign) command() *exec.Cmd {
	command := exec.Command("contend", "run", "killable.yaml", "--target", c.endpoint, "--out", "out")
	if _, err := os.Stat(c.out("scenario.yaml")); err == nil {
		command = exec.Command("contend", "run", "--resume", "out")
	}
	command.Dir = c.folder
	return command
}

// out is the path of something in the campaign's folder.
func (c *killedCampaign) out(parts ...string) string {
	return filepath.Join(append([]string{c.folder, "out"}, parts...)...)
}

func (c *killedCampaign) kill(after time.Duration) {
	command := c.command()
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = command.Process.Kill() }) // an error means that it has ended already
	err := command.Wait()
	timer.Stop()
	if err != nil && command.ProcessState.ExitCode() >= 0 {
		c.t.Fatalf("%q after %s: %v\n%s", command.Args, after, err, said.String())
	}
	c.t.Logf("killed after %s: %s", after, command.ProcessState)
}

// check checks what must be true after each kill and in the end.
func (c *killedCampaign) check() {
	var named []string
	records, err := folder.LoadTables(c.out())
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	for _, r := range records {
		named = append(named, r.Table)
	}
	for _, table := range c.tables() {
		if table != "theirs" && !slices.Contains(named, table) {
			c.t.Errorf("nothing names table %s: %q", table, named)
		}
	}
	reports, err := filepath.Glob(c.out("*", report.ReportFile))
	if err != nil {
		c.t.Fatal(err)
	}
	for path, before := range c.finished {
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(before, now) {
			c.t.Errorf("%s was finished and is made again, or gone: %v", path, err)
		}
	}
	for _, path := range reports {
		text, err := os.ReadFile(path)
		if err != nil || !strings.HasSuffix(string(text), "}\n") {
			c.t.Errorf("%s is not complete: %v", path, err)
		}
		c.finished[path] = text
	}
}

func (c *killedCampaign) tables() []string {
	out, err := c.client.ListTables(c.t.Context(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return out.TableNames
}
