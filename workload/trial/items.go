package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/clock"
	"contend/workload/fleet"
	"contend/workload/history"
	"contend/workload/measure"
)

// Items says what happened to the counters' items in a table that existed before the run.
type Items struct {
	Table string
	// Kept is true if the items stay as the run left them, because the scenario says so or
	// because the design cannot list its items.
	Kept bool
	// Restored counts the items that were set back to their state before the run, Unchanged
	// those that still had it, and Deleted those that the run had created.
	Restored, Unchanged, Deleted int
	// Left counts the items that could not be restored. Reason says why not, for the first of
	// them.
	Left   int
	Reason string
	// Added names other items that the design added and that stay; "" if there are none.
	Added string
}

// String describes the items in a sentence without a full stop.
func (i *Items) String() string {
	var parts []string
	add := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 item "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d items %s", n, many))
		}
	}
	add(i.Restored, "is what it was before the run", "are what they were before the run")
	add(i.Unchanged, "was not changed", "were not changed")
	add(i.Deleted, "that the run created is deleted", "that the run created are deleted")
	add(i.Left, "is NOT what it was: "+i.Reason, "are NOT what they were, the first because "+i.Reason)
	if i.Kept {
		parts = append(parts, "the counters stay as the run left them")
	}
	if i.Added != "" {
		parts = append(parts, i.Added+" stay")
	}
	return fmt.Sprintf("table %s was there before: %s", i.Table, strings.Join(parts, ", "))
}

// maxOriginals bounds the items that a run keeps in memory to put them back.
const maxOriginals = 10_000

// itemsTogether is how many items are read or put back at the same time.
const itemsTogether = 16

// noteItems prepares a table that was there before the run: it reads the items of the
// counters, so that they can be put back, and reports them. It does nothing for a table
// that the run created.
func (r *run) noteItems(ctx context.Context, table *counter.Table) error {
	if table.Created || table.Uncertain && r.table.Own || !r.Machine.leads() {
		return nil
	}
	r.items = &Items{Table: table.Name, Added: r.addedItems()}
	keeper, known := r.design.setup.(counter.ItemKeeper)
	if r.items.Kept = !known || r.scenario.Counters.Keep; r.items.Kept {
		r.note(r.items.String() + r.whyKept(known))
		return r.become(TableFound)
	}
	var keys []layout.Item
	names := fleet.Keys(r.place.Table, r.scenario.Counters.Count)
	for _, name := range names {
		keys = append(keys, keeper.ItemKeys(name)...)
	}
	if len(keys) > maxOriginals {
		return fmt.Errorf("table %q existed before the run, and at most %d of its items can be restored after it, not %d: set counters.keep to true to leave them as the run does",
			table.Name, maxOriginals, len(keys))
	}
	originals := make([]counter.Original, len(keys))
	err := eachItem(len(keys), func(i int) (err error) {
		originals[i], err = counter.ReadOriginal(ctx, r.target.Setup, table.Name, keys[i])
		return err
	})
	if err != nil {
		return err
	}
	r.table.Items = originals
	found := 0
	for _, o := range originals {
		if o.Was != nil {
			found++
		}
	}
	r.note(fmt.Sprintf("table %s was there before: %d of the %d items of these counters exist, and all become what they are now when the run ends", table.Name, found, len(keys)))
	return r.become(TableFound)
}

// addedItems names the items that a design adds beside those of the counters.
func (r *run) addedItems() string {
	switch traits := r.design.setup.Traits(); {
	case traits.SortKey:
		return "the items of all changes"
	case traits.Expires:
		return "markers, until they expire,"
	}
	return ""
}

// whyKept says why items are not put back. known is false if the design does not name them.
func (r *run) whyKept(known bool) string {
	if r.scenario.Counters.Keep {
		return " (counters.keep)"
	}
	if !known {
		return fmt.Sprintf(": the design %s does not say which items it changes", r.design.setup.Name())
	}
	return ""
}

// putBack makes the items what they were before the run, once, also after an interrupt.
// result is that of the load; nil if there is none.
func (r *run) putBack(result *measure.Result) error {
	if r.table.Items == nil || r.triedToPutBack {
		return nil
	}
	r.triedToPutBack = true
	const patience = time.Minute
	deadline := r.clock.Now().Add(patience)
	ctx, cancel := r.clock.WithDeadline(clock.With(context.Background(), r.clock), deadline)
	defer cancel()
	left, err := putBackAll(ctx, r.target.Setup, r.items, r.changedSince(ctx, result), r.table.Items)
	if err == nil && mayChange(result) {
		left, err = r.putBackAgain(ctx)
	}
	if r.table.Items = left; left == nil {
		r.note(r.items.String())
	} else {
		r.warn(r.items.String())
	}
	return errors.Join(err, r.become(TableFound))
}

// mayChange reports whether a write without an answer may still come.
func mayChange(result *measure.Result) bool {
	return result != nil && slices.ContainsFunc(result.Ledgers, func(l history.Ledger) bool { return l.MayChange() })
}

// putBackAgain looks, for as long as a late write may take to come, whether the items are
// still what they were.
func (r *run) putBackAgain(ctx context.Context) (left []counter.Original, err error) {
	const rounds, pause = 3, time.Second
	for range rounds {
		if !r.clock.Sleep(ctx, pause) {
			break
		}
		again := Items{Table: r.items.Table}
		if left, err = putBackAll(ctx, r.target.Setup, &again, nil, r.table.Items); err != nil {
			r.items.Left, r.items.Reason = again.Left, again.Reason
			return left, err
		}
	}
	return nil, nil
}

// changedSince returns an error if a counter was changed after its final value was read.
// Then another program uses it, and the items must not be put back.
func (r *run) changedSince(ctx context.Context, result *measure.Result) error {
	if result == nil {
		return nil
	}
	for i, key := range fleet.Keys(r.place.Table, len(result.Ledgers)) {
		l := &result.Ledgers[i]
		if !l.FinalKnown {
			continue
		}
		state, err := fleet.ReadPatiently(ctx, r.design.setup, key, true)
		if err != nil {
			return err
		}
		if state.Value != l.Final {
			return fmt.Errorf("%q was changed after the run by another program", key.Name)
		}
	}
	return nil
}

// putBackAll puts the originals back and counts them in what. It returns those that could
// not be put back: all, if refused is an error.
func putBackAll(ctx context.Context, client counter.ItemClient, what *Items, refused error, all []counter.Original) (left []counter.Original, err error) {
	var mu sync.Mutex
	_ = eachItem(len(all), func(i int) error {
		done, err := counter.Replacement(""), refused
		if refused == nil {
			done, err = all[i].PutBack(ctx, client, what.Table)
		}
		mu.Lock()
		defer mu.Unlock()
		switch done {
		case counter.ItemRestored:
			what.Restored++
		case counter.ItemUnchanged:
			what.Unchanged++
		case counter.ItemDeleted:
			what.Deleted++
		default:
			if left = append(left, all[i]); what.Reason == "" {
				what.Reason = err.Error()
			}
			what.Left++
		}
		return nil
	})
	if len(left) > 0 {
		err = &ItemsLeftError{Table: what.Table, Items: len(left), Reason: what.Reason}
	}
	return left, err
}

// ItemsLeftError says that items could not be restored to their state before a run.
type ItemsLeftError struct {
	Table  string
	Items  int
	Reason string
}

func (e *ItemsLeftError) Error() string {
	return fmt.Sprintf("of table %q, %d of the counters' items could not be put back: %s", e.Table, e.Items, e.Reason)
}

// eachItem calls do for each number below n, for some of them at the same time, and
// returns the first error.
func eachItem(n int, do func(i int) error) error {
	var together errgroup.Group
	together.SetLimit(itemsTogether)
	for i := range n {
		together.Go(func() error { return do(i) })
	}
	return together.Wait()
}
