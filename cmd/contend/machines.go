package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"contend/internal/pattern"
	"contend/workload/rendezvous"
)

// The environment variables by which a manifest tells each machine of the run it takes part
// in. The engine adds the number of the machine.
const (
	machinesVariable = "CONTEND_MACHINES"
	runVariable      = "CONTEND_RUN"
)

// part is what one process does of a run on several machines.
type part struct {
	machine  int    // from 0
	machines int    // 0: this process makes the whole run
	run      string // the ID that all machines of the run share; empty if machines is 0
	from     string // where the machine's number is from, such as "--machine" or "a Slurm step"
	note     string // what the user should know of how the part was found; usually empty
}

// machineOf says which part of a run this process makes. The flags --machine and --run come
// first; without them the environment of an Indexed Job of Kubernetes, of a Slurm step or
// array, or of a Nomad group says it. getenv returns "" for a variable that is not set. An
// error is a mistake of the user and names the flag or variable.
//
// Kubernetes numbers the pods of a job that has other reasons to have an index, and Nomad
// numbers every allocation, so that those two count only beside CONTEND_MACHINES. Slurm says
// itself how many tasks there are.
func machineOf(machine, run string, getenv func(string) string) (part, error) {
	p, err := numbered(machine, getenv)
	if err != nil {
		hint := "--machine I/N --run ID says it instead, and --machine 0/1 makes a run alone"
		if machine != "" {
			hint = ""
		}
		return part{}, usage(err, hint)
	}
	given, source := run, "--run"
	if given == "" && p.machines != 0 || given == "" && machine == "" {
		given, source = getenv(runVariable), runVariable
	}
	switch {
	case given != "" && p.machines == 0:
		return part{}, usage(fmt.Errorf("%s is %q, but nothing says which machine this is", source, given), missingMachine(source))
	case given != "":
		p.run = given
	case p.machines > rendezvous.MaxMachines:
		return part{}, usage(fmt.Errorf("%s has %d tasks, but at most %d machines can make one run", p.from, p.machines, rendezvous.MaxMachines), "")
	case p.machines == 1 && machine != "":
		return part{}, nil // the only machine of a run that nobody else takes part in
	case machine != "" && p.run == "":
		return part{}, usage(errors.New("--machine needs --run ID, the same on all machines"), runVariable+" can say it too")
	case p.machines != 0 && p.run == "":
		return part{}, usage(fmt.Errorf("this is machine %d of %d by %s, but %s is not set", p.machine, p.machines, p.from, runVariable),
			"all machines of a run share one ID: --run ID, or "+runVariable)
	}
	if p.machines != 0 && !runID().MatchString(p.run) {
		return part{}, usage(fmt.Errorf("%s: must be %s, not %q", source, runIDRule, p.run), "")
	}
	return p, nil
}

func missingMachine(source string) string {
	if source == runVariable {
		return "set " + machinesVariable + " too, or give --machine I/N"
	}
	return "give --machine I/N too, as in --machine 0/4 --run first"
}

// runID matches the ID of a run. It is the name of a folder and a part of keys.
var runID = pattern.Lazy(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

const runIDRule = "letters, digits, dots, dashes and underscores, at most 64, the first a letter or digit"

// numbered finds the machine's number and how many there are, and in Slurm an ID of the run.
func numbered(flag string, getenv func(string) string) (part, error) {
	if flag != "" {
		return parsePart(flag)
	}
	e := &environment{getenv: getenv}
	asked := e.number(machinesVariable, 1)
	if asked > rendezvous.MaxMachines {
		return part{}, fmt.Errorf("%s is %d, but at most %d machines can make one run", machinesVariable, asked, rendezvous.MaxMachines)
	}
	p := e.kubernetesOrNomad(asked)
	if p.machines == 0 {
		p = e.slurm(p.note, asked)
	}
	if err := errors.Join(e.wrong...); err != nil {
		return part{}, err
	}
	switch {
	case asked == unset || p.machines == asked:
	case p.machines == 0:
		return part{}, fmt.Errorf("%s is %d, but nothing says which machine this is", machinesVariable, asked)
	default:
		return part{}, fmt.Errorf("%s is %d, but %s has %d tasks", machinesVariable, asked, p.from, p.machines)
	}
	return p, nil
}

// parsePart reads the flag --machine.
func parsePart(flag string) (part, error) {
	first, second, _ := strings.Cut(flag, "/")
	i, errI := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	if errI != nil || errN != nil || i < 0 || i >= n || n > rendezvous.MaxMachines {
		return part{}, fmt.Errorf("--machine: must be I/N, machine I of N, counted from 0, as in 0/4 for the first of four, not %q", flag)
	}
	return part{machine: i, machines: n, from: "--machine"}, nil
}

// unset is the number of a variable that is not set.
const unset = -1

// environment reads numbers from environment variables, and keeps what is wrong with them.
type environment struct {
	getenv func(string) string
	wrong  []error
}

// number is the value of a variable, or unset.
func (e *environment) number(variable string, least int) int {
	text := e.getenv(variable)
	if text == "" {
		return unset
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		e.wrong = append(e.wrong, fmt.Errorf("%s: must be a whole number, at least %d, not %q", variable, least, text))
		return unset
	}
	return n
}

// index is the number of this machine by a variable that says it, below count.
func (e *environment) index(variable string, count int) int {
	i := e.number(variable, 0)
	if i >= count && count != unset {
		e.wrong = append(e.wrong, fmt.Errorf("%s is %d, but there are %d machines, counted from 0", variable, i, count))
	}
	return i
}

// kubernetesOrNomad reads the index that one of these engines gives. It counts only if
// CONTEND_MACHINES says how many machines there are.
func (e *environment) kubernetesOrNomad(machines int) part {
	const kubernetes, nomad = "JOB_COMPLETION_INDEX", "NOMAD_ALLOC_INDEX"
	variable := ""
	switch inKubernetes, inNomad := e.getenv(kubernetes) != "", e.getenv(nomad) != ""; {
	case inKubernetes && inNomad && machines != unset:
		e.wrong = append(e.wrong, fmt.Errorf("both %s and %s are set: unset the one that does not number the machines", kubernetes, nomad))
		return part{}
	case inKubernetes:
		variable = kubernetes
	case inNomad:
		variable = nomad
	default:
		return part{}
	}
	if machines != unset {
		return part{machine: e.index(variable, machines), machines: machines, from: variable}
	}
	if e.getenv(machinesVariable) != "" {
		return part{} // a mistake in it is already kept
	}
	return part{note: fmt.Sprintf("%s is set, but %s is not: this process makes the whole run alone", variable, machinesVariable)}
}

// slurm reads what Slurm tells a task. A task of a parallel step is one machine of the
// step's run, also inside an array, whose tasks then make a run each. Otherwise the tasks of
// an array are the machines of one run. The batch script itself is no task: it has a number
// too, but no step. A step of one task is a run of one machine only if CONTEND_MACHINES says
// so.
func (e *environment) slurm(note string, asked int) part {
	p := part{note: note}
	if step := e.getenv("SLURM_STEP_ID"); step != "" {
		tasks := "SLURM_STEP_NUM_TASKS" // SLURM_NTASKS may be that of the whole job
		if e.getenv(tasks) == "" {
			tasks = "SLURM_NTASKS"
		}
		if n := e.number(tasks, 1); n > 1 || n == 1 && asked == 1 {
			p = part{machine: e.index("SLURM_PROCID", n), machines: n, from: "a Slurm step"}
			e.need("SLURM_PROCID", "SLURM_JOB_ID")
			p.run = e.getenv("SLURM_JOB_ID") + "." + step
			return p
		}
	}
	n := e.number("SLURM_ARRAY_TASK_COUNT", 1)
	if e.getenv("SLURM_ARRAY_TASK_ID") == "" || n == 1 {
		return p
	}
	return e.slurmArray(n)
}

// slurmArray reads the place of a task in an array such as 10-40:10. The tasks must be
// evenly spaced, because the environment lists no others.
func (e *environment) slurmArray(n int) part {
	const first, last, spacing = "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"
	e.need("SLURM_ARRAY_TASK_COUNT", first, last, "SLURM_ARRAY_JOB_ID")
	id, low, high := e.number("SLURM_ARRAY_TASK_ID", 0), e.number(first, 0), e.number(last, 0)
	step := max(e.number(spacing, 1), 1)
	if len(e.wrong) > 0 {
		return part{}
	}
	if i := (id - low) / step; id < low || id > high || low+(n-1)*step != high || low+i*step != id {
		e.wrong = append(e.wrong, fmt.Errorf(
			"SLURM_ARRAY_TASK_ID is %d, but the array's %d tasks from %d to %d in steps of %d are not evenly spaced: use an array such as 0-%d", id, n, low, high, step, n-1))
		return part{}
	}
	return part{machine: (id - low) / step, machines: n, run: e.getenv("SLURM_ARRAY_JOB_ID"), from: "a Slurm array"}
}

// need notes which variables are missing beside those that are set.
func (e *environment) need(variables ...string) {
	for _, v := range variables {
		if e.getenv(v) == "" {
			e.wrong = append(e.wrong, fmt.Errorf("%s is not set, but other variables of Slurm are", v))
		}
	}
}
