package throughput

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// Key is the primary key of an item, as text. Two items have the same text if they are one
// item.
type Key struct{ Hash, Sort string }

// place is where a key lies among those of its table: by the hash of its hash key, then by
// its sort key.
type place struct {
	hash uint64
	sort string
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.hash, other.hash), cmp.Compare(p.sort, other.sort))
}

// keyRange is a partition: the keys from one place on, up to where the next one begins.
type keyRange struct {
	from    place
	buckets [2]Bucket
	heat    [2]heat
}

// place hashes a key: FNV-1a, and then the finalizer of MurmurHash3, which spreads keys
// that differ in their last letters only. AWS does not document its hash; the seed stands
// for that.
func (t *Table) place(k Key) place {
	if !t.LimitsKeys() {
		return place{}
	}
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset) ^ mixed(t.seed)
	for i := range len(k.Hash) {
		h = (h ^ uint64(k.Hash[i])) * prime
	}
	return place{mixed(h), k.Sort}
}

func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// evenly divides all keys into n ranges of the same size.
func evenly(n int) []*keyRange {
	all := make([]*keyRange, n)
	for i := range all {
		begin, _ := bits.Div64(uint64(i), 0, uint64(n)) // i/n of all hashes
		all[i] = &keyRange{from: place{hash: begin}}
	}
	return all
}

// at returns the number of the range of a place.
func (t *Table) at(p place) int {
	i, found := slices.BinarySearchFunc(t.ranges, p, func(r *keyRange, p place) int { return r.from.compare(p) })
	if !found {
		i--
	}
	return i
}

// serving returns the range of a place if it has units left; nil if it has not. A range
// that was short of them for long enough is split first.
func (t *Table) serving(p place, s Side, now time.Time, units float64) *keyRange {
	i := t.at(p)
	r, rate := t.ranges[i], float64(t.config.Partition.Of(s))
	if rate == 0 {
		return r
	}
	most := rate * t.config.Window.Seconds()
	left := r.buckets[s].Refill(now, rate, most)
	if t.config.SplitForHeat == 0 {
		return r.orNil(left)
	}
	if r.buckets[s].tokens >= most {
		r.heat[s] = heat{} // it rested
	}
	if !left && r.heat[s].since.IsZero() {
		r.heat[s].begin(now)
	}
	r.heat[s].note(p, units)
	if left || now.Sub(r.heat[s].since) < t.config.SplitForHeat || !t.splitForHeat(i, s) {
		return r.orNil(left)
	}
	r = t.ranges[t.at(p)]
	return r.orNil(r.buckets[s].Refill(now, rate, most))
}

func (r *keyRange) orNil(left bool) *keyRange {
	if !left {
		return nil
	}
	return r
}

// split begins a range of its own within the i-th one. Each of the two may serve what the
// whole did, and has as much left.
func (t *Table) split(i int, from place) {
	r := t.ranges[i]
	r.heat = [2]heat{}
	t.ranges = slices.Insert(t.ranges, i+1, &keyRange{from: from, buckets: r.buckets})
}

// grow adds partitions until they serve what the table has grown to.
func (t *Table) grow(s Side, rate float64) {
	if rate > 0 {
		t.growTo(t.config.needed(s, rate))
	}
}

// growTo splits all ranges in their middles until there are so many.
func (t *Table) growTo(n int) {
	if !t.partitions {
		return
	}
	for len(t.ranges) < n {
		before := len(t.ranges)
		for i := before - 1; i >= 0; i-- {
			last := ^uint64(0)
			if i+1 < len(t.ranges) && i+1 < before {
				last = t.ranges[i+1].from.hash
			}
			if middle := t.ranges[i].from.hash + (last-t.ranges[i].from.hash)/2; middle > t.ranges[i].from.hash {
				t.split(i, place{hash: middle})
			}
		}
		if len(t.ranges) == before {
			return
		}
	}
}
