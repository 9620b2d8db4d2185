package fault

import "context"

// Config configures a [Transport] or a [Direct].
type Config struct {
	Rules []Rule
	Seed  uint64
	// Worker returns the number of the worker that sends a request, from 0, by
	// the request's context; −1 if no worker does. nil: no worker ever does.
	Worker func(context.Context) int
	// Touches reports, by the request's context, whether a rule that is limited to numbers
	// of requests, or to a table and keys, applies to the request. It is asked only about
	// rules with [Rule.HasTarget]; if it is nil, these rules apply to no request.
	Touches func(context.Context, *Rule) bool
	// Dry lets every request pass. A [Transport] then only notes the faults that requests
	// would meet on their way to the server.
	Dry bool
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
	course, ok := plan.Course(operation, worker)
	if !ok || !plan.targeted {
		return course, ok
	}
	course.injectors = c.touched(ctx, course.injectors)
	return course, len(course.injectors) > 0
}

// touched returns the injectors whose rules the request's items do not exclude.
func (c *Config) touched(ctx context.Context, injectors []*injector) []*injector {
	var touched []*injector
	for _, i := range injectors {
		if !i.HasTarget() || c.Touches != nil && c.Touches(ctx, &i.Rule) {
			touched = append(touched, i)
		}
	}
	return touched
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
