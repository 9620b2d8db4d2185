package throughput_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"contend/internal/clock"
	"contend/internal/embedded/throughput"
	"contend/internal/longtest"
)

// bench offers load to a table in simulated time.
type bench struct {
	t     *testing.T
	ctx   context.Context
	clock clock.Clock
	table *throughput.Table
}

func simulate(t *testing.T, c throughput.Config, seed uint64, do func(b *bench)) {
	t.Helper()
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	err := clock.Simulation{Start: start}.Run(t.Context(), func(ctx context.Context) error {
		k := clock.Of(ctx)
		do(&bench{t, ctx, k, throughput.New(c, k, seed)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// offered is what became of some load.
type offered struct {
	served float64 // units a second
	limits map[throughput.Limit]int
}

// offer sends so many write units a second, in turn to each key, ten times a second.
func (b *bench) offer(rate float64, d time.Duration, keys ...throughput.Key) offered {
	const step = 100 * time.Millisecond
	got := offered{limits: map[throughput.Limit]int{}}
	units := rate * step.Seconds() / float64(len(keys))
	for range int(d / step) {
		b.clock.Sleep(b.ctx, step)
		for _, k := range keys {
			limit := b.table.Take(k, throughput.Write, units)
			got.limits[limit]++
			if limit == throughput.None {
				got.served += units
			}
		}
	}
	got.served /= d.Seconds()
	return got
}

func (b *bench) rest(d time.Duration) { b.clock.Sleep(b.ctx, d) }

func (b *bench) want(what string, got offered, served float64, limit throughput.Limit) {
	b.t.Helper()
	if math.Abs(got.served-served) > served/50 {
		b.t.Errorf("%s: %.0f units a second are served, want %.0f", what, got.served, served)
	}
	for met, n := range got.limits {
		if met != throughput.None && met != limit {
			b.t.Errorf("%s: %d throttles for %s, want none but for %q", what, n, met, limit)
		}
	}
	if limit != throughput.None && got.limits[limit] == 0 {
		b.t.Errorf("%s: no throttle for %s", what, limit)
	}
}

// spread are keys that lie in all partitions, much the same number in each.
func spread(n int) []throughput.Key {
	keys := make([]throughput.Key, n)
	for i := range keys {
		keys[i].Hash = fmt.Sprint("key-", i)
	}
	return keys
}

// TestATableOnDemandTakesTwiceItsPreviousPeak: a new one takes 4000 write units a second,
// twice of that half an hour later and so on, up to the quota.
func TestATableOnDemandTakesTwiceItsPreviousPeak(t *testing.T) {
	c := throughput.Default()
	c.Partition = throughput.Units{} // of which other tests tell
	key := throughput.Key{Hash: "a"}
	simulate(t, c, 1, func(b *bench) {
		b.offer(100_000, 2*time.Second, key) // what was saved up for the first second
		for _, want := range []float64{4000, 8000, 16000, 32000} {
			b.want("soon after the peak", b.offer(100_000, 25*time.Minute, key), want, throughput.KeyRangeThroughput)
			b.rest(10 * time.Minute) // half an hour after the peak the table has grown
		}
		b.want("four peaks later", b.offer(100_000, 5*time.Minute, key), 40000, throughput.AccountLimit)
		b.rest(10 * 24 * time.Hour)
		b.offer(100_000, 2*time.Second, key)
		b.want("much later", b.offer(100_000, time.Minute, key), 40000, throughput.AccountLimit)
	})
}

// TestAnIdleTableDoesNotGrow: only what a table took is doubled.
func TestAnIdleTableDoesNotGrow(t *testing.T) {
	c := throughput.Default()
	c.Partition = throughput.Units{}
	key := throughput.Key{Hash: "a"}
	simulate(t, c, 1, func(b *bench) {
		b.want("below half", b.offer(1500, time.Hour, key), 1500, throughput.None)
		b.offer(100_000, 2*time.Second, key)
		b.want("an hour later", b.offer(100_000, time.Minute, key), 4000, throughput.KeyRangeThroughput)
	})
}

// TestTheMaximumOfATableOnDemand has a reason of its own.
func TestTheMaximumOfATableOnDemand(t *testing.T) {
	c := throughput.Default()
	c.Maximum.Write = 500
	simulate(t, c, 1, func(b *bench) {
		b.offer(2000, 2*time.Second, spread(100)...)
		b.want("above the maximum", b.offer(2000, time.Minute, spread(100)...), 500, throughput.MaxOnDemandThroughput)
	})
}

// TestAHotKeyNeverGetsMoreThanOnePartition: not of a table that takes more, not after hours, and
// not where partitions are split for heat.
func TestAHotKeyNeverGetsMoreThanOnePartition(t *testing.T) {
	c := throughput.Default()
	c.SplitForHeat = time.Minute
	simulate(t, c, 1, func(b *bench) {
		hot := throughput.Key{Hash: "hot"}
		b.offer(3000, time.Second, hot)
		b.want("a hot key", b.offer(3000, 3*time.Hour, hot), 1000, throughput.KeyRangeThroughput)
		if n := b.table.Partitions(); n != 4 {
			t.Errorf("%d partitions, want 4: a split helps no single item", n)
		}
	})
}

// TestNeighboursAreThrottledTogether: keys of one partition share its limit, others do
// not notice.
func TestNeighboursAreThrottledTogether(t *testing.T) {
	simulate(t, throughput.Default(), 1, func(b *bench) {
		hot := throughput.Key{Hash: "hot"}
		neighbours, others := 0, 0
		for _, k := range spread(200) {
			b.rest(10 * time.Second)
			for b.table.Take(hot, throughput.Write, 1) == throughput.None {
			}
			switch limit := b.table.Take(k, throughput.Write, 1); limit {
			case throughput.KeyRangeThroughput:
				neighbours++
			case throughput.None:
				others++
			default:
				t.Fatalf("got %q", limit)
			}
			if limit := b.table.Take(k, throughput.Read, 1); limit != throughput.None {
				t.Fatalf("reads share the limit of writes: got %q", limit)
			}
		}
		if neighbours < 35 || neighbours > 65 {
			t.Errorf("%d of 200 keys are neighbours of the hot one, want a quarter; %d are not", neighbours, others)
		}
	})
}

// TestShardsShareThePartitions: of a fresh table with four partitions, so many shards meet
// their first throttle at so many writes a second: the harmonic mean of many tables.
func TestShardsShareThePartitions(t *testing.T) {
	const tables = 400
	for shards, want := range map[int]float64{2: 1600, 4: 1900, 8: 2260, 16: 2600, 32: 2900, 64: 3200} {
		if !longtest.Asked() && shards != 4 && shards != 32 {
			continue
		}
		var most float64 // shards in the fullest partition, all tables together
		for seed := range uint64(tables) {
			simulate(t, throughput.Default(), seed, func(b *bench) { most += float64(b.fullest(shards)) })
		}
		if got := 1000 * float64(shards) / (most / tables); math.Abs(got-want) > want/30 {
			t.Errorf("%d shards: the first throttle is at %.0f writes a second, want %.0f", shards, got, want)
		}
	}
}

// fullest returns how many shards are in the partition with the most of them, from how
// few units it takes of each at one moment.
func (b *bench) fullest(shards int) int {
	const each, grain = 1000.0, 16 // a finer grain would find no other number
	for round := 1; ; round++ {
		units := each / float64(shards) / grain
		for i := range shards {
			if b.table.Take(throughput.Key{Hash: fmt.Sprint("counter-0#", i)}, throughput.Write, units) != throughput.None {
				return int(math.Round(float64(grain*shards) / float64(round-1)))
			}
		}
	}
}

// TestACollectionIsTogetherUntilItIsSplit: sort keys of one hash key share a partition, and
// heat splits it until each half has enough.
func TestACollectionIsTogetherUntilItIsSplit(t *testing.T) {
	c := throughput.Default()
	keys := make([]throughput.Key, 16)
	for i := range keys {
		keys[i] = throughput.Key{Hash: "one", Sort: fmt.Sprintf("%02d", i)}
	}
	simulate(t, c, 1, func(b *bench) {
		b.offer(1800, time.Second, keys...)
		b.want("without splits", b.offer(1800, time.Hour, keys...), 1000, throughput.KeyRangeThroughput)
	})
	c.SplitForHeat = 5 * time.Minute
	simulate(t, c, 1, func(b *bench) {
		b.offer(1800, time.Second, keys...)
		b.want("before the split", b.offer(1800, 298*time.Second, keys...), 1000, throughput.KeyRangeThroughput)
		b.offer(1800, 3*time.Second, keys...)
		b.want("after it", b.offer(1800, time.Minute, keys...), 1800, throughput.None)
		if n := b.table.Partitions(); n != 5 {
			t.Errorf("%d partitions, want 5", n)
		}
	})
}

// TestHeatThatPassesSplitsNothing: a partition must be hot without a rest.
func TestHeatThatPassesSplitsNothing(t *testing.T) {
	c := throughput.Default()
	c.SplitForHeat = 5 * time.Minute
	keys := spread(100)
	simulate(t, c, 1, func(b *bench) {
		for range 10 {
			b.offer(10_000, time.Minute, keys...)
			b.offer(400, time.Minute, keys...)
		}
		if n := b.table.Partitions(); n != 4 {
			t.Errorf("%d partitions, want 4", n)
		}
	})
}

// TestATableThatGrowsHasMorePartitions: else its partitions would hold it back.
func TestATableThatGrowsHasMorePartitions(t *testing.T) {
	c := throughput.Default()
	c.Quota.Write = 16000
	keys := spread(500)
	simulate(t, c, 1, func(b *bench) {
		b.offer(3600, 5*time.Minute, keys...)
		b.rest(30 * time.Minute)
		b.offer(6000, time.Second, keys...)
		b.want("grown", b.offer(6000, time.Minute, keys...), 6000, throughput.None)
		if n := b.table.Partitions(); n != 8 {
			t.Errorf("%d partitions, want 8", n)
		}
	})
}

// TestProvisionedBurst: 300 seconds of unused throughput are there at the start, are used
// up, and come back at the rate that was provisioned.
func TestProvisionedBurst(t *testing.T) {
	c := throughput.Default()
	c.Mode, c.Units = throughput.Provisioned, throughput.Units{Write: 100, Read: 100}
	keys := spread(100)
	simulate(t, c, 1, func(b *bench) {
		// It has 30 000 units, gains 100 a second and loses 400.
		b.want("the burst", b.offer(400, 99*time.Second, keys...), 400, throughput.None)
		b.offer(400, 2*time.Second, keys...)
		b.want("after the burst", b.offer(400, time.Duration(longtest.Count(5, 60))*time.Minute, keys...), 100, throughput.ProvisionedThroughput)
		b.rest(30 * time.Second)
		b.want("half a minute of rest", b.offer(1090, 3*time.Second, keys...), 1090, throughput.None)
		b.rest(time.Hour)
		b.want("an hour of rest", b.offer(400, 99*time.Second, keys...), 400, throughput.None)
		b.offer(400, 2*time.Second, keys...)
		b.want("no more than 300 seconds' worth was saved", b.offer(400, time.Minute, keys...), 100, throughput.ProvisionedThroughput)
	})
}

// TestTheBurstMayBeUsedUp: a table without savings takes what it was given from the first
// second on, and saves again when it is idle.
func TestTheBurstMayBeUsedUp(t *testing.T) {
	c := throughput.Default()
	c.Mode, c.Units, c.BurstUsed = throughput.Provisioned, throughput.Units{Write: 100, Read: 100}, true
	keys := spread(100)
	simulate(t, c, 1, func(b *bench) {
		b.want("no burst", b.offer(400, time.Minute, keys...), 100, throughput.ProvisionedThroughput)
		b.rest(time.Minute)
		b.want("a minute of rest", b.offer(400, 19*time.Second, keys...), 400, throughput.None)
	})
}

// TestNoBurstAboveAPartition: a hot key of a table with much saved gets one partition.
func TestNoBurstAboveAPartition(t *testing.T) {
	c := throughput.Default()
	c.Mode, c.Units = throughput.Provisioned, throughput.Units{Write: 900, Read: 100}
	simulate(t, c, 1, func(b *bench) {
		hot := throughput.Key{Hash: "hot"}
		b.offer(3000, time.Second, hot)
		b.want("a hot key", b.offer(3000, time.Minute, hot), 1000, throughput.KeyRangeThroughput)
	})
}
