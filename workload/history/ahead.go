package history

import "contend/internal/crash"

const (
	// portionsAhead is how many portions there are of which one is with the caller.
	portionsAhead = 3
	// portionSize is how many operations, and about how many attempts, are decoded at once.
	portionSize = 256
)

// Ahead decodes the operations of a history in a goroutine, a few hundred in advance, while the
// caller works on earlier ones. It must not be used by several goroutines at once. [ReadAhead]
// makes one; the zero value is not usable.
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

// ReadAhead starts to decode what r has not yet returned. The caller must call [Ahead.Close],
// and must not use r before that.
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

// Next reads the next operation into op. The slice op.Attempts is valid until the next call.
// Errors are those of [Reader.Next]. Next must not be called after Close.
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

// Close ends the goroutine. The reader may then be used again, but it may already have passed
// operations that Next did not return.
func (a *Ahead) Close() {
	close(a.free)
	for range a.full { // until the goroutine ends
	}
}
