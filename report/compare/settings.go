package compare

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
)

// Value is the variant's value of a field. ok is false if the variant does not set it,
// as can happen in a matrix of several blocks.
func (v *Variant) Value(path string) (value string, ok bool) {
	i := slices.IndexFunc(v.Settings, func(s report.Setting) bool { return s.Path == path })
	if i < 0 {
		return "", false
	}
	return v.Settings[i].Value, true
}

// First is the value of the setting in which a variant differs from the others of its
// group.
func (v *Variant) First() string {
	if len(v.Settings) == 0 {
		return v.Name
	}
	return v.Settings[0].Value
}

// FirstPath is the field in which a variant differs from the others of its group; "" if
// there is no setting.
func (v *Variant) FirstPath() string {
	if len(v.Settings) == 0 {
		return ""
	}
	return v.Settings[0].Path
}

// Paths are the fields that at least one variant sets, in the order in which variants
// name them.
func (c *Comparison) Paths() []string {
	var paths []string
	seen := map[string]bool{}
	for _, v := range c.Variants {
		for _, s := range v.Settings {
			if !seen[s.Path] {
				seen[s.Path] = true
				paths = append(paths, s.Path)
			}
		}
	}
	return paths
}

// Values are the values of a field, in the order of the variants that set it.
func (c *Comparison) Values(path string) []string {
	var values []string
	seen := map[string]bool{}
	for i := range c.Variants {
		value, sets := c.Variants[i].Value(path)
		if sets && !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	return values
}

// CountWithout is the number of variants that do not set a field.
func (c *Comparison) CountWithout(path string) int {
	n := 0
	for i := range c.Variants {
		if _, sets := c.Variants[i].Value(path); !sets {
			n++
		}
	}
	return n
}

// Colours has a number for every value of a first setting. It is the same everywhere on
// the page.
func (c *Comparison) Colours() map[report.Setting]int {
	colours := map[report.Setting]int{}
	next := map[string]int{} // the next number, by path
	for i := range c.Variants {
		first := c.Variants[i].FirstSetting()
		if _, known := colours[first]; !known {
			colours[first] = next[first.Path]
			next[first.Path]++
		}
	}
	return colours
}

// Colour is the number of the variant's colour.
func (c *Comparison) Colour(v *Variant) int {
	if c.colourOf == nil {
		c.colourOf = c.Colours()
	}
	return c.colourOf[v.FirstSetting()]
}

// FirstSetting is the setting in which the variant differs from the others of its
// group.
func (v *Variant) FirstSetting() report.Setting {
	return report.Setting{Path: v.FirstPath(), Value: v.First()}
}

// Shape describes what was varied: "8 retry.policy × 4 load.workers, 6 runs each" or,
// where not all combinations were run, "9 variants of 8 retry.policy, 4 load.workers".
func (c *Comparison) Shape() string {
	var parts []string
	product, complete := 1, true
	for _, path := range c.Paths() {
		if n := len(c.Values(path)); n > 1 {
			parts = append(parts, counted(n, path))
			product = min(product*n, len(c.Variants)+1)
			complete = complete && c.CountWithout(path) == 0
		}
	}
	switch {
	case len(parts) == 0:
		return format.Count(int64(len(c.Variants)), "variant") + ", " + c.runsEach()
	case !complete || product != len(c.Variants):
		return format.Count(int64(len(c.Variants)), "variant") + " of " + strings.Join(parts, ", ") + ", " + c.runsEach()
	}
	return strings.Join(parts, " × ") + ", " + c.runsEach()
}

// counted is a number of values of a field, or of compared sides.
func counted(n int, path string) string {
	if path == sidePath {
		return format.Count(int64(n), "side")
	}
	return fmt.Sprintf("%d %s", n, path)
}

// runsEach says how many runs the variants have.
func (c *Comparison) runsEach() string {
	fewest, most := 0, 0
	for i, v := range c.Variants {
		n := len(v.Runs)
		if i == 0 {
			fewest = n
		}
		fewest, most = min(fewest, n), max(most, n)
	}
	if fewest != most {
		return fmt.Sprintf("%d to %d runs each", fewest, most)
	}
	return format.Count(int64(most), "run") + " each"
}
