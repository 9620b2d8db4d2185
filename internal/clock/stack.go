package clock

import "iter"

// stack is a coroutine on which processes take their steps, one after the other. So there
// are as many stacks as processes are in the middle of a step at a time, and not as many
// as there are processes; and the one that was used last is still in the processor's cache.
type stack struct {
	process *process // whose step it is, or was
	next    func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
}

func newStack() *stack {
	k := &stack{}
	k.next, k.stop = iter.Pull(func(yield func(struct{}) bool) {
		k.yield = yield
		grow()
		for k.process.run(); k.rest(); k.process.run() {
		}
	})
	return k
}

// What steps of a worker have on the stack, about, and what a stack that rests must have on
// it so that the collector of garbage does not shrink it, in bytes.
const usualDepth, restingDepth = 5 << 10, 2 << 10

// grow makes the stack at once as large as most steps need. The runtime begins with a
// small one, and copies it into one of twice the size as often as the next call does not
// fit.
//
//go:noinline
func grow() {
	var room [usualDepth]byte
	use(room[:])
}

// rest gives the turn back until the next step, and reports whether there is one. A stack
// that looked unused would be shrunk meanwhile, and copied again in that step.
//
//go:noinline
func (k *stack) rest() bool {
	var room [restingDepth]byte
	use(room[:])
	return k.yield(struct{}{})
}

//go:noinline
func use([]byte) {}

// stackFor returns a stack for the next step of a process.
func (s *scheduler) stackFor(p *process) *stack {
	last := len(s.stacks) - 1
	if last < 0 {
		k := newStack()
		k.process = p
		return k
	}
	k := s.stacks[last]
	s.stacks = s.stacks[:last]
	k.process = p
	return k
}

// dropStack takes the stack of a process whose step has ended.
func (s *scheduler) dropStack(p *process) {
	s.stacks = append(s.stacks, p.stack)
	p.stack = nil
}
