package counter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TableClient is the part of the DynamoDB client that [CreateTable] and
// [Table.Delete] use. *[dynamodb.Client] implements it.
type TableClient interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
	DeleteTable(context.Context, *dynamodb.DeleteTableInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error)
}

var _ TableClient = (*dynamodb.Client)(nil)

// ErrNotOurs: the table was there before [CreateTable] and is not deleted.
var ErrNotOurs = errors.New("table was not created here")

// Table is a table that holds counters.
type Table struct {
	Name string
	// Created is true if [CreateTable] made the table, and false if it found
	// it.
	Created bool
	client  TableClient
}

// tablePatience bounds the wait for a new table; AWS takes some seconds.
const tablePatience = 2 * time.Minute

// CreateTable finds the table of that name or makes an on-demand table for
// counters, and waits until it is active. A table with another key is an error.
// If the wait fails, the table that was created is returned with the error, so
// that the caller can delete it.
func CreateTable(ctx context.Context, client TableClient, name string) (*Table, error) {
	table := &Table{Name: name, client: client}
	_, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	var missing *types.ResourceNotFoundException
	switch {
	case errors.As(err, &missing):
		table.Created, err = table.create(ctx)
	case err != nil:
		err = fmt.Errorf("look for table %q: %w", name, err)
	}
	if err != nil {
		return nil, err
	}
	return table, table.wait(ctx)
}

// create reports whether it made the table; another program may be faster.
func (t *Table) create(ctx context.Context) (bool, error) {
	_, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(t.Name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String(attributeID), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String(attributeID), KeyType: types.KeyTypeHash}},
	})
	var exists *types.ResourceInUseException
	if errors.As(err, &exists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("create table %q: %w", t.Name, err)
	}
	return true, nil
}

// wait returns once the table is active and has the key that counters need.
func (t *Table) wait(ctx context.Context) error {
	in := &dynamodb.DescribeTableInput{TableName: aws.String(t.Name)}
	waiter := dynamodb.NewTableExistsWaiter(t.client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 2*time.Second
	})
	out, err := waiter.WaitForOutput(ctx, in, tablePatience)
	if err != nil {
		return fmt.Errorf("wait for table %q: %w", t.Name, err)
	}
	schema := out.Table.KeySchema
	if len(schema) != 1 || aws.ToString(schema[0].AttributeName) != attributeID || !hasStringID(out.Table.AttributeDefinitions) {
		return fmt.Errorf("table %q: its key is not the string attribute %q alone, which counters need", t.Name, attributeID)
	}
	return nil
}

func hasStringID(definitions []types.AttributeDefinition) bool {
	for _, d := range definitions {
		if aws.ToString(d.AttributeName) == attributeID {
			return d.AttributeType == types.ScalarAttributeTypeS
		}
	}
	return false
}

// Delete deletes the table if [CreateTable] made it, and otherwise returns
// [ErrNotOurs]. A table that is gone already is no error.
func (t *Table) Delete(ctx context.Context) error {
	if !t.Created {
		return fmt.Errorf("delete table %q: %w", t.Name, ErrNotOurs)
	}
	_, err := t.client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(t.Name)})
	var gone *types.ResourceNotFoundException
	if err != nil && !errors.As(err, &gone) {
		return fmt.Errorf("delete table %q: %w", t.Name, err)
	}
	return nil
}
