package record

// laneCount is how many calls at a time the history keeps in order. Each of its workers is a
// lane: it has one call after another, so that the checks can judge and forget while they
// read. All lanes are used in turn, because a lane that rests holds the checks up.
const laneCount = 2048

// lanes hands out lanes to calls.
type lanes struct {
	free  []lane // in the order in which they became free
	count int
}

// lane is a worker of the history.
type lane struct {
	number   int
	returned int64 // when its last call ended, in ns
}

func newLanes() lanes {
	l := lanes{count: laneCount}
	for n := range laneCount {
		l.free = append(l.free, lane{number: n})
	}
	return l
}

// take returns a lane whose last call had ended at a time.
func (l *lanes) take(at int64) lane {
	if len(l.free) > 0 && l.free[0].returned <= at {
		first := l.free[0]
		l.free = l.free[1:]
		return first
	}
	return lane{number: l.fresh()}
}

// fresh is the number of a lane that has had no call.
func (l *lanes) fresh() int {
	l.count++
	return l.count - 1
}

// give takes a lane back whose last call ended at a time.
func (l *lanes) give(number int, returned int64) {
	l.free = append(l.free, lane{number, returned})
}
