package main

import (
	"strings"
	"testing"
)

// TestMachineOf: a process finds its part of a run by flags or by the environment of its
// engine, and a setting that is only half given is refused by name.
func TestMachineOf(t *testing.T) {
	const (
		pod    = "JOB_COMPLETION_INDEX=2 "
		alloc  = "NOMAD_ALLOC_INDEX=1 "
		given  = "CONTEND_MACHINES=4 CONTEND_RUN=first "
		script = "SLURM_JOB_ID=7 SLURM_NTASKS=4 SLURM_PROCID=0 " // what a batch script sees
		step   = "SLURM_JOB_ID=7 SLURM_NTASKS=4 SLURM_PROCID=3 SLURM_STEP_ID=1 "
		array  = "SLURM_ARRAY_JOB_ID=9 SLURM_ARRAY_TASK_COUNT=4 SLURM_JOB_ID=11 "
		evenly = array + "SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=40 SLURM_ARRAY_TASK_STEP=10 "
	)
	alone := part{}
	for _, c := range []struct {
		flag, run, environment string
		want                   part
	}{
		{"", "", "", alone},
		{"1/4", "x", "", part{machine: 1, machines: 4, run: "x", from: "--machine"}},
		{"0/1", "", "", alone},
		{"0/1", "x", "", part{machines: 1, run: "x", from: "--machine"}},
		{"1/4", "", "CONTEND_RUN=first", part{machine: 1, machines: 4, run: "first", from: "--machine"}},
		{"0/1", "", evenly + "SLURM_ARRAY_TASK_ID=10", alone},
		{"1/3", "x", pod + given, part{machine: 1, machines: 3, run: "x", from: "--machine"}},
		{"1/3", "x", "CONTEND_MACHINES=zero JOB_COMPLETION_INDEX=-1", part{machine: 1, machines: 3, run: "x", from: "--machine"}},

		{"", "", pod + given, part{machine: 2, machines: 4, run: "first", from: "JOB_COMPLETION_INDEX"}},
		{"", "other", pod + given, part{machine: 2, machines: 4, run: "other", from: "JOB_COMPLETION_INDEX"}},
		{"", "x", pod + "CONTEND_MACHINES=4", part{machine: 2, machines: 4, run: "x", from: "JOB_COMPLETION_INDEX"}},
		{"", "", pod, part{note: "JOB_COMPLETION_INDEX is set, but CONTEND_MACHINES is not: this process makes the whole run alone"}},
		{"", "", "CONTEND_MACHINES=1 CONTEND_RUN=x JOB_COMPLETION_INDEX=0", part{machines: 1, run: "x", from: "JOB_COMPLETION_INDEX"}},
		{"", "", alloc + given, part{machine: 1, machines: 4, run: "first", from: "NOMAD_ALLOC_INDEX"}},
		{"", "", alloc, part{note: "NOMAD_ALLOC_INDEX is set, but CONTEND_MACHINES is not: this process makes the whole run alone"}},

		{"", "", step, part{machine: 3, machines: 4, run: "7.1", from: "a Slurm step"}},
		{"", "", step + "SLURM_STEP_NUM_TASKS=5", part{machine: 3, machines: 5, run: "7.1", from: "a Slurm step"}},
		{"", "x", step, part{machine: 3, machines: 4, run: "x", from: "a Slurm step"}},
		{"", "", step + "CONTEND_RUN=first", part{machine: 3, machines: 4, run: "first", from: "a Slurm step"}},
		{"", "", step + "CONTEND_MACHINES=4", part{machine: 3, machines: 4, run: "7.1", from: "a Slurm step"}},
		{"", "", script, alone},
		{"", "", "SLURM_JOB_ID=7 SLURM_NTASKS=1 SLURM_PROCID=0 SLURM_STEP_ID=0 CONTEND_MACHINES=1", part{machines: 1, run: "7.0", from: "a Slurm step"}},
		{"", "", "SLURM_JOB_ID=7 SLURM_NTASKS=1 SLURM_PROCID=0 SLURM_STEP_ID=0", alone},
		{"", "", evenly + "SLURM_ARRAY_TASK_ID=30", part{machine: 2, machines: 4, run: "9", from: "a Slurm array"}},
		{"", "", array + "SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_ID=3", part{machine: 3, machines: 4, run: "9", from: "a Slurm array"}},
		{"", "", evenly + "SLURM_ARRAY_TASK_ID=30 SLURM_NTASKS=1 SLURM_PROCID=0 SLURM_STEP_ID=0", part{machine: 2, machines: 4, run: "9", from: "a Slurm array"}},
		{"", "", evenly + "SLURM_ARRAY_TASK_ID=30 SLURM_NTASKS=4 SLURM_PROCID=1 SLURM_STEP_ID=0", part{machine: 1, machines: 4, run: "11.0", from: "a Slurm step"}},
		{"", "", "SLURM_ARRAY_JOB_ID=9 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_ID=5", alone},
	} {
		got, err := machineOf(c.flag, c.run, environ(c.environment))
		if err != nil || got != c.want {
			t.Errorf("--machine %q, --run %q, %q: got %+v, %v, want %+v", c.flag, c.run, c.environment, got, err, c.want)
		}
	}
	for _, c := range []struct {
		flag, run, environment string
		want                   string
	}{
		{"4/4", "x", "", `--machine: must be I/N, machine I of N, counted from 0, as in 0/4 for the first of four, not "4/4"`},
		{"-1/4", "x", "", `not "-1/4"`},
		{"1", "x", "", `not "1"`},
		{"1/4/2", "x", "", `not "1/4/2"`},
		{"0/257", "x", "", `not "0/257"`},
		{"1/4", "", "", "--machine needs --run ID, the same on all machines"},
		{"1/4", "", step, "--machine needs --run ID, the same on all machines"},
		{"1/4", "a/b", "", `--run: must be letters, digits, dots, dashes and underscores, at most 64, the first a letter or digit, not "a/b"`},
		{"1/4", "..", "", `not ".."`},
		{"1/4", strings.Repeat("a", 65), "", "at most 64"},
		{"", "x", "", `--run is "x", but nothing says which machine this is`},
		{"", "x", pod, `--run is "x", but nothing says which machine this is`},
		{"", "", "CONTEND_RUN=x", `CONTEND_RUN is "x", but nothing says which machine this is`},
		{"", "", pod + "CONTEND_RUN=x", `CONTEND_RUN is "x", but nothing says which machine this is`},
		{"", "", "CONTEND_MACHINES=4", "CONTEND_MACHINES is 4, but nothing says which machine this is"},
		{"", "", given, "CONTEND_MACHINES is 4, but nothing says which machine this is"},
		{"", "", pod + "CONTEND_MACHINES=4", "this is machine 2 of 4 by JOB_COMPLETION_INDEX, but CONTEND_RUN is not set"},
		{"", "", pod + "CONTEND_MACHINES=2 CONTEND_RUN=x", "JOB_COMPLETION_INDEX is 2, but there are 2 machines, counted from 0"},
		{"", "", pod + "CONTEND_MACHINES=many CONTEND_RUN=x", `CONTEND_MACHINES: must be a whole number, at least 1, not "many"`},
		{"", "", "CONTEND_MACHINES=0 CONTEND_RUN=x JOB_COMPLETION_INDEX=-1", "CONTEND_MACHINES: must be a whole number, at least 1, not \"0\""},
		{"", "", "CONTEND_MACHINES=4 CONTEND_RUN=x JOB_COMPLETION_INDEX=-1", `JOB_COMPLETION_INDEX: must be a whole number, at least 0, not "-1"`},
		{"", "", "JOB_COMPLETION_INDEX=0 CONTEND_MACHINES=4 CONTEND_RUN=../x", `CONTEND_RUN: must be letters`},
		{"", "", pod + alloc + given, "both JOB_COMPLETION_INDEX and NOMAD_ALLOC_INDEX are set: unset the one that does not number the machines"},
		{"", "", step + "CONTEND_MACHINES=5", "CONTEND_MACHINES is 5, but a Slurm step has 4 tasks"},
		{"", "", "SLURM_JOB_ID=7 SLURM_NTASKS=300 SLURM_PROCID=0 SLURM_STEP_ID=0", "a Slurm step has 300 tasks, but at most 256 machines can make one run"},
		{"", "", "JOB_COMPLETION_INDEX=0 CONTEND_MACHINES=257 CONTEND_RUN=x", "CONTEND_MACHINES is 257, but at most 256 machines can make one run"},
		{"", "", script + "CONTEND_MACHINES=4", "CONTEND_MACHINES is 4, but nothing says which machine this is"},
		{"", "", "SLURM_JOB_ID=7 SLURM_NTASKS=4 SLURM_STEP_ID=0", "SLURM_PROCID is not set, but other variables of Slurm are"},
		{"", "", "SLURM_NTASKS=4 SLURM_PROCID=0 SLURM_STEP_ID=0", "SLURM_JOB_ID is not set, but other variables of Slurm are"},
		{"", "", "SLURM_NTASKS=x SLURM_PROCID=0 SLURM_STEP_ID=0", `SLURM_NTASKS: must be a whole number, at least 1, not "x"`},
		{"", "", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT is not set, but other variables of Slurm are"},
		{"", "", array + "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_MIN is not set, but other variables of Slurm are"},
		{"", "", array + "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7", "the array's 4 tasks from 1 to 7 in steps of 1 are not evenly spaced: use an array such as 0-3"},
		{"", "", evenly + "SLURM_ARRAY_TASK_ID=35", "SLURM_ARRAY_TASK_ID is 35"},
		{"", "", evenly + "SLURM_ARRAY_TASK_ID=50", "SLURM_ARRAY_TASK_ID is 50"},
	} {
		got, err := machineOf(c.flag, c.run, environ(c.environment))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("--machine %q, --run %q, %q: got %+v, %v, want the error %q", c.flag, c.run, c.environment, got, err, c.want)
		}
	}
}

// environ reads variables from words such as A=1.
func environ(words string) func(string) string {
	return func(variable string) string {
		for word := range strings.FieldsSeq(words) {
			if value, ok := strings.CutPrefix(word, variable+"="); ok {
				return value
			}
		}
		return ""
	}
}
