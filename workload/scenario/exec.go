package scenario

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"contend/counter"
	"contend/workload/scenario/yamltree"
)

// ExecName is the strategy of counters that a program of the user's own keeps. It is no
// design of package counter.
const ExecName = "exec"

// Exec says how the program of the strategy [ExecName] is run. Other strategies ignore it.
type Exec struct {
	Command []string // the program and its arguments
	// Processes is how many processes there are, one for each worker; 0: as many as
	// workers.
	Processes        int
	StartTimeout     time.Duration // until a process is ready; at least 1ms
	OperationTimeout time.Duration // until an operation is answered; at least 1ms
	OnError          OnError
}

// OnError says what a run does when the program breaks the protocol.
type OnError string

const (
	OnErrorStop OnError = "stop"  // it ends with an error
	OnErrorGoOn OnError = "go-on" // the operation is unknown, and a new process goes on
)

func defaultExec() Exec {
	return Exec{StartTimeout: 10 * time.Second, OperationTimeout: 5 * time.Second, OnError: OnErrorStop}
}

// strategyNames lists the designs and [ExecName].
func strategyNames() []string { return append(counter.StrategyNames(), ExecName) }

// ProgramTraits returns the traits that contend assumes of every program of the user's own.
func ProgramTraits() counter.Traits {
	return counter.Traits{Contends: true, Decrements: true, Foreign: true, ReturnsState: true}
}

// traitsOf is [counter.TraitsOf], also for the strategy [ExecName].
func traitsOf(strategy string) (traits counter.Traits, known bool) {
	if strategy == ExecName {
		return ProgramTraits(), true
	}
	return counter.TraitsOf(strategy)
}

// Limits of programs: each is a process of the machine.
const (
	maxProcesses    = 1000
	maxExecCounters = 10_000
	maxArguments    = 100
)

func execFields() []field {
	of := func(v value) value {
		write := v.write
		v.write = func(s Scenario) string {
			text := write(s)
			if s.Strategy != ExecName && text == write(Default()) {
				return ""
			}
			return text
		}
		return v
	}
	return []field{
		{name: "command", about: "The program and its arguments.", value: command()},
		{name: "processes", about: "How many processes there are, each with one worker; without it, as many as load.workers.", value: omitZero(whole(func(s *Scenario) *int { return &s.Exec.Processes }, 0, maxProcesses), "0")},
		{name: "start_timeout", about: "How long a process may take to be ready.", value: of(duration(func(s *Scenario) *time.Duration { return &s.Exec.StartTimeout }, minRequest, maxRequest))},
		{name: "operation_timeout", about: "How long the program may take for an operation.", value: of(duration(func(s *Scenario) *time.Duration { return &s.Exec.OperationTimeout }, minRequest, maxRequest))},
		{name: "on_error", about: "What happens if the program breaks the protocol: stop ends the run; go-on leaves the operation unknown and starts a new process.", value: of(word(func(s *Scenario) *OnError { return &s.Exec.OnError }, []OnError{OnErrorStop, OnErrorGoOn}))},
	}
}

// command is the list of a program and its arguments. Encode leaves out an empty one.
func command() value {
	read := func(n *yamltree.Node, s *Scenario) []mistake {
		s.Exec.Command = nil
		if n.Kind != yamltree.ListNode {
			return []mistake{{n.At, yamltree.MustBe("a list such as [python3, my_counter.py]", n)}}
		}
		var mistakes []mistake
		for _, item := range n.Items {
			if item.Kind != yamltree.ScalarNode {
				mistakes = append(mistakes, mistake{item.At, yamltree.MustBe("text", item)})
			}
			s.Exec.Command = append(s.Exec.Command, item.Text)
		}
		return mistakes
	}
	check := func(s Scenario) string {
		switch c := s.Exec.Command; {
		case len(c) > maxArguments:
			return fmt.Sprintf("must have at most %d elements, not %d", maxArguments, len(c))
		case len(c) > 0 && c[0] == "":
			return "must begin with a program"
		case strings.Contains(strings.Join(c, ""), "\x00"):
			return "must not have a zero byte"
		}
		return ""
	}
	write := func(s Scenario) string {
		if len(s.Exec.Command) == 0 {
			return ""
		}
		var parts []string
		for _, argument := range s.Exec.Command {
			parts = append(parts, writeString(argument))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return value{read: read, check: check, write: write, schema: listOf(anyText()), list: true}
}

// execRules are the rules of scenarios with the strategy [ExecName].
func execRules() []rule {
	of := func(message func(s Scenario) string, paths ...string) rule {
		return rule{paths, func(s Scenario) string {
			if s.Strategy != ExecName {
				return ""
			}
			return message(s)
		}}
	}
	const decides = " has no meaning for the strategy exec, whose program decides that itself"
	unless := func(asDefault func(s, d Scenario) bool, path, message string) rule {
		return of(func(s Scenario) string {
			if asDefault(s, Default()) {
				return ""
			}
			return path + ":" + message
		}, path, "strategy")
	}
	return []rule{
		unless(func(s, _ Scenario) bool { return len(s.Exec.Command) > 0 }, "exec.command", " is missing: the strategy exec needs a program, as in [python3, my_counter.py]"),
		unless(func(s, _ Scenario) bool { return s.Target != TargetSimulated }, "target", " the strategy exec cannot run in simulated time, because its program has a clock of its own: embedded is the same server in real time"),
		unless(func(s, _ Scenario) bool { return s.Counters.Count <= maxExecCounters }, "counters.count", fmt.Sprintf(" the strategy exec can have at most %d counters", maxExecCounters)),
		unless(func(s, _ Scenario) bool { return s.Load.Workers <= maxProcesses }, "load.workers", fmt.Sprintf(" the strategy exec can have at most %d workers, because each has a process of its own", maxProcesses)),
		unless(func(s, d Scenario) bool { return reflect.DeepEqual(s.Retry, d.Retry) }, "retry", decides),
		unless(func(s, d Scenario) bool { return s.SDKRetry == d.SDKRetry }, "sdk_retry", decides),
		unless(func(s, d Scenario) bool { return s.View == d.View }, "view", decides),
		unless(func(s, d Scenario) bool { return s.Reads == d.Reads }, "reads", decides),
		unless(func(s, _ Scenario) bool { return len(s.Embedded.Latencies) == 0 }, "embedded.latency", " a list has no meaning for the strategy exec: all processes have the same latency"),
		of(func(s Scenario) string {
			if n := s.Exec.Processes; n != 0 && n != s.Load.Workers {
				return fmt.Sprintf("exec.processes: each process has one worker, but there are %d workers for %d processes: leave one of the two fields out", s.Load.Workers, n)
			}
			return ""
		}, "exec.processes", "load.workers", "load.stages"),
	}
}
