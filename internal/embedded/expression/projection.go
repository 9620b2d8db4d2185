package expression

import (
	"contend/internal/embedded/attribute"
)

// Projection is a parsed projection expression.
type Projection struct{ paths []path }

// ParseProjection parses a ProjectionExpression. The error is an [*Error].
func ParseProjection(text string, placeholders *Placeholders) (*Projection, error) {
	if t, _ := placeholders.reuse(source{projectionLabel, text}); t != nil {
		return &Projection{t.paths}, nil
	}
	p, failed := newParser(projectionLabel, text, placeholders)
	if failed != nil {
		return nil, failed
	}
	defer p.release()
	var raws [][]rawStep
	for p.failed == nil {
		raws = append(raws, p.path())
		if !p.take(",") {
			break
		}
	}
	if failed := p.finish(); failed != nil {
		return nil, failed
	}
	for _, raw := range raws {
		p.checkReserved(raw)
	}
	paths := make([]path, len(raws))
	for i, raw := range raws {
		paths[i] = p.resolvePath(raw)
	}
	if p.failed == nil {
		p.failed = collide(p.label, paths)
	}
	if p.failed != nil {
		return nil, p.failed
	}
	p.keep(&template{paths: paths})
	return &Projection{paths}, nil
}

// Apply returns the parts of an item that the expression names. List elements keep
// their order, and the gaps between them close.
func (p *Projection) Apply(item attribute.Item) attribute.Item {
	whole := attribute.OfFields(item)
	part, _ := project(whole, p.paths)
	if part.Fields() == nil {
		return attribute.Item{}
	}
	return part.Fields()
}

// project returns the parts of a map or list at the paths, none of which may be empty.
// ok is false if there are none.
func project(whole attribute.Value, paths []path) (part attribute.Value, ok bool) {
	switch whole.Kind {
	case attribute.Map:
		return projectMap(whole, paths)
	case attribute.List:
		return projectList(whole, paths)
	}
	return attribute.Value{}, false
}

func projectMap(whole attribute.Value, paths []path) (attribute.Value, bool) {
	fields := attribute.Item{}
	for _, p := range paths {
		if _, done := fields[p[0].name]; done || p[0].isIndex() {
			continue
		}
		if value, ok := descend(whole, p[0], paths); ok {
			fields[p[0].name] = value
		}
	}
	return attribute.OfFields(fields), len(fields) > 0
}

func projectList(whole attribute.Value, paths []path) (attribute.Value, bool) {
	var elements []attribute.Value
	for i := range whole.Elements() {
		if value, ok := descend(whole, step{index: i}, paths); ok {
			elements = append(elements, value)
		}
	}
	return attribute.OfElements(elements), len(elements) > 0
}

// descend projects the child at s by what is left of the paths that go through it.
func descend(whole attribute.Value, s step, paths []path) (attribute.Value, bool) {
	value, ok := child(whole, s)
	if !ok {
		return attribute.Value{}, false
	}
	var rests []path
	for _, p := range paths {
		switch {
		case p[0] != s:
		case len(p) == 1:
			return value, true
		default:
			rests = append(rests, p[1:])
		}
	}
	return project(value, rests)
}
