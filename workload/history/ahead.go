package history

import "contend/internal/crash"

const (
	// portionsAhead is how many portions there are of which one is with the caller.
	portionsAhead = 3
	// portionSize is how many operations, and about how many attempts, are decoded at once.
	portionSize = 256
)

// Ahead reads the operations of a history in a goroutine of its own, some hundreds before
// they are asked for, so that they are decoded beside the caller's work. It is not safe for
// use by several goroutines. The zero value is not usable; see [ReadAhead].
type Ahead struct {
	reader *Reader // used by the goroutine only, until it has ended
	full   chan *portion
	free   chan *portion
	now    *portion // the caller's; nil: none yet
	next   int      // index of its next operation
}

// portion holds operations that stand one after another. Their attempts do so in memory of
// the portion.
type portion struct {
	ops      []Op
	attempts []Attempt
	err      error // that comes after the operations; nil: another portion does
}

// ReadAhead begins to read what the reader has not yet read. [Ahead.Close] must follow, and
// the reader must not be used before.
func ReadAhead(r *Reader) *Ahead {
	a := &Ahead{reader: r, full: make(chan *portion, portionsAhead), free: make(chan *portion, portionsAhead)}
	for range portionsAhead {
		a.free <- &portion{ops: make([]Op, 0, portionSize), attempts: make([]Attempt, 0, portionSize)}
	}
	go a.decode()
	return a
}

// decode fills portions until an error, or until there are no more free ones.
func (a *Ahead) decode() {
	defer close(a.full)
	for p := range a.free {
		p.err = crash.Catch(func() error { return p.fill(a.reader) })
		a.full <- p
		if p.err != nil {
			return
		}
	}
}

// fill decodes operations until one of the memories is used up.
func (p *portion) fill(r *Reader) error {
	p.ops, p.attempts = p.ops[:0], p.attempts[:0]
	for len(p.ops) < cap(p.ops) && len(p.attempts) < cap(p.attempts) {
		used := len(p.attempts)
		op := Op{Attempts: p.attempts[used:]}
		if err := r.Next(&op); err != nil {
			return err
		}
		p.ops = append(p.ops, op)
		if len(op.Attempts) > cap(p.attempts)-used {
			p.attempts = op.Attempts // which are in a larger memory
			return nil
		}
		p.attempts = p.attempts[:used+len(op.Attempts)]
	}
	return nil
}

// Next reads the next operation into op. Its attempts may be used until the next call. The
// error is that of [Reader.Next]. No call may come after Close.
func (a *Ahead) Next(op *Op) error {
	for a.now == nil || a.next == len(a.now.ops) {
		if a.now != nil {
			if a.now.err != nil {
				return a.now.err
			}
			a.free <- a.now
		}
		a.now, a.next = <-a.full, 0
	}
	*op = a.now.ops[a.next]
	a.next++
	return nil
}

// Close ends the goroutine, once it has decoded the portion that it is at. The reader may
// then be used again; it may have read more than Next returned.
func (a *Ahead) Close() {
	close(a.free)
	for range a.full { // until the goroutine ends
	}
}
