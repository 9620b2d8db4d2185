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

// Identity distinguishes a table from other tables that have or had the same name.
// Fields that the store does not report are zero.
type Identity struct {
	ID        string // the store's id for the table; "": it gives none
	CreatedAt time.Time
}

// IdentityOf returns the identity in a store's description of a table; d may be nil.
func IdentityOf(d *types.TableDescription) Identity {
	if d == nil {
		return Identity{}
	}
	return Identity{ID: aws.ToString(d.TableId), CreatedAt: aws.ToTime(d.CreationDateTime)}
}

// Known reports whether at least one field is set.
func (i Identity) Known() bool { return i.ID != "" || !i.CreatedAt.IsZero() }

// Same reports whether both identify the same table: by their IDs, or by their times
// of creation if one has no ID. It is false if they have neither in common.
func (i Identity) Same(other Identity) bool {
	if i.ID != "" && other.ID != "" {
		return i.ID == other.ID
	}
	const precision = time.Millisecond // of the wire
	created := !i.CreatedAt.IsZero() && !other.CreatedAt.IsZero()
	return created && i.CreatedAt.Sub(other.CreatedAt).Abs() < precision
}

// IdentifyTable asks the store for the identity of the table with that name; found
// is false if there is no such table.
func IdentifyTable(ctx context.Context, client TableClient, name string) (identity Identity, found bool, err error) {
	d, err := describe(ctx, client, name)
	if err != nil {
		return Identity{}, false, fmt.Errorf("look for table %q: %w", name, err)
	}
	return IdentityOf(d), d != nil, nil
}

// AdoptTable returns a table that [CreateTable] created earlier, perhaps in another
// process. [Table.Delete] deletes the table with that name only if it has the given
// identity. AdoptTable sends no request.
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
