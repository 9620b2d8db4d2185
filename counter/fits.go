package counter

import (
	"fmt"

	"contend/counter/layout"
)

// Misfit says why a design with the traits cannot keep counters of a schema: part is the
// part of the schema that prevents it, as in [SchemaError.Part], and reason is written to
// follow the name of the design: "keeps …". Both are "" if the design can keep them.
func (t Traits) Misfit(s Schema) (part, reason string) {
	switch {
	case s.isForeign() && !t.Foreign:
		part = "attribute"
		if s.Attribute == "" {
			part = "version"
		}
		return part, "keeps more than one attribute"
	case !s.Key.IsZero() && t.SortKey:
		return "key", fmt.Sprintf("keeps an item for each change under the sort key %q, so it needs a table of its own", attributeEvent)
	case s.Item != nil && t.SortKey:
		return "item", "keeps an item for each change, and no other attributes"
	case t.Parts && !s.key().TakesParts():
		return "key", fmt.Sprintf("keeps several items, so that a string of the key must have %s or %s", layout.CounterPlace, layout.NumberPlace)
	}
	return "", ""
}
