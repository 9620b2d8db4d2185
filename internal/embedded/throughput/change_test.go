package throughput_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"contend/internal/clock"
	"contend/internal/embedded/throughput"
)

// TestRaisedUnitsHoldAtOnce: a table has its new units from the change on, and keeps what
// it had saved.
func TestRaisedUnitsHoldAtOnce(t *testing.T) {
	c := throughput.Default()
	c.Mode, c.Units = throughput.Provisioned, throughput.Units{Write: 100, Read: 100}
	keys := spread(10)
	simulate(t, c, 1, func(b *bench) {
		b.offer(400, 105*time.Second, keys...) // the burst of the start is used up
		b.want("as it was", b.offer(400, time.Minute, keys...), 100, throughput.ProvisionedThroughput)
		c.Units.Write = 200
		b.table.Change(c)
		b.want("raised", b.offer(400, 10*time.Minute, keys...), 200, throughput.ProvisionedThroughput)
		c.Units.Write = 50
		b.table.Change(c)
		b.want("lowered", b.offer(400, 10*time.Minute, keys...), 50, throughput.ProvisionedThroughput)
		b.rest(time.Hour)
		b.want("no more than 300 seconds' worth of the new units is saved", b.offer(400, 42*time.Second, keys...), 400, throughput.None)
		b.offer(400, 2*time.Second, keys...)
		b.want("after the burst", b.offer(400, time.Minute, keys...), 50, throughput.ProvisionedThroughput)
	})
}

// TestATableThatTakesMoreHasMorePartitions: units beyond the partitions of a table add some,
// and fewer units take none away.
func TestATableThatTakesMoreHasMorePartitions(t *testing.T) {
	c := throughput.Default()
	c.Mode, c.Units, c.Warm = throughput.Provisioned, throughput.Units{Write: 900, Read: 100}, throughput.Units{}
	simulate(t, c, 1, func(b *bench) {
		for _, change := range []struct{ units, want int }{{900, 1}, {1000, 1}, {1001, 2}, {7000, 8}, {10, 8}} {
			c.Units.Write = change.units
			b.table.Change(c)
			if n := b.table.Partitions(); n != change.want {
				t.Errorf("%d partitions with %d units, want %d", n, change.units, change.want)
			}
		}
	})
}

// TestAnotherModeHasTheSavingsOfANewTable: a table that took much without a limit owes
// nothing when it has units again.
func TestAnotherModeHasTheSavingsOfANewTable(t *testing.T) {
	c := throughput.Unlimited()
	c.Mode, c.Units = throughput.Provisioned, throughput.Units{Write: 10, Read: 10}
	key := throughput.Key{Hash: "a"}
	simulate(t, c, 1, func(b *bench) {
		b.offer(100, time.Hour, key)
		b.table.Change(throughput.Unlimited())
		b.want("without units", b.offer(100_000, time.Minute, key), 100_000, throughput.None)
		b.table.Change(c)
		b.want("with them again", b.offer(100, 33*time.Second, key), 100, throughput.None)
	})
}

// TestTablesShareAnAccount: what one takes the other does not get, and both get the rest when
// the other rests.
func TestTablesShareAnAccount(t *testing.T) {
	c := throughput.Default()
	c.Account.Write = 3000
	keys := spread(100)
	simulateTwo(t, c, func(one, other *bench) {
		one.offer(2000, time.Second, keys...)
		one.want("alone", one.offer(2000, time.Minute, keys...), 2000, throughput.None)
		first, second := together(one, other, 2000, time.Minute, keys)
		if sum := first.served + second.served; sum < 2900 || sum > 3100 || first.limits[throughput.AccountLimit]+second.limits[throughput.AccountLimit] == 0 {
			t.Errorf("two tables take %.0f units, %v and %v, want 3000 and throttles of the account", sum, first.limits, second.limits)
		}
		one.rest(time.Second)
		other.want("the other alone", other.offer(2900, time.Minute, keys...), 2900, throughput.None)
	})
}

// simulateTwo is [simulate] for two tables of an account.
func simulateTwo(t *testing.T, c throughput.Config, do func(one, other *bench)) {
	t.Helper()
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	err := clock.Simulation{Start: start}.Run(t.Context(), func(ctx context.Context) error {
		k := clock.Of(ctx)
		account := throughput.NewAccount(c, k)
		do(&bench{t, ctx, k, account.Table(c, 1)}, &bench{t, ctx, k, account.Table(c, 2)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// together offers the same load to both, in turns of a tenth of a second.
func together(one, other *bench, rate float64, d time.Duration, keys []throughput.Key) (first, second offered) {
	const step = 100 * time.Millisecond
	first.limits, second.limits = map[throughput.Limit]int{}, map[throughput.Limit]int{}
	units := rate * step.Seconds() / float64(len(keys))
	for range int(d / step) {
		one.rest(step)
		for _, k := range keys {
			first.take(one.table.Take(k, throughput.Write, units), units/d.Seconds())
			second.take(other.table.Take(k, throughput.Write, units), units/d.Seconds())
		}
	}
	return first, second
}

func (o *offered) take(met throughput.Limit, rate float64) {
	if o.limits[met]++; met == throughput.None {
		o.served += rate
	}
}

// TestAReadOfASplitCollectionIsSharedByItsPartitions: each partition gives units for what it
// holds, and one that has none left refuses the whole.
func TestAReadOfASplitCollectionIsSharedByItsPartitions(t *testing.T) {
	c := throughput.Default()
	c.SplitForHeat = time.Minute
	keys := make([]throughput.Key, 16)
	for i := range keys {
		keys[i] = throughput.Key{Hash: "one", Sort: fmt.Sprintf("%02d", i)}
	}
	simulate(t, c, 1, func(b *bench) {
		read := func(from, to int) throughput.Limit {
			collection := b.table.Collection("one")
			for _, k := range keys[from:to] {
				collection.Add(k.Sort, 100)
			}
			return b.table.TakeAll(collection.Shares(600), throughput.Read)
		}
		reads := func(from, to int) int {
			b.rest(time.Minute)
			for n := 0; ; n++ {
				if read(from, to) != throughput.None {
					return n
				}
			}
		}
		if n := reads(0, 16); n != 5 {
			t.Errorf("%d reads of 600 units by a whole collection, want the 3000 of a partition", n)
		}
		b.offer(1800, 2*time.Minute, keys...)
		if n := b.table.Partitions(); n != 5 {
			t.Fatalf("%d partitions, want 5: the collection is split", n)
		}
		if n := reads(0, 16); n != 10 {
			t.Errorf("%d reads of a collection of two partitions, want 10", n)
		}
		if n := reads(0, 8); n != 5 {
			t.Errorf("%d reads of its lower half, want 5", n)
		}
		if limit := read(8, 16); limit != throughput.None {
			t.Errorf("the upper half has nothing left for %q", limit)
		}
		if limit := read(0, 16); limit != throughput.KeyRangeThroughput {
			t.Errorf("a read of both halves got %q although the lower one has nothing left", limit)
		}
	})
}
