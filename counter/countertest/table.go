package countertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// newTable creates the table of the design, and deletes it when the test ends.
func (s suite) newTable(t *testing.T) (name string) {
	t.Helper()
	name = "countertest-" + strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	if s.Table != nil {
		return s.ownTable(t, name)
	}
	table, err := s.Schema.CreateTable(t.Context(), s.client, name, s.traits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Delete(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return name
}

// ownTable creates [Options.Table].
func (s suite) ownTable(t *testing.T, name string) string {
	t.Helper()
	in := *s.Table
	if in.TableName == nil {
		in.TableName = &name
	}
	name = aws.ToString(in.TableName)
	if _, err := s.client.CreateTable(t.Context(), &in); err != nil {
		t.Fatalf("create table %q: %v", name, err)
	}
	t.Cleanup(func() {
		if _, err := s.client.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Errorf("delete table %q: %v", name, err)
		}
	})
	for {
		out, err := s.client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			t.Fatalf("wait for table %q: %v", name, err)
		}
		if out.Table.TableStatus == types.TableStatusActive {
			return name
		}
		time.Sleep(100 * time.Millisecond)
	}
}
