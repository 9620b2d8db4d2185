package counter_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/countertest"
	"contend/internal/localtest"
)

// omitting is a correct server that does not know ReturnValuesOnConditionCheckFailure:
// it never returns the item with a refusal.
type omitting struct{ *dynamodb.Client }

func (o omitting) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	out, err := o.Client.UpdateItem(ctx, in, options...)
	return out, stripped(err)
}

func (o omitting) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, options ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	out, err := o.Client.TransactWriteItems(ctx, in, options...)
	return out, stripped(err)
}

func stripped(err error) error {
	var condition *types.ConditionalCheckFailedException
	if errors.As(err, &condition) {
		condition.Item = nil
	}
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		for i := range canceled.CancellationReasons {
			canceled.CancellationReasons[i].Item = nil
		}
	}
	return err
}

// TestStrategiesOnAServerThatOmitsTheItem: with an extra read, floors still refuse,
// repetitions are recognised, and a missing counter is reported as missing.
func TestStrategiesOnAServerThatOmitsTheItem(t *testing.T) {
	t.Parallel()
	client := omitting{localtest.Client(serve(t))}
	for _, name := range counter.StrategyNames() {
		t.Run(name, func(t *testing.T) {
			countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy {
				parameters := counter.DefaultParameters()
				parameters.OnConflict = counter.ReturnConflictState
				strategy, err := counter.NewStrategy(name, client, parameters)
				if err != nil {
					t.Fatal(err)
				}
				return strategy
			}, optionsFor(name))
		})
	}
}

// unread is a store in which every read fails, and every write is refused without the
// item.
type unread struct {
	counter.DynamoDB
	reads int
}

var errUnread = errors.New("the connection is gone")

func (u *unread) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	u.reads++
	return nil, errUnread
}

func (u *unread) UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return nil, &types.ConditionalCheckFailedException{}
}

func (u *unread) TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return nil, canceled(because("ConditionalCheckFailed"), because("None"))
}

// TestARefusedWriteStaysRefusedIfItsItemCannotBeRead: the failed read says nothing
// about the write, which may be tried again.
func TestARefusedWriteStaysRefusedIfItsItemCannotBeRead(t *testing.T) {
	for _, name := range []string{counter.AtomicAddName, counter.TransactionTokenName, counter.TransactionMarkerName, counter.TokenSetName} {
		store := &unread{}
		strategy, err := counter.NewStrategy(name, store, counter.DefaultParameters())
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := strategy.Add(t.Context(), shared, counter.Change{Delta: 1, Token: "token-1"})
		if err == nil || receipt.Outcome != counter.Conflict || receipt.Permanent || receipt.StateKnown {
			t.Errorf("%s: got %+v, %v; want a conflict", name, receipt, err)
		}
		if receipt.Reads != 1 || store.reads != 1 || receipt.EstimatedUnits.Write < 1 {
			t.Errorf("%s: got %+v after %d reads; want one, and the units of the refusal", name, receipt, store.reads)
		}
	}
}

// raised is a store whose counter is raised between a refusal and the read that follows
// it.
type raised struct{ unread }

func (*raised) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: lostTo("9").Item}, nil
}

// TestARefusalThatHoldsNoMoreIsAConflict: the change could be made now, so it is tried
// again. It is not known which change won against it.
func TestARefusalThatHoldsNoMoreIsAConflict(t *testing.T) {
	floor := int64(0)
	for _, name := range []string{counter.AtomicAddName, counter.TransactionTokenName, counter.TransactionMarkerName} {
		strategy, err := counter.NewStrategy(name, &raised{}, counter.DefaultParameters())
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := strategy.Add(t.Context(), shared, counter.Change{Delta: -1, Token: "token-1", Floor: &floor})
		if err == nil || receipt.Outcome != counter.Conflict || receipt.StateKnown {
			t.Errorf("%s: got %+v, %v; want a conflict", name, receipt, err)
		}
	}
}
