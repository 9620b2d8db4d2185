package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/urfave/cli/v2"

	"contend/internal/format"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// scenarioFile is the file that "contend init" writes if none is named.
const scenarioFile = "scenario.yaml"

func (p *program) initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write a commented scenario of your own after three questions",
		UsageText: "contend init [FILE] [flags]",
		Description: "It asks what is counted, how, and what must hold. A flag answers a question in advance. If stdin is not a terminal,\n" +
			"nothing is asked. FILE is " + scenarioFile + " by default, and - is stdout; an existing file is never changed. To choose the\n" +
			"design, the retry policy and faults, edit the file (\"contend help scenario\").\n\n" +
			"   contend init\n" +
			"   contend init ci.yaml --rate 200/s --threshold \"p99 < 50ms\"",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "table", Usage: "count in the existing table `NAME`"},
			&cli.StringFlag{Name: "attribute", Usage: "count in the attribute `NAME` of items that another program owns"},
			&cli.StringFlag{Name: "workers", Usage: "use `N` workers, each of which carries out one operation after another"},
			&cli.StringFlag{Name: "rate", Usage: "operations arrive at `RATE`, such as 200/s"},
			&cli.StringSliceFlag{Name: "threshold", Usage: "require `LIMIT`, such as \"p99 < 50ms\"; repeatable"},
		},
		Action: p.init,
	}
}

// wishes are the answers from which a scenario is written.
type wishes struct {
	Name, Table, Attribute string
	Workers, Rate          string
	Thresholds             []string
}

func (p *program) init(c *cli.Context) error {
	if c.Args().Len() > 1 {
		return usage(fmt.Errorf("init: one file, not %d", c.Args().Len()), "")
	}
	file := cmp.Or(c.Args().First(), scenarioFile)
	if _, err := os.Stat(file); err == nil {
		return usage(fmt.Errorf("init: %q exists already", file), "name another file, or delete it")
	}
	w := wishes{
		Name:  nameFor(file),
		Table: c.String("table"), Attribute: c.String("attribute"),
		Workers: c.String("workers"), Rate: c.String("rate"),
		Thresholds: c.StringSlice("threshold"),
	}
	if w.Workers != "" && w.Rate != "" {
		return usage(errors.New("init: --workers and --rate: give one of them"), "a worker waits for its last operation; arrivals at a rate do not")
	}
	if isTerminal(os.Stdin) && isTerminal(p.stderr) {
		if err := ask(bufio.NewReader(os.Stdin), p.stderr, c, &w); err != nil {
			return err
		}
	}
	text, err := w.scenario()
	if err != nil {
		return usage(fmt.Errorf("init: %w", err), `"contend help scenario" has all fields, "contend help thresholds" what can be limited`)
	}
	return p.writeScenario(file, text)
}

// nameFor is the name of the scenario in a file.
func nameFor(file string) string {
	base := strings.ToLower(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, base)
	return cmp.Or(strings.Trim(name, "-"), "scenario")
}

func (p *program) writeScenario(file string, text []byte) error {
	if file == "-" {
		_, err := p.stdout.Write(text)
		return err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usage(fmt.Errorf("init: %q exists already", file), "name another file, or delete it")
	}
	if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	_, err = out.Write(text)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("init: %w", err)
	}
	fmt.Fprintf(p.stderr, "contend: wrote %s; run it with: contend run %s\n", file, file)
	return nil
}

// question is one of the questions that init asks.
type question struct {
	text string
	take func(*wishes, string) // the answer; "" means the default that the question shows
}

func questions(c *cli.Context) []question {
	var all []question
	if !c.IsSet("table") && !c.IsSet("attribute") {
		all = append(all, question{
			"What is counted? TABLE or TABLE/ATTRIBUTE of items that exist [a new counter in a new table]: ",
			func(w *wishes, answer string) { w.Table, w.Attribute, _ = strings.Cut(answer, "/") },
		})
	}
	if !c.IsSet("workers") && !c.IsSet("rate") {
		all = append(all, question{"How? A number of workers, or a rate such as 200/s [32]: ", func(w *wishes, answer string) {
			w.Workers, w.Rate = answer, ""
			if strings.Contains(answer, "/") {
				w.Workers, w.Rate = "", answer
			}
		}})
	}
	if !c.IsSet("threshold") {
		all = append(all, question{"What must hold? Limits such as p99 < 50ms, with commas between [exactly_once == pass]: ", func(w *wishes, answer string) {
			w.Thresholds = nil
			for limit := range strings.SplitSeq(answer, ",") {
				if limit = strings.TrimSpace(limit); limit != "" {
					w.Thresholds = append(w.Thresholds, limit)
				}
			}
		}})
	}
	return all
}

// ask asks until each answer makes a valid scenario.
func ask(in *bufio.Reader, out io.Writer, c *cli.Context, w *wishes) error {
	for _, q := range questions(c) {
		for {
			fmt.Fprint(out, q.text)
			answer, err := in.ReadString('\n')
			if err != nil {
				return usage(errors.New("init: the input ended before the last answer"), "flags answer the questions, too: contend init --help")
			}
			q.take(w, strings.TrimSpace(answer))
			if _, err = w.scenario(); err == nil {
				break
			}
			fmt.Fprintf(out, "%s\n", format.OneLine(err.Error()))
		}
	}
	return nil
}

// written is the text of the scenario's template. Values that come from the user are
// quoted.
const written = `# yaml-language-server: $schema=contend.schema.json
#
# Run it:       contend run {{.Name}}.yaml
# Check it:     contend validate {{.Name}}.yaml
# All fields:   contend help scenario
# In editors:   contend schema > contend.schema.json
name: {{.Name}}
description: {{if .Rate}}Operations that arrive at {{.Rate}}{{else}}{{.Workers}} workers{{end}} on one counter.
seed: 1                  # drives everything random: the same seed, the same choices

# The store: embedded (a server inside contend), aws, or a URL such as
# http://127.0.0.1:8000. Targets that are not this machine need --yes.
target: embedded
{{- if .Table}}
table: {{printf "%q" .Table}}  # it must exist on the target, with the key "id"; the embedded server makes it
{{- end}}
counters: { count: 1{{if .Attribute}}, attribute: {{printf "%q" .Attribute}}{{end}} }

# The counter design and what a worker does after a conflict: contend help designs,
# contend help policies. To compare some: --set 'strategy=[conditional,atomic-add]'
strategy: conditional
retry:
  policy: full-jitter
  base: 5ms
  cap: 1s

# A closed loop has workers that wait for their answers; an open loop has a rate,
# and latency counts from when an operation was due.
load: { {{if .Rate}}rate: {{.Rate}}, {{end}}workers: {{.Workers}}, duration: 10s }
operations: { increment: 1 }

# What the embedded server is like: about DynamoDB, which sustains 1000 write units
# a second for one key.
embedded: { latency: { mean: 4ms, sd: 1ms }, write_capacity: 1000, read_capacity: 3000 }

# What must hold. contend run exits with 5 if a threshold is missed, 3 if the count
# is wrong: contend help thresholds, contend help exit-codes
thresholds:
{{- range .Thresholds}}
  - {{printf "%q" .}}
{{- end}}
`

// scenario is the scenario's text, or what is wrong with the wishes.
func (w wishes) scenario() ([]byte, error) {
	w.Workers = cmp.Or(w.Workers, "32")
	if len(w.Thresholds) == 0 {
		w.Thresholds = []string{"exactly_once == pass"}
	}
	var text strings.Builder
	if err := template.Must(template.New("scenario").Parse(written)).Execute(&text, w); err != nil {
		return nil, err
	}
	_, err := plan.Decode("", []byte(text.String()))
	var wrong *scenario.Error
	if errors.As(err, &wrong) {
		return nil, errors.New(wrong.Problems[0].Message)
	}
	return []byte(text.String()), err
}
