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
		for k.process.run(); k.idle(); k.process.run() {
		}
	})
	return k
}

const (
	// usualDepth is how many bytes most steps of a worker need, about.
	usualDepth = 5 << 10
	// idleDepth is how many bytes keep the garbage collector from shrinking an idle stack:
	// at least a quarter of its size.
	idleDepth = 2 << 10
)

// grow makes the stack as large as most steps need. Otherwise the runtime would begin with
// a small one, and copy it into one of twice the size again and again.
//
//go:noinline
func grow() {
	var room [usualDepth]byte
	use(room[:])
}

// idle gives the turn back until the next step, and reports whether there is one. A stack
// that looked unused would be shrunk meanwhile, and copied again in that step.
//
//go:noinline
func (k *stack) idle() bool {
	var room [idleDepth]byte
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
