package scripttest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/counter"
	"contend/internal/localtest"
)

// await URL: waits until something listens there.
func await(ts *testscript.TestScript, neg bool, args []string) {
	const tries, pause = 2400, 50 * time.Millisecond
	for range tries {
		response, err := http.Get(args[0])
		if err == nil {
			ts.Check(response.Body.Close())
			return
		}
		<-time.After(pause)
	}
	ts.Fatalf("nothing listens on %s", args[0])
}

// loads URL: waits until a load has changed a counter on a server.
func loads(ts *testscript.TestScript, neg bool, args []string) {
	if !loadBegins(localtest.Client(args[0])) {
		ts.Fatalf("no load begins on %s", args[0])
	}
}

// holds N URL: waits until a server holds N tables.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	const tries, pause = 2400, 50 * time.Millisecond
	client := localtest.Client(args[1])
	for range tries {
		out, err := client.ListTables(context.Background(), nil)
		ts.Check(err)
		if strconv.Itoa(len(out.TableNames)) == args[0] {
			return
		}
		<-time.After(pause)
	}
	ts.Fatalf("there are never %s tables", args[0])
}

// tables URL: prints the names of the tables of a server to the file tables.
func tables(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	out, err := client.ListTables(context.Background(), nil)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs("."), "tables"), []byte(fmt.Sprintln(out.TableNames)), 0o644))
}

// item URL TABLE NAME: prints a counter's item to the file item, one attribute a line.
func item(ts *testscript.TestScript, neg bool, args []string) {
	out, err := localtest.Client(args[0]).GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: &args[1], Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: args[2]}},
	})
	ts.Check(err)
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(out.Item)) {
		switch value := out.Item[name].(type) {
		case *types.AttributeValueMemberN:
			fmt.Fprintln(&text, name, value.Value)
		case *types.AttributeValueMemberS:
			fmt.Fprintln(&text, name, value.Value)
		default:
			ts.Fatalf("attribute %q is a %T", name, value)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("item"), []byte(text.String()), 0o644))
}

// replaced URL TABLE: deletes a table and makes another of its name, as another
// program may.
func replaced(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	_, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &args[1]})
	ts.Check(err)
	_, err = counter.CreateTable(context.Background(), client, args[1], counter.Traits{})
	ts.Check(err)
}

// placed FILE OLD NEW: replaces a text in a file.
func placed(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}
