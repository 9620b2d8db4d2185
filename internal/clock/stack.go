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
		for k.process.run(); yield(struct{}{}); k.process.run() {
		}
	})
	return k
}

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
