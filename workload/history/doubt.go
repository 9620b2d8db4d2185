package history

// MaxDoubtful is how many operations a ledger keeps as evidence in each class of
// [Ledger.Omitted]. An hour with lost replies has millions of them.
const MaxDoubtful = 100

// doubt counts a ledger's doubtful operations by class: whether they ended
// [Unknown], and whether they add or subtract.
type doubt [2][2]int64

func (d *doubt) of(op *Op) *int64 { return d.class(op.Ending == Unknown, op.Delta > 0) }

func (d *doubt) class(endedUnknown, adds bool) *int64 {
	i, j := 0, 0
	if endedUnknown {
		i = 1
	}
	if adds {
		j = 1
	}
	return &d[i][j]
}

// mayKeep reports whether Doubtful has room for an operation, and counts it
// either way.
func (l *Ledger) mayKeep(op *Op) bool {
	kept := l.kept.of(op)
	if *kept == MaxDoubtful {
		*l.omitted.of(op)++
		return false
	}
	*kept++
	return true
}

// Omitted returns how many operations with an unknown write are not in Doubtful because
// [MaxDoubtful] of their class are. There are four classes: operations that ended [Unknown] or
// not, and that add or subtract.
func (l *Ledger) Omitted(endedUnknown, adds bool) int64 {
	return *l.omitted.class(endedUnknown, adds)
}

func (d *doubt) add(other *doubt) {
	for i := range d {
		for j := range d[i] {
			d[i][j] += other[i][j]
		}
	}
}
