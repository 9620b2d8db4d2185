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
		for grow(); ; grow() {
			k.process.run()
			if !yield(struct{}{}) {
				return
			}
		}
	})
	return k
}

// usualDepth is about as many bytes as a step of a worker has on its stack.
const usualDepth = 5 << 10

// grow makes the stack at once as large as most steps need. The runtime begins with a
// small one, also after a collection of garbage, and copies it into one of twice the size
// as often as the next call does not fit.
//
//go:noinline
func grow() {
	var room [usualDepth]byte
	use(&room)
}

//go:noinline
func use(*[usualDepth]byte) {}

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

// maxStacks bounds the stacks that are kept for other steps. Where a hundred thousand
// processes take a step at the same moment and then rest, their stacks would be shrunk, and
// copied again at the next step.
const maxStacks = 1000

// dropStack takes the stack of a process whose step has ended.
func (s *scheduler) dropStack(p *process) {
	if len(s.stacks) < maxStacks {
		s.stacks = append(s.stacks, p.stack)
	} else {
		p.stack.stop()
	}
	p.stack = nil
}
