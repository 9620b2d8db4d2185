package trial

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contend/counter"
	"contend/workload/exec/crew"
	"contend/workload/fleet"
	"contend/workload/scenario"
)

// ExamplesPlace in a program's command is replaced by the folder with the files of
// [Options.Examples].
const ExamplesPlace = "{examples}"

// programDesign is the design of counters that a program of the user's own keeps, for the
// requests before and after the load. It sees only what the proxy sees: the number.
type programDesign struct{ counter.Strategy }

// newProgramDesign returns the design for a client.
func newProgramDesign(s *scenario.Scenario, client counter.DynamoDB) (counter.Strategy, error) {
	simple, err := s.Counters.Schema().NewStrategy(counter.AtomicAddName, client, s.CounterParameters())
	return programDesign{simple}, err
}

// Name implements [counter.Strategy].
func (programDesign) Name() string { return scenario.ExecName }

// Traits implements [counter.Strategy].
func (programDesign) Traits() counter.Traits { return scenario.ProgramTraits() }

// Read implements [counter.Strategy].
func (d programDesign) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	state, units, err := d.Strategy.Read(ctx, key, consistent)
	return counter.State{Value: state.Value}, units, err
}

// isProgram reports whether a program of the user's own keeps the counters.
func (r *run) isProgram() bool { return r.Strategy == nil && r.scenario.Strategy == scenario.ExecName }

// plainItems gives the items of a program's counters nothing but the key and the attribute
// "value", unless the scenario names their attributes.
func (r *run) plainItems() {
	if r.isProgram() && !r.scenario.Counters.Foreign() {
		r.scenario.Counters.Attribute = "value"
	}
}

// hire starts the processes of a program that keeps the counters, and lets them carry out
// the operations of the fleet. dismiss ends them, and returns the warnings about the program.
// Without a program, both do nothing.
func (r *run) hire(f *fleet.Fleet) (dismiss func() ([]string, error), err error) {
	if !r.isProgram() {
		return func() ([]string, error) { return nil, nil }, nil
	}
	command, folder, err := r.command()
	if err != nil {
		return nil, err
	}
	c, err := crew.Open(crew.Config{
		Scenario: &r.scenario, Table: r.place.Table, Command: command, Way: r.target.Way(), Environment: r.Environment, Stderr: r.stderr, OnLine: r.OnLine,
	})
	if err != nil {
		return nil, errors.Join(err, removeAll(folder))
	}
	f.Performer = c
	begin := f.OnStart
	f.OnStart = func(at time.Time) { begin(at); c.Begin(at) }
	return func() ([]string, error) {
		err := errors.Join(c.Close(), r.removeEmpty(), removeAll(folder))
		return c.Warnings(), err
	}, nil
}

// command returns the program's command. If it names the shipped examples, they are written
// into a temporary folder, which the caller must remove; otherwise folder is "".
func (r *run) command() (command []string, folder string, err error) {
	named := strings.Contains(strings.Join(r.scenario.Exec.Command, " "), ExamplesPlace)
	if !named || r.Examples == nil {
		return r.scenario.Exec.Command, "", nil
	}
	if folder, err = os.MkdirTemp("", "contend-examples-"); err != nil {
		return nil, "", err
	}
	if err := os.CopyFS(folder, r.Examples); err != nil {
		return nil, "", errors.Join(fmt.Errorf("write the examples: %w", err), removeAll(folder))
	}
	for _, argument := range r.scenario.Exec.Command {
		command = append(command, strings.ReplaceAll(argument, ExamplesPlace, folder))
	}
	return command, folder, nil
}

func removeAll(folder string) error {
	if folder == "" {
		return nil
	}
	return os.RemoveAll(folder)
}

// stderr is the path of the file for the standard error of a process: beside the history.
func (r *run) stderr(process int) string {
	return filepath.Join(filepath.Dir(r.History), fmt.Sprintf("stderr-%d.txt", process))
}

// removeEmpty removes the files of the processes that wrote nothing.
func (r *run) removeEmpty() error {
	var all []error
	for n := range r.scenario.Load.Workers {
		info, err := os.Stat(r.stderr(n))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			all = append(all, err)
		case info.Size() == 0:
			all = append(all, os.Remove(r.stderr(n)))
		}
	}
	return errors.Join(all...)
}
