package report

import (
	"fmt"
	"slices"
	"strings"
)

// value is the variant's value of a field; ok is false if the variant does not
// set it, as in a matrix of several blocks.
func (v *ComparedVariant) value(path string) (value string, ok bool) {
	i := slices.IndexFunc(v.Settings, func(s Setting) bool { return s.Path == path })
	if i < 0 {
		return "", false
	}
	return v.Settings[i].Value, true
}

// first is what tells a variant from the others of its group.
func (v *ComparedVariant) first() string {
	if len(v.Settings) == 0 {
		return v.Name
	}
	return v.Settings[0].Value
}

// firstPath is the field that tells a variant from the others of its group; "" if
// there is no setting.
func (v *ComparedVariant) firstPath() string {
	if len(v.Settings) == 0 {
		return ""
	}
	return v.Settings[0].Path
}

// paths are the fields that at least one variant sets, in the order in which the
// variants name them.
func (c *Comparison) paths() []string {
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

// values are those of a field, in the order of the variants that set it.
func (c *Comparison) values(path string) []string {
	var values []string
	seen := map[string]bool{}
	for i := range c.Variants {
		value, sets := c.Variants[i].value(path)
		if sets && !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	return values
}

// countWithout is how many variants do not set a field.
func (c *Comparison) countWithout(path string) int {
	n := 0
	for i := range c.Variants {
		if _, sets := c.Variants[i].value(path); !sets {
			n++
		}
	}
	return n
}

// colours has a number for every value of a first setting, the same everywhere on
// the page.
func (c *Comparison) colours() map[Setting]int {
	colours := map[Setting]int{}
	next := map[string]int{} // by path
	for i := range c.Variants {
		first := c.Variants[i].firstSetting()
		if _, known := colours[first]; !known {
			colours[first] = next[first.Path]
			next[first.Path]++
		}
	}
	return colours
}

// colour is the number of the variant's colour.
func (c *Comparison) colour(v *ComparedVariant) int {
	if c.colourOf == nil {
		c.colourOf = c.colours()
	}
	return c.colourOf[v.firstSetting()]
}

func (v *ComparedVariant) firstSetting() Setting { return Setting{v.firstPath(), v.first()} }

// shape is what was varied: "8 retry.policy × 4 load.workers, 6 runs each", or,
// where not all combinations were, "9 variants of 8 retry.policy, 4 load.workers".
func (c *Comparison) shape() string {
	var parts []string
	product, complete := 1, true
	for _, path := range c.paths() {
		if n := len(c.values(path)); n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, path))
			product = min(product*n, len(c.Variants)+1)
			complete = complete && c.countWithout(path) == 0
		}
	}
	switch {
	case len(parts) == 0:
		return plural(int64(len(c.Variants)), "variant") + ", " + c.runsEach()
	case !complete || product != len(c.Variants):
		return plural(int64(len(c.Variants)), "variant") + " of " + strings.Join(parts, ", ") + ", " + c.runsEach()
	}
	return strings.Join(parts, " × ") + ", " + c.runsEach()
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
	return plural(int64(most), "run") + " each"
}
