package embedded

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/misbehave"
)

// ignoresToken counts a transaction that has a token, and reports whether to carry it
// out although it repeats another one.
func (p *planted) ignoresToken(isRepeat bool) bool {
	if p == nil {
		return false
	}
	p.meet(misbehave.IgnoreToken)
	return p.chances[misbehave.IgnoreToken].Try(func() bool { return isRepeat })
}

// leaveOut returns the index of the change that a transaction acknowledges and does not
// make: the first one if there are several changes, otherwise -1.
func (p *planted) leaveOut(all []*participant, changes []change, made []attribute.Item) int {
	if p == nil {
		return -1
	}
	p.meet(misbehave.HalfTransaction)
	first, others := -1, 0
	for i := range changes {
		switch {
		case changes[i].kind == actionCheck || same(made[i], all[i].before):
		case first < 0:
			first = i
		default:
			others++
		}
	}
	if !p.chances[misbehave.HalfTransaction].Try(func() bool { return others > 0 }) {
		return -1
	}
	return first
}
