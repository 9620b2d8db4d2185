package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contend/internal/longtest"
)

// restingStory is what three processes in steps do and when, by any clock: one rests for
// fixed times, one until an event that fires meanwhile, and one fails at its third step.
func restingStory(t *testing.T, c Clock) (story []string, err error) {
	t.Helper()
	began, group, event := c.Now(), c.NewGroup(), c.NewEvent()
	var telling sync.Mutex
	tell := func(name string, n int) {
		telling.Lock()
		defer telling.Unlock()
		story = append(story, fmt.Sprint(name, " ", n, " at ", c.Since(began)))
	}
	inSteps := func(name string, rests []Rest, last error) {
		n := 0
		group.GoInSteps(name, func() (Rest, bool, error) {
			tell(name, n)
			if n == len(rests) {
				return Rest{}, false, last
			}
			n++
			return rests[n-1], true, nil
		})
	}
	inSteps("fixed", []Rest{{For: 3 * time.Second}, {}, {For: 4 * time.Second, Or: c.NewEvent()}}, nil)
	inSteps("event", []Rest{{For: Forever, Or: event}, {For: time.Hour, Or: event}, {For: 20 * time.Second}}, nil)
	inSteps("failing", []Rest{{For: time.Second}, {For: time.Second}}, errors.New("enough"))
	c.Sleep(context.Background(), 5*time.Second)
	event.Fire()
	err = group.Wait()
	return story, err
}

// TestRests: rests last as long, and end as early, by both clocks.
func TestRests(t *testing.T) {
	want := []string{
		"event 0 at 0s", "event 1 at 5s", "event 2 at 5s", "event 3 at 25s",
		"failing 0 at 0s", "failing 1 at 1s", "failing 2 at 2s",
		"fixed 0 at 0s", "fixed 1 at 3s", "fixed 2 at 3s", "fixed 3 at 7s",
	}
	check := func(name string, story []string, err error) {
		slices.Sort(story) // processes of the same moment
		if !slices.Equal(story, want) || err == nil || err.Error() != "enough" {
			t.Errorf("%s: got %q, %v; want %q and an error", name, story, err, want)
		}
	}
	simulate(t, func(_ context.Context, c Clock) {
		story, err := restingStory(t, c)
		check("simulated", story, err)
	})
	synctest.Test(t, func(t *testing.T) {
		story, err := restingStory(t, Clock{})
		check("real", story, err)
	})
}

// TestRestingProcessesHaveNoStack: of ten thousand processes that rest most of the time,
// there are as many stacks as are in the middle of a step at a time.
func TestRestingProcessesHaveNoStack(t *testing.T) {
	stacks, steps, many := 0, 0, longtest.Count(3000, 10_000)
	simulate(t, func(ctx context.Context, c Clock) {
		group := c.NewGroup()
		for n := range many {
			left := 3
			group.GoInSteps(fmt.Sprint("process ", n), func() (Rest, bool, error) {
				c.Sleep(ctx, 3*time.Millisecond) // so that a few are in the middle of a step
				steps++
				left--
				return Rest{For: time.Duration(n%1000) * time.Millisecond}, left > 0, nil
			})
			c.Sleep(ctx, time.Millisecond)
		}
		_ = group.Wait() // no step fails
		stacks = len(c.simulated.stacks)
	})
	if steps != 3*many || stacks == 0 || stacks > 100 {
		t.Errorf("%d steps on %d stacks, want %d on a few", steps, stacks, 3*many)
	}
}

// TestTheEndOfASimulationEndsRests: they end at once when the context of the simulation
// ends, and are given up when its first process does.
func TestTheEndOfASimulationEndsRests(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	steps := 0
	err := simulated(ctx, func(_ context.Context, c Clock) {
		group := c.NewGroup()
		group.GoInSteps("resting", func() (Rest, bool, error) {
			steps++
			if steps == 2 {
				return Rest{}, false, ctx.Err()
			}
			end()
			return Rest{For: Forever, Or: c.NewEvent()}, true, nil
		})
		if err := group.Wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("the rest did not end with the context: %v", err)
		}
	})
	if steps != 2 || err != nil {
		t.Errorf("%d steps and %v, want 2 and no error", steps, err)
	}
	simulate(t, func(_ context.Context, c Clock) {
		c.NewGroup().GoInSteps("left behind", func() (Rest, bool, error) {
			return Rest{For: time.Hour}, true, nil
		})
		c.Sleep(context.Background(), time.Minute)
	})
}

// TestStepsThatGoWrong are named as waits that go wrong are.
func TestStepsThatGoWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		step func(c Clock) (Rest, bool, error)
		want string
	}{
		{"rests for ever", func(c Clock) (Rest, bool, error) { return Rest{For: Forever, Or: c.NewEvent()}, true, nil },
			`deadlock: 2 processes wait for events that nobody will fire, among them "first process" "rests for ever"`},
		{"never rests", func(Clock) (Rest, bool, error) { return Rest{}, true, nil },
			`process "never rests" goes on and on without waiting: 1000 steps, and no simulated time passed`},
		{"panics", func(Clock) (Rest, bool, error) { panic("at the disco") }, `process "panics": internal error: at the disco`},
	} {
		err := Simulation{Start: simulatedStart, MaxSteps: 1000}.Run(t.Context(), func(ctx context.Context) error {
			clock := Of(ctx)
			group := clock.NewGroup()
			group.GoInSteps(c.name, func() (Rest, bool, error) { return c.step(clock) })
			return group.Wait()
		})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
