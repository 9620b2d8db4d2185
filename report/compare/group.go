package compare

// Group is the variants that are compared with each other: they agree in all settings
// but the first.
type Group struct {
	Name     string // these settings in one line; "" if there are none
	Variants []*Variant
}

// Groups returns the groups in the order of their first variants.
func (c *Comparison) Groups() []Group {
	var groups []Group
	place := map[string]int{}
	for i := range c.Variants {
		v := &c.Variants[i]
		at, exists := place[v.groupKey()]
		if !exists {
			at = len(groups)
			place[v.groupKey()] = at
			groups = append(groups, Group{Name: v.Group})
		}
		groups[at].Variants = append(groups[at].Variants, v)
	}
	return groups
}

// BaselineIn is the variant with which the others of a group are compared.
func (c *Comparison) BaselineIn(g Group) *Variant {
	return c.baselines[g.Variants[0].groupKey()]
}
