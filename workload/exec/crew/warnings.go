package crew

import "fmt"

// warnings are sentences about a program, of which a few of each kind are kept.
type warnings struct {
	kinds []string
	kept  map[string][]string
	count map[string]int
}

// mostKept is how many sentences of a kind are kept.
const mostKept = 3

func (w *warnings) add(kind, format string, args ...any) {
	if w.kept == nil {
		w.kept, w.count = map[string][]string{}, map[string]int{}
	}
	if w.count[kind] == 0 {
		w.kinds = append(w.kinds, kind)
	}
	if w.count[kind]++; w.count[kind] <= mostKept {
		w.kept[kind] = append(w.kept[kind], fmt.Sprintf(format, args...))
	}
}

// list returns the sentences, and how many more there were.
func (w *warnings) list() []string {
	var all []string
	for _, kind := range w.kinds {
		all = append(all, w.kept[kind]...)
		if more := w.count[kind] - mostKept; more > 0 {
			all = append(all, fmt.Sprintf("%s %d more times", kind, more))
		}
	}
	return all
}
