package counter_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// TestATableThatTookTheNameIsNotDeleted: another program deleted our table and
// made one of the same name.
func TestATableThatTookTheNameIsNotDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		ctx := t.Context()
		for name, create := range map[string]createTable{"shared-name": counter.CreateTable, "own-name": counter.CreateOwnTable} {
			ours, err := create(ctx, client, name, counter.Traits{})
			if err != nil || !ours.Identity.Known() {
				t.Fatalf("made %+v, %v", ours, err)
			}
			adopted := counter.AdoptTable(client, name, ours.Identity)
			if err := ours.Delete(ctx); err != nil {
				t.Fatal(err)
			}
			pauseForIdentity(t)
			theirs, err := counter.CreateTable(ctx, client, name, counter.Traits{})
			if err != nil || !theirs.Created {
				t.Fatalf("made %+v, %v", theirs, err)
			}
			for what, table := range map[string]*counter.Table{"made": ours, "adopted": adopted} {
				if err := table.Delete(ctx); !errors.Is(err, counter.ErrNotOurs) {
					t.Errorf("%s, %s: deleted: %v", name, what, err)
				}
			}
			identity, found, err := counter.IdentifyTable(ctx, client, name)
			if err != nil || !found || !identity.Same(theirs.Identity) {
				t.Errorf("%s: %+v, found %t, %v; want %+v", name, identity, found, err, theirs.Identity)
			}
			if err := counter.AdoptTable(client, name, identity).Delete(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, found, err := counter.IdentifyTable(ctx, client, name); found || err != nil {
				t.Errorf("%s: found %t, %v after its deletion", name, found, err)
			}
		}
	})
}

// pauseForIdentity waits until a table of the same name would have another creation
// time. Stores that give tables no identity are told apart by that time.
func pauseForIdentity(t *testing.T) {
	t.Helper()
	const precision = 5 * time.Millisecond
	for began := time.Now(); time.Since(began) < precision; {
		select {
		case <-time.After(precision):
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}

func TestIdentities(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_123)
	for _, c := range []struct {
		a, b counter.Identity
		same bool
	}{
		{counter.Identity{}, counter.Identity{}, false},
		{counter.Identity{ID: "a"}, counter.Identity{ID: "a"}, true},
		{counter.Identity{ID: "a", CreatedAt: now}, counter.Identity{ID: "b", CreatedAt: now}, false},
		{counter.Identity{ID: "a", CreatedAt: now}, counter.Identity{CreatedAt: now}, true},
		{counter.Identity{CreatedAt: now}, counter.Identity{CreatedAt: now.Add(400 * time.Microsecond)}, true},
		{counter.Identity{CreatedAt: now}, counter.Identity{CreatedAt: now.Add(-time.Millisecond)}, false},
		{counter.Identity{CreatedAt: now}, counter.Identity{}, false},
	} {
		if c.a.Same(c.b) != c.same || c.b.Same(c.a) != c.same {
			t.Errorf("%+v and %+v: want the same %t", c.a, c.b, c.same)
		}
	}
	if err := counter.AdoptTable(nil, "table", counter.Identity{}).Delete(t.Context()); !errors.Is(err, counter.ErrUncertain) {
		t.Errorf("a table without an identity: deleted: %v", err)
	}
}

// dyingTable is a store whose table goes through the given states, and stays in the
// last; "" means that there is no table.
type dyingTable struct {
	*scriptedTable
	states  []types.TableStatus
	looked  int
	deleted int
}

func (d *dyingTable) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, options ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if len(d.states) == 0 || d.exists {
		return d.scriptedTable.DescribeTable(ctx, in, options...)
	}
	status := d.states[min(d.looked, len(d.states)-1)]
	d.looked++
	if status == "" {
		return nil, errGone
	}
	out, err := (&slowTable{}).DescribeTable(ctx, in)
	out.Table.TableStatus = status
	return out, err
}

func (d *dyingTable) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error) {
	d.deleted++
	return d.scriptedTable.DeleteTable(ctx, in)
}

// TestATableThatIsBeingDeletedIsNotThere: a run waits until it is gone, and makes
// its own.
func TestATableThatIsBeingDeletedIsNotThere(t *testing.T) {
	const deleting, creating, active = types.TableStatusDeleting, types.TableStatusCreating, types.TableStatusActive
	for _, c := range []struct {
		what    string
		states  []types.TableStatus
		answers []answer
		made    bool // by us
		failed  bool
		least   time.Duration
	}{
		{"gone soon", []types.TableStatus{deleting, deleting, ""}, []answer{{made: true}}, true, false, 300 * time.Millisecond},
		{"gone while it was made by another", []types.TableStatus{creating, deleting, ""}, []answer{{made: true}}, true, false, 300 * time.Millisecond},
		{"gone, as CreateTable does not know yet", []types.TableStatus{deleting, ""}, []answer{{err: errExists}, {err: errExists}, {made: true}}, true, false, 100 * time.Millisecond},
		{"deleted and made again by another", []types.TableStatus{deleting, active}, []answer{{err: errExists}}, false, false, 100 * time.Millisecond},
		{"never gone", []types.TableStatus{deleting}, []answer{{err: errExists}}, false, true, 2 * time.Minute},
		{"in use while it changes", []types.TableStatus{types.TableStatusUpdating}, []answer{{err: errExists}}, false, false, 0},
		{"archived", []types.TableStatus{types.TableStatusArchived}, []answer{{err: errExists}}, false, true, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &dyingTable{scriptedTable: &scriptedTable{answers: c.answers}, states: c.states}
			began := time.Now()
			table, err := counter.CreateTable(t.Context(), d, "table", counter.Traits{})
			if (err != nil) != c.failed || table == nil || table.Created != c.made {
				t.Fatalf("%s: got %+v, %v", c.what, table, err)
			}
			if waited := time.Since(began); waited < c.least || waited > c.least+time.Minute {
				t.Errorf("%s: waited %s, want about %s", c.what, waited, c.least)
			}
		})
	}
}

// TestOurTableThatAnotherDeletesIsAnError, and is not made again: nobody knows
// what else the other does.
func TestOurTableThatAnotherDeletesIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dyingTable{scriptedTable: &scriptedTable{answers: []answer{{}}}, states: []types.TableStatus{"", types.TableStatusDeleting}}
		if table, err := counter.CreateTable(t.Context(), d, "table", counter.Traits{}); err == nil || table == nil || !table.Created {
			t.Errorf("got %+v, %v", table, err)
		}
	})
}

// TestATableThatIsBeingDeletedIsNotDeletedAgain: by then it may be another
// program's.
func TestATableThatIsBeingDeletedIsNotDeletedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dyingTable{scriptedTable: &scriptedTable{answers: []answer{{made: true}}}, states: []types.TableStatus{""}}
		table, err := counter.CreateTable(t.Context(), d, "table", counter.Traits{})
		if err != nil {
			t.Fatal(err)
		}
		d.exists, d.states = false, []types.TableStatus{types.TableStatusDeleting}
		if err := table.Delete(t.Context()); err != nil || d.deleted != 0 {
			t.Errorf("got %v after %d requests", err, d.deleted)
		}
	})
}
