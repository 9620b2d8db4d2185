package check

import (
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestARefusalNeedsAReason: if nobody else was writing, only a broken store refuses a
// conditional write whose condition was true.
func TestARefusalNeedsAReason(t *testing.T) {
	conflict, applied, unknown := counter.Conflict, counter.Applied, counter.Unknown
	refused := func(h *tellings, invoked, returned int64, built, saw history.State) {
		a := h.op(0, 1, invoked, returned, conflict, history.State{})
		a.Before, a.Saw = built, saw
	}
	judgeKinds(t, []kind{
		{"nobody else wrote", at(0, 1), func(h *tellings) {
			refused(h, 10, 20, at(0, 1), at(0, 1))
			h.op(0, 1, 30, 40, applied, at(1, 2))
			h.final = at(1, 2)
		}, "pppfp"},
		{"it lost against another state", at(0, 1), func(h *tellings) {
			h.op(1, 1, 0, 5, applied, at(1, 2))
			refused(h, 10, 20, at(0, 1), at(1, 2))
			h.final = at(1, 2)
		}, "ppppp"},
		{"another write was under way", at(0, 1), func(h *tellings) {
			refused(h, 10, 20, at(0, 1), at(0, 1))
			h.op(1, 1, 20, 40, applied, at(1, 2))
			h.final = at(1, 2)
		}, "ppppp"},
		{"another write that stands before it in the file", at(0, 1), func(h *tellings) {
			h.op(1, 1, 5, 10, applied, at(1, 2))
			refused(h, 10, 20, at(0, 1), at(0, 1))
			h.final = at(1, 2)
		}, "ppppp"},
		{"a write without an answer may have come and gone", at(0, 1), func(h *tellings) {
			h.op(1, 1, 0, 5, unknown, history.State{})
			h.op(2, 1, 6, 7, applied, at(1, 2))
			refused(h, 10, 20, at(1, 2), at(1, 2))
			h.final = at(1, 2)
		}, "ipppp"},
		{"another version of the same value", at(0, 1), func(h *tellings) {
			h.op(1, 1, 0, 1, applied, at(1, 2))
			h.op(1, -1, 2, 3, applied, at(0, 3))
			refused(h, 10, 20, at(0, 1), at(0, 3))
			h.final = at(0, 3)
		}, "ppppp"},
		{"while it is read", at(0, 1), func(h *tellings) {
			h.ordered(1)
			h.op(0, 1, 0, 1, applied, at(1, 2))
			refused(h, 10, 20, at(1, 2), at(1, 2))
			h.op(0, 1, 30, 40, applied, at(2, 3))
			h.final = at(2, 3)
		}, "pppfp"},
		{"a line that is lost may have been the reason", at(0, 1), func(h *tellings) {
			h.ordered(2)
			h.op(0, 1, 0, 1, applied, at(1, 2))
			refused(h, 10, 20, at(1, 2), at(1, 2))
			h.cut = true
		}, "iippp"},
	})
}
