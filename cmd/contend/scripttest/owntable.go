package scripttest

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/rogpeppe/go-internal/testscript"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/localtest"
)

// seeded URL TABLE FILE: makes a table with the keys PK and SK, both strings, as its owner
// has it, and puts the items of the file, one a line, into it.
func seeded(ts *testscript.TestScript, neg bool, args []string) {
	client := localtest.Client(args[0])
	key := layout.Key{Partition: layout.Element{Attribute: "PK", Type: "S", Template: "x"}, Sort: layout.Element{Attribute: "SK", Type: "S", Template: "x"}}
	_, err := counter.Schema{Key: key}.CreateTable(context.Background(), client, args[1], counter.Traits{})
	ts.Check(err)
	for _, item := range itemsIn(ts, args[2]) {
		_, err := client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &args[1], Item: item})
		ts.Check(err)
	}
}

// stored URL TABLE FILE: writes the items that the table has under the keys of those of
// the file, one a line, to the file stored.
func stored(ts *testscript.TestScript, neg bool, args []string) {
	var lines bytes.Buffer
	for _, item := range itemsIn(ts, args[2]) {
		out, err := localtest.Client(args[0]).GetItem(context.Background(), &dynamodb.GetItemInput{
			TableName: &args[1], Key: layout.Item{"PK": item["PK"], "SK": item["SK"]}, ConsistentRead: aws.Bool(true),
		})
		ts.Check(err)
		text, err := layout.MarshalItem(out.Item)
		ts.Check(err)
		lines.Write(append(text, '\n'))
	}
	ts.Check(os.WriteFile(ts.MkAbs("stored"), lines.Bytes(), 0o644))
}

// ownTable watches the first counter of the script's table, if the table is its owner's.
type ownTable struct{ first int64 }

// grows reports whether the counter has been changed since the first call.
func (o *ownTable) grows(ctx context.Context, client *dynamodb.Client, table string) bool {
	schema := counter.Schema{
		Attribute: "stats.hits", Version: "rev",
		Key: layout.Key{Partition: layout.Element{Attribute: "PK", Type: "S", Template: "COUNTER#{counter}"}, Sort: layout.Element{Attribute: "SK", Type: "S", Template: "TOTAL"}},
	}
	strategy, err := schema.NewStrategy(counter.AtomicAddName, client, counter.DefaultParameters())
	if err != nil {
		panic(err)
	}
	state, _, err := strategy.Read(ctx, counter.Key{Table: table, Name: "counter-0"}, true)
	if err != nil {
		return false
	}
	if o.first == 0 {
		o.first = state.Version
	}
	return state.Version > o.first
}

func itemsIn(ts *testscript.TestScript, file string) (items []layout.Item) {
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(file)))
	for lines.Scan() {
		item, err := layout.UnmarshalItem(lines.Bytes())
		ts.Check(err)
		items = append(items, item)
	}
	return items
}
