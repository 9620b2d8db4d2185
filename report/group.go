package report

// variantGroup is the variants that are held against each other: they agree in
// all settings but the first.
type variantGroup struct {
	name     string // those settings in one line; "" if there are none
	variants []*ComparedVariant
}

// groups are in the order of their first variants.
func (c *Comparison) groups() []variantGroup {
	var groups []variantGroup
	place := map[string]int{}
	for i := range c.Variants {
		v := &c.Variants[i]
		at, exists := place[v.groupKey()]
		if !exists {
			at = len(groups)
			place[v.groupKey()] = at
			groups = append(groups, variantGroup{name: v.Group})
		}
		groups[at].variants = append(groups[at].variants, v)
	}
	return groups
}

// baselineIn is the variant that the others of a group are held against.
func (c *Comparison) baselineIn(g variantGroup) *ComparedVariant {
	return c.baselines[g.variants[0].groupKey()]
}
