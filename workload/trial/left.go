package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Leftover says what [DeleteLeft] did with a table that a killed run left.
type Leftover string

// The results of [DeleteLeft].
const (
	LeftDeleted Leftover = "deleted"
	LeftGone    Leftover = "is gone already"
	// LeftOthers: the table may belong to another program
	LeftOthers Leftover = "stays: another program has, or may have, made it"
)

// DeleteLeft deletes the table that a killed run requested or created. left is the value that
// the run last gave to [Options.OnTable]. Only the run's own table is deleted: neither one that
// existed before, nor a newer one with the same name. o has the consent and the dialer.
//
// An error means that the table may still exist. It names the table, and wraps a [*StoreError]
// or a [*store.NoConsentError].
func DeleteLeft(ctx context.Context, left Table, o store.Options) (what Leftover, err error) {
	mayBeLeft := func(err error) error {
		return fmt.Errorf("table %q on %s may be left: %w", left.Place.Table, left.Endpoint, Explain(err, left.Endpoint))
	}
	t, err := openLeft(ctx, left.Place, o)
	if err != nil {
		return "", mayBeLeft(err)
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := t.Refuse(o.Consent); err != nil {
		return "", mayBeLeft(err)
	}
	const patience = time.Minute
	ctx, cancel := clock.Of(ctx).WithDeadline(ctx, clock.Of(ctx).Now().Add(patience))
	defer cancel()
	identity, isThere, err := findLeft(ctx, t.Setup, left)
	what = LeftGone
	if err == nil && isThere {
		err = counter.AdoptTable(t.Setup, left.Place.Table, identity).Delete(ctx)
		what = LeftDeleted
	}
	switch {
	case errors.Is(err, counter.ErrNotOurs), errors.Is(err, counter.ErrUncertain):
		return LeftOthers, nil
	case err != nil:
		return "", mayBeLeft(err)
	}
	return what, nil
}

// PutBackLeft restores the items that a killed run changed in a table that existed before it.
// left is the value that the run last gave to [Options.OnTable]. still has the items that could
// not be restored; the error is then an [*ItemsLeftError]. Other errors wrap a [*StoreError] or
// a [*store.NoConsentError].
func PutBackLeft(ctx context.Context, left Table, o store.Options) (what *Items, still []counter.Original, err error) {
	mayBeLeft := func(err error) error {
		return fmt.Errorf("%d items of table %q on %s are not restored: %w", len(left.Items), left.Place.Table, left.Endpoint, Explain(err, left.Endpoint))
	}
	t, err := openLeft(ctx, left.Place, o)
	if err != nil {
		return nil, left.Items, mayBeLeft(err)
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := t.Refuse(o.Consent); err != nil {
		return nil, left.Items, mayBeLeft(err)
	}
	what = &Items{Table: left.Place.Table}
	still, err = putBackAll(ctx, t.Setup, what, nil, left.Items)
	return what, still, err
}

// findLeft looks for the table. A run that was killed before it was told of its
// table knows it by its name alone, which must be its own, and by the time.
func findLeft(ctx context.Context, client counter.TableClient, left Table) (identity counter.Identity, isThere bool, err error) {
	if left.State == TableMade {
		_, isThere, err = counter.IdentifyTable(ctx, client, left.Place.Table)
		return left.Identity, isThere, err
	}
	for range lateTries {
		if identity, isThere, err = counter.IdentifyTable(ctx, client, left.Place.Table); err != nil || isThere {
			break
		}
		if !clock.Of(ctx).Sleep(ctx, latePause) { // the request may still be under way
			return counter.Identity{}, false, ctx.Err()
		}
	}
	const apart = 15 * time.Minute // what two clocks may differ by
	if isThere && (!left.Own || identity.CreatedAt.Sub(left.AskedAt).Abs() > apart) {
		return counter.Identity{}, true, counter.ErrUncertain
	}
	return identity, isThere, err
}

// How long a table is waited for that a killed run may have asked for.
const (
	lateTries = 5
	latePause = 200 * time.Millisecond
)

// openLeft makes the clients for the place of a table.
func openLeft(ctx context.Context, at Place, o store.Options) (*store.Target, error) {
	s := scenario.Default()
	s.Target = at.Endpoint
	if at.Kind == scenario.TargetAWS {
		s.Target = at.Kind
	}
	o.Region = at.Region
	t, err := store.Open(ctx, &s, o)
	if err != nil {
		return nil, err
	}
	if !store.SameHost(t.Endpoint, at.Endpoint) {
		return nil, errors.Join(fmt.Errorf("the AWS configuration now leads to %s", t.Endpoint), t.Close())
	}
	return t, nil
}
