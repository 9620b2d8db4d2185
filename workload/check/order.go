package check

import (
	"cmp"
	"math/bits"
	"slices"
)

// order returns the indices of the entries sorted by key, and by index where
// keys are equal. Within one window keys are close together, so that the key's
// distance from the lowest and the index nearly always fit into one integer,
// which sorts several times faster than entries do.
func order(entries []entry, key func(*entry) int64, scratch []uint64) []uint64 {
	if len(entries) == 0 {
		return scratch[:0]
	}
	lowest, highest := key(&entries[0]), key(&entries[0])
	for i := range entries {
		k := key(&entries[i])
		lowest, highest = min(lowest, k), max(highest, k)
	}
	width := bits.Len(uint(len(entries) - 1))
	sorted := scratch[:0]
	if bits.Len64(uint64(highest)-uint64(lowest))+width > 64 {
		return orderWide(entries, key, sorted)
	}
	for i := range entries {
		sorted = append(sorted, (uint64(key(&entries[i]))-uint64(lowest))<<width|uint64(i))
	}
	slices.Sort(sorted)
	for i := range sorted {
		sorted[i] &= 1<<width - 1
	}
	return sorted
}

// orderWide sorts entries whose keys are too far apart.
func orderWide(entries []entry, key func(*entry) int64, sorted []uint64) []uint64 {
	for i := range entries {
		sorted = append(sorted, uint64(i))
	}
	slices.SortStableFunc(sorted, func(a, b uint64) int { return cmp.Compare(key(&entries[a]), key(&entries[b])) })
	return sorted
}
