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
	var all problems
	root := tree{problems: &all, source: position{source: file}}.parse(text)
	var changes []Change
	for i, o := range overrides {
		changes = append(changes, o.parse(i+1, &all))
	}
	var s Scenario
	if root != nil {
		for _, name := range []string{matrixField, repeatField} {
			if value := root.value(name); value != nil {
				all.add(value.at, "%s: one run is wanted here, not several", name)
			}
			root.remove(name)
		}
		decoded, wrong := decodeTree(root, changes...)
		s = decoded
		all.found = append(all.found, wrong.found...)
	}
	if err := all.err(); err != nil {
		return Scenario{}, err
	}
	return s, nil
}

// ScenarioError lists everything that is wrong with a scenario: first what stands
// in the file, in its order, then what was given by flags.
type ScenarioError = textError

// Problem is one thing that is wrong with a scenario.
type Problem = textProblem

// Change is a value that is put in the place of what a scenario's text says.
type Change struct {
	Path string
	// Value is nil if it could not be read. The field still counts as given.
	Value *node
	Flag  bool // it was given on the command line
}

// decodeTree reads a scenario from the tree of its text with changes, which are
// made in the tree, in their order. The scenario means nothing if there are
// problems.
func decodeTree(root *node, changes ...Change) (Scenario, *problems) {
	d := &decoder{scenario: Default(), given: map[string]position{}, faulty: map[string]bool{}}
	d.root(root, changes)
	return d.scenario, &d.problems
}

// decoder builds a scenario and collects what is wrong with it.
type decoder struct {
	problems
	scenario Scenario
	given    map[string]position // of the value, by path
	faulty   map[string]bool     // paths that are unknown or whose value could not be read
}

func (d *decoder) root(root *node, changes []Change) {
	switch root.kind {
	case emptyNode:
		d.add(root.at, "the scenario is empty: it needs at least a name")
		return
	case mappingNode:
	default:
		d.add(root.at, "a scenario must be a mapping of fields, not %s", root)
		return
	}
	for _, c := range changes {
		graft(root, c, &d.problems)
	}
	removeLimits(root, replacedLimits(changes))
	d.given[""] = root.at
	d.mapping(root, "", scenarioFields())
	d.resolveLoad()
	for _, r := range rules() {
		d.judge(r)
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
