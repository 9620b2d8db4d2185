package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// badInput lists mistakes that people make on the command line, for every command. One
// line must name the mistake, and the exit code must be that of a usage error.
var badInput = []struct {
	line string
	want string // a part of the line
}{
	{"rnu hot-key", `unknown command "rnu": did you mean "run"?`},
	{"--verbose", "unknown flag --verbose"},
	{"--hlep", "unknown flag --hlep: did you mean --help?"},

	{"run", "run: missing SCENARIO: a path, - for stdin, or one of atomic-add, "},
	{"run hot-kye", `no such scenario: "hot-kye": did you mean "hot-key"?`},
	{"run ./none.yaml", "none.yaml: no such file or directory"},
	{"run .", "is a directory"},
	{"run hot-key storm", "one scenario, not 2: hot-key storm"},
	{"run hot-key --worker 3", "unknown flag --worker: did you mean --workers?"},
	{"run hot-key --workers", "flag needs an argument: --workers"},
	{"run hot-key -w many", `--workers many: load.workers: must be a whole number, not "many"`},
	{"run hot-key --workers 0", "load.workers: must be at least 1, not 0"},
	{"run hot-key --duration 10", "load.duration: 10 has no unit: write 10s or 10ms"},
	{"run hot-key --seed -1", "seed: must be at least 0, not -1"},
	{"run hot-key --target embeded", `target: unknown name "embeded": did you mean "embedded"?`},
	{"run hot-key --target https://example.com", "refused without --yes"},
	{"run hot-key --format josn", `unknown format "josn": did you mean "json"?`},
	{"run hot-key --set retry.polcy=none", `unknown field "retry.polcy": did you mean "retry.policy"?`},
	{"run hot-key --set retry.policy=full-jiter", `unknown name "full-jiter": did you mean "full-jitter"?`},
	{"run hot-key --set nonsense", "--set nonsense: must be path=value"},
	{"run hot-key --quiet=maybe", `--quiet: must be true or false, not "maybe"`},
	{"run --resume none", "open none/scenario.yaml: no such file"},

	{"check", "check: missing run or history file"},
	{"merge", "merge: missing DIR"},
	{"merge none --format pdf", `unknown format "pdf"`},
	{"manifest slrum hot-key --machines 2", `unknown kind "slrum": did you mean "slurm"?`},
	{"run hot-key --machine 2/2 --run a", `machine I of N, counted from 0, as in 0/4 for the first of four, not "2/2"`},
	{"run hot-key --machine 0/2 --run a --target http://127.0.0.1:1 --out x", "--out cannot be combined with --machine"},
	{"run hot-key --machine 0/2", "run: --machine needs --run ID, the same on all machines"},
	{"run hot-key --results x", "run: --results needs --machine"},
	{"run hot-key --max-cost -1", `must be a number of dollars above 0, not "-1"`},
	{"check a --format xml", `unknown format "xml" (known: text, json)`},

	{"report", "report: missing RUN"},
	{"report none", `load "none"`},
	{"report none --format pdf", `unknown format "pdf"`},

	{"compare one", "compare: missing RUN: it takes at least two"},
	{"compare a b", `compare: load "a": no such file`},
	{"compare a b --format htm", `unknown format "htm": did you mean "html"?`},

	{"runs none", `runs: no folder "none"`},
	{"runs a b", "runs: one folder, not 2"},

	{"scenarios hot_key", `no such scenario: "hot_key": did you mean "hot-key"?`},
	{"init a.yaml b.yaml", "init: one file, not 2"},
	{"init - --rate 200", "load.rate: 200 has no unit: write 200/s or 200/m"},
	{"validate", "validate: missing SCENARIO"},
	{"schema now", `schema: takes no arguments, not "now"`},
	{"metrics now", `metrics: takes no arguments, not "now"`},

	{"probe", "probe: missing URL"},
	{"probe 127.0.0.1:8000", "must be the URL of a server"},
	{"probe http://127.0.0.1:1 --workers 1", "must be from 2 to 256, not 1"},
	{"probe http://127.0.0.1:1 --operations few", `--operations: must be a whole number, not "few"`},

	{"exec-check", "exec-check: missing COMMAND"},
	{"scenarios own-counter --file x.py", `no program "x.py" comes with "own-counter"`},

	{"serve now", "serve: takes no arguments"},
	{"serve --latency 5", `--latency: must be a duration such as 250ms, 10s or 1m30s, not "5"`},
	{"serve --write-capacity -5", "must not be negative"},
	{"serve --misbehave lose-updates=5", `did you mean "lose-update"?`},
	{"clean", "clean: missing folder"},

	{"help rnu", `help: unknown command or topic "rnu": did you mean "run"?`},
	{"completion fish", `unknown shell "fish" (known: bash, zsh)`},
}

func TestBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range badInput {
		args := []string{"contend"}
		for word := range strings.FieldsSeq(c.line) {
			args = append(args, word)
		}
		var stdout, stderr strings.Builder
		code := run(args, &stdout, &stderr)
		lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
		var wrong []string
		for _, line := range lines {
			if strings.HasPrefix(line, "contend: error: ") {
				wrong = append(wrong, line)
			}
		}
		switch {
		case code != exitUsage:
			t.Errorf("%s: exit code %d: %s", c.line, code, stderr.String())
		case len(wrong) != 1 || !strings.Contains(wrong[0], c.want):
			t.Errorf("%s: want one line with %q, got\n%s", c.line, c.want, stderr.String())
		case len(lines) > 3 || stdout.Len() > 0:
			t.Errorf("%s: too much:\n%s%s", c.line, stdout.String(), stderr.String())
		}
	}
	if left, err := filepath.Glob("*"); err != nil || len(left) > 0 {
		t.Errorf("files were left: %q (%v)", left, err)
	}
	if _, err := os.Stat("runs"); err == nil {
		t.Error("a folder of runs was made")
	}
}
