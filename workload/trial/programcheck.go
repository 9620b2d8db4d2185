package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"contend/workload/check"
	"contend/workload/exec"
	"contend/workload/history"
	"contend/workload/scenario"
)

// ProgramCheck is the result of a short conversation with a program for the strategy exec.
type ProgramCheck struct {
	Operations int64
	// Problems are sentences about what the program gets wrong.
	Problems []string
}

// checkScenario is the conversation: some operations of each kind, one after the other, on two
// counters of the embedded server, with amounts of their own and without faults.
func checkScenario(command []string) scenario.Scenario {
	const operations, most = 16, 9
	s := scenario.Default()
	s.Name, s.Description = "exec-check", "A short conversation with a program."
	s.Strategy, s.Exec.Command = scenario.ExecName, command
	s.Counters.Count, s.Counters.Initial = 2, 100
	s.Load.Workers, s.Load.Operations, s.Load.Duration = 1, operations, 0
	s.Operations = scenario.Mix{history.Increment: 2, history.Decrement: 1, history.Read: 1}
	s.Amount = scenario.Amount{Low: 1, High: most}
	return s
}

// CheckProgram holds a short conversation with a program for the strategy exec, on an embedded
// server. Mistakes of the program are in [ProgramCheck.Problems]; the error is for everything
// else, such as a command that cannot be started. Environment, Examples, Stop and OnLine of the
// options work as in [Run].
func CheckProgram(ctx context.Context, command []string, o Options) (*ProgramCheck, error) {
	found := new(ProgramCheck)
	outcome, err := Run(ctx, checkScenario(command), o)
	var breach *exec.Breach
	if errors.As(err, &breach) {
		found.Problems = append(found.Problems, breach.Error())
	} else if err != nil {
		return nil, err
	}
	if outcome == nil {
		return found, nil
	}
	t := &outcome.Result.Tally
	found.Operations = t.Started
	for ending, n := range map[history.Ending]int64{history.Failed: t.Failed, history.GaveUp: t.GaveUp, history.Unknown: t.Unknown} {
		if n > 0 && breach == nil {
			found.Problems = append(found.Problems, fmt.Sprintf("%d of %d operations ended %q, although nothing was in their way", n, t.Started, ending))
		}
	}
	slices.Sort(found.Problems)
	found.Problems = append(found.Problems, outcome.Result.Warnings...)
	for _, c := range outcome.Verdict.Checks {
		if c.Status == check.Fail || c.Status == check.Inconclusive && breach == nil {
			found.Problems = append(found.Problems, c.Name+": "+c.Reason)
		}
	}
	return found, nil
}
