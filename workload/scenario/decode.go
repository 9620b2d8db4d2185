package scenario

import (
	"strings"

	"contend/workload/scenario/yamltree"
)

// resolveRetry leaves the choice of a policy to a mix. It does not hide a policy that was
// given beside it.
func (d *decoder) resolveRetry() {
	if _, given := d.given["retry.policy"]; !given && len(d.scenario.Retry.Mix) > 0 {
		d.scenario.Retry.Kind = ""
	}
}

// resolveLoad fills in the fields of the load that follow from others. It also reports
// a duration beside stages, because only the decoder knows that it was given.
func (d *decoder) resolveLoad() {
	_, workers := d.given["load.workers"]
	_, duration := d.given["load.duration"]
	_, operations := d.given["load.operations"]
	load := &d.scenario.Load
	if operations && !duration {
		load.Duration = 0
	}
	if d.isFaulty("load.stages") {
		// Nothing follows from stages that could not be read.
		load.Stages, load.Arrivals, load.Overload = nil, "", ""
	}
	if len(load.Stages) > 0 && duration {
		d.Add(d.given["load.duration"], "load.duration: load.stages have their own durations, %s together: leave this one out",
			showDuration(load.stagesDuration()))
	}
	if n := d.scenario.Exec.Processes; d.scenario.Strategy == ExecName && n > 0 && !workers && len(load.Stages) == 0 {
		load.Workers = n
	}
	load.Resolve(workers)
}

// Decode reads a scenario from YAML text. The overrides, which are values from flags,
// replace values of the text. Fields that neither gives have the values of [Default].
// file is the name that error messages show.
//
// Decode is strict: it is an error if a field is unknown or given twice, if a value has
// the wrong type, no unit, or is out of range, if a name is unknown, or if all weights
// are zero. YAML's anchors, aliases, tags and further documents are errors too. The
// error is an [*Error] with all problems; the scenario is then the zero value.
func Decode(file string, text []byte, overrides ...Override) (Scenario, error) {
	var all yamltree.Problems
	root := yamltree.Tree{Problems: &all, Source: yamltree.Position{Source: file}}.Parse(text)
	var changes []Change
	for i, o := range overrides {
		changes = append(changes, o.Parse(i+1, &all))
	}
	var s Scenario
	if root != nil {
		for _, name := range []string{MatrixField, RepeatField, ExploreField} {
			if value := root.Value(name); value != nil {
				all.Add(value.At, "%s: not allowed here, where a scenario must be a single run", name)
			}
			root.Remove(name)
		}
		decoded, wrong := DecodeTree(root, changes...)
		s = decoded
		all.Found = append(all.Found, wrong.Found...)
	}
	if err := all.Err(); err != nil {
		return Scenario{}, err
	}
	return s, nil
}

// Error lists all problems of a scenario: first those in the file, in its order, then
// those in flags.
type Error = yamltree.Error

// Problem is one problem of a scenario.
type Problem = yamltree.Problem

// Change is a value that replaces a value of a scenario's text.
type Change struct {
	Path string // of the field, as in load.workers
	// Value is nil if it could not be read. The field still counts as given.
	Value *yamltree.Node
	Flag  bool // the value is from the command line
}

// DecodeTree reads a scenario from the tree of its text. It first makes the changes in
// the tree, in their order. The scenario has no meaning if there are problems.
func DecodeTree(root *yamltree.Node, changes ...Change) (Scenario, *yamltree.Problems) {
	d := &decoder{scenario: Default(), given: map[string]yamltree.Position{}, faulty: map[string]bool{}}
	d.root(root, changes)
	return d.scenario, &d.Problems
}

// decoder builds a scenario and collects its problems.
type decoder struct {
	yamltree.Problems
	scenario Scenario
	given    map[string]yamltree.Position // of the value, by path
	faulty   map[string]bool              // paths that are unknown or whose value could not be read
}

func (d *decoder) root(root *yamltree.Node, changes []Change) {
	switch root.Kind {
	case yamltree.EmptyNode:
		d.Add(root.At, "the scenario is empty: it needs at least a name")
		return
	case yamltree.MappingNode:
	default:
		d.Add(root.At, "a scenario must be a mapping of fields, not %s", root)
		return
	}
	for _, c := range changes {
		Graft(root, c, &d.Problems)
	}
	RemoveReplaced(root, Replaced(changes))
	d.given[""] = root.At
	d.mapping(root, "", scenarioFields())
	d.resolveLoad()
	d.resolveRetry()
	for _, r := range rules() {
		d.judge(r)
	}
}

// mapping reads the fields of a mapping.
func (d *decoder) mapping(n *yamltree.Node, path string, fields []field) {
	var last func()
	for _, e := range n.Entries {
		f := fieldNamed(fields, e.Name)
		switch {
		case f == nil:
			d.faulty[yamltree.Join(path, e.Name)] = true
			d.Add(e.At, "%s", unknownField(path, e.Name, fields))
		case f.last:
			last = func() { d.field(e.Value, yamltree.Join(path, e.Name), f) }
		default:
			d.field(e.Value, yamltree.Join(path, e.Name), f)
		}
	}
	if last != nil {
		last()
	}
}

func (d *decoder) field(n *yamltree.Node, path string, f *field) {
	d.given[path] = n.At
	if n.Kind == yamltree.BadNode {
		d.faulty[path] = true
		return
	}
	v := &f.value
	if f.orList != nil && n.Kind == yamltree.ListNode {
		v = f.orList
	}
	if v.read != nil {
		for _, m := range v.read(n, &d.scenario) {
			d.faulty[path] = true
			d.Add(m.at, "%s: %s", path, m.message)
		}
		return
	}
	if n.Kind != yamltree.MappingNode {
		d.faulty[path] = true
		d.Add(n.At, "%s: %s", path, yamltree.MustBe("a mapping of fields", n))
		return
	}
	if f.replace != nil {
		f.replace(&d.scenario)
	}
	d.mapping(n, path, f.fields)
}

// judge applies a rule, unless one of its fields could not be read. It reports a
// violation at the one of its fields that was given last.
func (d *decoder) judge(r rule) {
	for _, path := range r.paths {
		if d.isFaulty(path) {
			return
		}
	}
	if message := r.check(d.scenario); message != "" {
		d.Add(d.placeOf(r.paths), "%s", message)
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

// placeOf returns the position of the path that the last flag gave, or else of the
// first path in the file, or else of the nearest mapping around it.
func (d *decoder) placeOf(paths []string) yamltree.Position {
	var place yamltree.Position
	for _, path := range paths {
		if at, ok := d.given[path]; ok && (place.Line == 0 || at.Flag > place.Flag) {
			place = at
		}
	}
	if place.Line > 0 {
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
