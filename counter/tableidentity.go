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

// Identity tells a table from others that have or had its name. What a store
// does not tell of a table is zero.
type Identity struct {
	ID        string // the store's own, "" if it gives none
	CreatedAt time.Time
}

// IdentityOf is what a store's description of a table says; d may be nil.
func IdentityOf(d *types.TableDescription) Identity {
	if d == nil {
		return Identity{}
	}
	return Identity{ID: aws.ToString(d.TableId), CreatedAt: aws.ToTime(d.CreationDateTime)}
}

// Known reports whether there is something to tell the table by.
func (i Identity) Known() bool { return i.ID != "" || !i.CreatedAt.IsZero() }

// Same reports whether both are of one table. Without anything to tell by they
// are not.
func (i Identity) Same(other Identity) bool {
	if i.ID != "" && other.ID != "" {
		return i.ID == other.ID
	}
	const precision = time.Millisecond // of the wire
	created := !i.CreatedAt.IsZero() && !other.CreatedAt.IsZero()
	return created && i.CreatedAt.Sub(other.CreatedAt).Abs() < precision
}

// IdentifyTable asks the store for the table of that name; found is false if
// there is none.
func IdentifyTable(ctx context.Context, client TableClient, name string) (identity Identity, found bool, err error) {
	d, err := describe(ctx, client, name)
	if err != nil {
		return Identity{}, false, fmt.Errorf("look for table %q: %w", name, err)
	}
	return IdentityOf(d), d != nil, nil
}

// AdoptTable is a table that [CreateTable] made at another time, perhaps in
// another process: [Table.Delete] deletes the table of that name if it has the
// identity, and no other.
func AdoptTable(client TableClient, name string, identity Identity) *Table {
	return &Table{Name: name, Created: true, Identity: identity, adopted: true, client: client}
}

// describe returns nil if there is no table of that name.
func describe(ctx context.Context, client TableClient, name string) (*types.TableDescription, error) {
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	var missing *types.ResourceNotFoundException
	switch {
	case errors.As(err, &missing):
		return nil, nil
	case err != nil:
		return nil, err
	case out.Table == nil:
		return nil, errors.New("the answer does not describe the table")
	}
	return out.Table, nil
}
