package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// ranked lists names with their counts, the largest first. unnamed stands for "".
func ranked(counts map[string]int64, unnamed string) [][2]string {
	names := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	var all [][2]string
	for _, name := range names {
		shown := name
		if name == "" {
			shown = unnamed
		}
		all = append(all, [2]string{shown, strconv.FormatInt(counts[name], 10)})
	}
	return all
}
