package scenario

import "contend/workload/scenario/yamltree"

// Difference is a field in which two scenarios A and B differ, with its values as
// [Encode] writes them; "" for a field that Encode leaves out.
type Difference struct{ Path, A, B string }

// Differences lists the fields in which two valid scenarios differ, in the order in
// which [Encode] writes them.
func Differences(a, b Scenario) []Difference {
	return differencesIn(scenarioFields(), "", a, b)
}

func differencesIn(fields []field, path string, a, b Scenario) []Difference {
	var list []Difference
	for _, f := range fields {
		at := yamltree.Join(path, f.name)
		if f.fields != nil && f.listText(a)+f.listText(b) == "" {
			list = append(list, differencesIn(f.fields, at, a, b)...)
			continue
		}
		if inA, inB := f.text(a), f.text(b); inA != inB {
			list = append(list, Difference{Path: at, A: inA, B: inB})
		}
	}
	return list
}
