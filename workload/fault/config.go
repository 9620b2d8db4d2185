package fault

import "context"

// Config configures a [Transport] or a [Direct].
type Config struct {
	Rules []Rule
	Seed  uint64
	// Worker returns the number of the worker that sends a request, from 0, by
	// the request's context; −1 if no worker does. nil: no worker ever does.
	Worker func(context.Context) int
	// Note, if not nil, is called for every fault that was injected, with the
	// request's context, by the goroutine that sends the request and before the
	// client gets an answer or an error.
	Note func(context.Context, Injected)
}

// course returns the course of a request, false if it meets nothing.
func (c *Config) course(ctx context.Context, plan *Plan, operation string) (Course, bool) {
	worker := -1
	if c.Worker != nil {
		worker = c.Worker(ctx)
	}
	return plan.Course(operation, worker)
}

// note reports the faults of a request.
func (c *Config) note(ctx context.Context, course *Course) {
	if c.Note == nil {
		return
	}
	for _, met := range course.Injected() {
		c.Note(ctx, met)
	}
}
