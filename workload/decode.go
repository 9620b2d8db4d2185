package workload

import "strings"

// Decode reads a scenario from YAML text and puts the overrides, values given
// by flags, in place of what the text says. Fields that neither gives have the
// values of [Default]. file is the name that messages show.
//
// Decode is strict: a field that is unknown or given twice, a value of the
// wrong type, without unit or out of range, an unknown name, a weight sum of
// zero are errors, and so are YAML's anchors, aliases, tags and further
// documents. All that is wrong is reported at once in a [*ScenarioError]; the
// scenario is then the zero value.
func Decode(file string, text []byte, overrides ...Override) (Scenario, error) {
	d := newDecoder()
	d.single = true
	d.decode(file, text, overrides)
	if err := d.problems.err(); err != nil {
		return Scenario{}, err
	}
	return d.scenario, nil
}

func newDecoder() *decoder {
	return &decoder{scenario: Default(), given: map[string]position{}, faulty: map[string]bool{}}
}

func (d *decoder) decode(file string, text []byte, overrides []Override) {
	root := tree{problems: &d.problems, source: position{source: file}}.parse(text)
	if root != nil {
		d.root(root, overrides)
	}
}

// decoder builds a scenario and collects what is wrong with it.
type decoder struct {
	problems
	scenario Scenario
	given    map[string]position // of the value, by path
	faulty   map[string]bool     // paths that are unknown or whose value could not be read
	// variant has the paths that a matrix varies, each with the variant's value.
	// single: there must be no matrix.
	variant axes
	single  bool
	// applied is the text with the variant's values and the flags' in it.
	applied *node
}

func (d *decoder) root(root *node, overrides []Override) {
	switch root.kind {
	case emptyNode:
		d.add(root.at, "the scenario is empty: it needs at least a name")
		return
	case mappingNode:
	default:
		d.add(root.at, "a scenario must be a mapping of fields, not %s", root)
		return
	}
	d.withoutMatrix(root)
	d.vary(root, false)
	d.override(root, overrides)
	d.vary(root, true)
	root.replaceLimits(overrides, d.variant)
	d.applied = root
	d.given[""] = root.at
	d.mapping(root, "", scenarioFields())
	d.resolveLoad()
	for _, r := range rules() {
		d.judge(r)
	}
}

// withoutMatrix drops what is of the plan, not of a scenario.
func (d *decoder) withoutMatrix(root *node) {
	for _, name := range []string{matrixField, repeatField} {
		if value := root.value(name); value != nil && d.single {
			d.add(value.at, "%s: one run is wanted here, not several", name)
		}
		root.remove(name)
	}
}

// vary puts the values of a variant, those of flags or those of the text, in
// place of what stands there: a whole before its parts, so that each part keeps
// its own value.
func (d *decoder) vary(root *node, flags bool) {
	for _, x := range d.variant.wholesFirst() {
		if x.flag == flags {
			d.graft(root, x.path, x.values[0].clone()) // other variants have it, too
		}
	}
}

// mapping reads the fields of a mapping.
func (d *decoder) mapping(n *node, path string, fields []field) {
	for _, e := range n.entries {
		f := fieldNamed(fields, e.name)
		if f == nil {
			d.faulty[join(path, e.name)] = true
			d.add(e.at, "%s", unknownField(path, e.name, fields))
			continue
		}
		d.field(e.value, join(path, e.name), f)
	}
}

func (d *decoder) field(n *node, path string, f *field) {
	d.given[path] = n.at
	if n.kind == badNode {
		d.faulty[path] = true
		return
	}
	if f.fields == nil {
		for _, m := range f.read(n, &d.scenario) {
			d.faulty[path] = true
			d.add(m.at, "%s: %s", path, m.message)
		}
		return
	}
	if n.kind != mappingNode {
		d.faulty[path] = true
		d.add(n.at, "%s: %s", path, mustBe("a mapping of fields", n))
		return
	}
	if f.replace != nil {
		f.replace(&d.scenario)
	}
	d.mapping(n, path, f.fields)
}

// judge applies a rule unless one of its fields could not even be read, and
// reports a breach at the one of its fields that was given last.
func (d *decoder) judge(r rule) {
	for _, path := range r.paths {
		if d.isFaulty(path) {
			return
		}
	}
	if message := r.check(d.scenario); message != "" {
		d.add(d.placeOf(r.paths), "%s", message)
	}
}

// isFaulty reports whether the field, a mapping around it or a field in it
// could not be read.
func (d *decoder) isFaulty(path string) bool {
	for faulty := range d.faulty {
		if strings.HasPrefix(path+".", faulty+".") || strings.HasPrefix(faulty+".", path+".") {
			return true
		}
	}
	return false
}

// placeOf is the position of the path that was given by the last flag, or else
// of the first that the file gives, or else of the nearest mapping around it.
func (d *decoder) placeOf(paths []string) position {
	var place position
	for _, path := range paths {
		if at, ok := d.given[path]; ok && (place.line == 0 || at.flag > place.flag) {
			place = at
		}
	}
	if place.line > 0 {
		return place
	}
	for path := paths[0]; path != ""; {
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
		if at, ok := d.given[path]; ok {
			return at
		}
	}
	return d.given[""]
}
