package localtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.uber.org/goleak"
)

// borrowVariable makes this program a borrower: see [borrowForever].
const borrowVariable = "LOCALTEST_BORROW"

func TestMain(m *testing.M) {
	lender := os.Getenv(borrowVariable)
	switch {
	case os.Args[0] == "java":
		actAsJava()
	case lender != "":
		borrowForever(lender)
	default:
		goleak.VerifyTestMain(Main(m))
	}
}

// TestDynamoDBLocalIsEmptied: a test finds no table of the test before it.
func TestDynamoDBLocalIsEmptied(t *testing.T) {
	t.Setenv(EndpointVariable, "") // nobody empties a server that it names
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			client := Client(Start(t))
			createTable(t, client, "one")
			createTable(t, client, "two")
		})
	}
}

// TestStartLendsAnEmptyServer: a test gets the server of the test before it, without that
// test's tables. Two users at once have a server each.
func TestStartLendsAnEmptyServer(t *testing.T) {
	t.Run("of this process", func(t *testing.T) {
		standIns(t)
		startInTurns(t)
	})
	t.Run("of a lender", func(t *testing.T) {
		standIns(t)
		lender, _ := lend(t)
		t.Setenv(LenderVariable, lender)
		startInTurns(t)
		if len(servers.idle) > 0 {
			t.Errorf("this process has %d servers itself", len(servers.idle))
		}
	})
}

func startInTurns(t *testing.T) {
	var first string
	t.Run("first", func(t *testing.T) {
		first = Start(t)
		createTable(t, Client(first), "one")
		createTable(t, Client(first), "two")
	})
	t.Run("second", func(t *testing.T) {
		second := Start(t)
		if second != first {
			t.Errorf("got the server %s, want %s again", second, first)
		}
		tables, err := Client(second).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if err != nil || len(tables.TableNames) != 0 {
			t.Errorf("got %v, %v, want a server without tables", tables, err)
		}
		if third := Start(t); third == second {
			t.Errorf("two that run at once share the server %s", third)
		}
	})
}

func createTable(t *testing.T, client *dynamodb.Client, name string) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAServerThatIsNotKeptIsStopped: without [Main], nobody would stop the server later.
func TestAServerThatIsNotKeptIsStopped(t *testing.T) {
	standIns(t)
	var p pool
	s, err := p.take(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.giveBack(t.Context(), s); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.scratch); !errors.Is(err, fs.ErrNotExist) || s.command.ProcessState == nil {
		t.Errorf("%s: %v, ended as %v; want no files and no process", s.scratch, err, s.command.ProcessState)
	}
}

func TestStartUsesTheNamedEndpoint(t *testing.T) {
	t.Setenv(EndpointVariable, "http://example.invalid")
	if got := Start(t); got != "http://example.invalid" {
		t.Errorf("got %q", got)
	}
}

// outcome is a test that remembers how it ended.
type outcome struct {
	testing.TB
	failed, skipped string
}

func (*outcome) Helper() {}

func (o *outcome) Fatalf(format string, args ...any) {
	o.failed = format
	runtime.Goexit()
}

func (o *outcome) Skipf(format string, args ...any) {
	o.skipped = format
	runtime.Goexit()
}

func TestWithoutJava(t *testing.T) {
	for _, c := range []struct {
		required      string
		failed, state bool
	}{{"", false, true}, {"0", false, true}, {"1", true, false}} {
		t.Run("required="+c.required, func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			t.Setenv(EndpointVariable, "")
			t.Setenv(RequireVariable, c.required)
			o := &outcome{TB: t}
			var running sync.WaitGroup
			running.Go(func() { Start(o) })
			running.Wait()
			if (o.failed != "") != c.failed || (o.skipped != "") != c.state {
				t.Errorf("failed with %q, skipped with %q", o.failed, o.skipped)
			}
			if err := Available(); err == nil || !strings.Contains(err.Error(), "java") {
				t.Errorf("Available: got %v, want that Java is missing", err)
			}
		})
	}
}

func TestVerifyRefusesAnotherPackage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "package.tgz")
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := verify(path, dynamoDBLocal.checksum); err == nil || !strings.Contains(err.Error(), dynamoDBLocal.checksum) {
		t.Errorf("got %v, want a complaint about the checksum", err)
	}
}

// TestUnpackStaysInside: unpack skips names that lead out of the folder, and entries that
// are not regular files.
func TestUnpackStaysInside(t *testing.T) {
	outer := t.TempDir()
	folder := filepath.Join(outer, "inside")
	var archive bytes.Buffer
	compressed := gzip.NewWriter(&archive)
	files := tar.NewWriter(compressed)
	for _, header := range []tar.Header{
		{Name: "package/good", Typeflag: tar.TypeReg, Size: 1, Mode: 0o600},
		{Name: "../bad", Typeflag: tar.TypeReg, Size: 1, Mode: 0o600},
		{Name: "package/link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
	} {
		if err := files.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if header.Size > 0 {
			if _, err := files.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(outer, "package.tgz")
	if err := errors.Join(files.Close(), compressed.Close(), os.WriteFile(path, archive.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := unpack(path, folder); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"inside/package/good": true, "bad": false, "inside/package/link": false} {
		if _, err := os.Lstat(filepath.Join(outer, name)); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %t", name, err, want)
		}
	}
}
