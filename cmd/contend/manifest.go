package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/suggest"
	"contend/report/manifest"
	"contend/workload/plan"
	"contend/workload/rendezvous"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

func (p *program) manifestCommand() *cli.Command {
	return &cli.Command{
		Name:      "manifest",
		Usage:     "print a job file that runs a scenario on several machines",
		UsageText: "contend manifest kubernetes|slurm|nomad SCENARIO --machines N [flags]",
		Description: "The job starts N machines (pods, tasks or allocations) that carry out one run against one target. The load of the\n" +
			"scenario is divided among them. \"contend merge\" turns their results into one report with one verdict. The job contains\n" +
			"the whole scenario, with all flags applied. \"contend help jobs\" says more.\n\n" +
			"A target that is not this machine needs consent: the job contains --yes only if --yes is given here.\n\n" +
			"   contend manifest slurm hot-key --machines 4 --target aws --yes > job.sh\n" +
			"   contend manifest kubernetes hot-key --machines 4 --image IMAGE --yes\n" +
			"   contend manifest nomad mine.yaml --machines 4 --image IMAGE --run first",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "machines", DefaultText: noDefault, Usage: "run on `N` machines; required"},
			&cli.StringFlag{Name: "target", Usage: "aws, or the `URL` of a DynamoDB-compatible server that all machines can reach (default: the scenario's, or aws if that is embedded)"},
			&cli.StringFlag{Name: "workers", Aliases: []string{"w"}, Usage: "use `N` workers in total, on all machines together (default: the scenario's)"},
			&cli.StringFlag{Name: "duration", Aliases: []string{"d"}, Usage: "run for `D`, such as 30s, instead of the scenario's duration or operations"},
			&cli.StringFlag{Name: "operations", Aliases: []string{"n"}, Usage: "carry out exactly `N` operations, instead of the scenario's duration or operations"},
			&cli.StringFlag{Name: "seed", Usage: "use the seed `N` for everything random (default: the scenario's)"},
			setFlag(),
			&cli.StringFlag{Name: "run", Usage: "the `ID` of the run, different for each run (default: made of the name and the time; for Slurm, of the name and the job's number)"},
			&cli.StringFlag{Name: "results", Usage: "write the files to `PLACE`. Slurm: a folder that all nodes share (default: runs); Kubernetes: an existing PersistentVolumeClaim (default: a new one); Nomad: a host volume (default: contend-results)"},
			&cli.StringFlag{Name: "image", Usage: "Kubernetes, Nomad: the container `IMAGE`, whose entry point must be contend (default: contend, as built by \"make image\")"},
			&cli.StringFlag{Name: "namespace", Usage: "Kubernetes, Nomad: run in the namespace `NAME` (default: the engine's default)"},
			&cli.StringFlag{Name: "service-account", Usage: "Kubernetes: run as the service account `NAME`, such as one with an IAM role (default: the namespace's)"},
			&cli.IntFlag{Name: "tasks-per-node", DefaultText: "Slurm decides", Usage: "Slurm: start at most `N` of the machines on one node"},
			&cli.DurationFlag{Name: "join-timeout", Value: 5 * time.Minute, Usage: "each machine waits up to `D` for the others"},
			&cli.DurationFlag{Name: "deadline", DefaultText: "duration + join timeout + 15m", Usage: "Kubernetes, Slurm: the engine ends the job after `D`"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow load on a target that is not this machine, such as aws, which costs money"},
		},
		Action: p.manifest,
	}
}

func (p *program) manifest(c *cli.Context) error {
	kinds := kindNames()
	switch c.Args().Len() {
	case 0, 1:
		return usage(fmt.Errorf("manifest: missing %s", []string{"KIND and SCENARIO", "SCENARIO"}[c.Args().Len()]), "KIND is one of "+strings.Join(kinds, ", "))
	case 2:
	default:
		return usage(fmt.Errorf("manifest: one kind and one scenario, not %d arguments", c.Args().Len()), "")
	}
	name, file := c.Args().Get(0), c.Args().Get(1)
	var mistakes []error
	known := slices.Contains(kinds, name)
	if !known {
		mistakes = append(mistakes, fmt.Errorf("unknown kind %q%s", name, suggest.Hint(name, kinds)))
	}
	plan, chosen, err := planForJob(c, file)
	if err != nil {
		return errors.Join(usages("manifest", append(mistakes, flagMistakes(c)...)), err)
	}
	mistakes = append(mistakes, flagMistakes(c)...)
	mistakes = append(mistakes, cannotShare(plan, c.Int("machines"))...)
	job := jobOf(c, manifest.Kind(name), plan)
	var text strings.Builder
	if err := manifest.Write(&text, manifest.Kind(name), job); err != nil && known {
		mistakes = append(mistakes, trial.Parts(err)...)
	}
	if len(mistakes) > 0 {
		return usages("manifest", mistakes)
	}
	if chosen {
		fmt.Fprintln(p.stderr, "contend: the target is aws, because several machines cannot share an embedded server: --target names another store")
	}
	if !c.IsSet("image") && job.Image != "" {
		fmt.Fprintf(p.stderr, "contend: the image is %q, the name that \"make image\" gives: --image names one that all nodes can pull\n", job.Image)
	}
	p.remark(manifest.Kind(name), &plan.Variants[0].Scenario, job.Consent)
	_, err = fmt.Fprint(p.stdout, text.String())
	return err
}

// planForJob loads the scenario's plan with all flags applied. A scenario for the embedded
// server gets the target aws unless a flag names one; chosen is true then.
func planForJob(c *cli.Context, name string) (p *plan.Plan, chosen bool, err error) {
	overrides, err := flagOverrides(c)
	if err != nil {
		return nil, false, err
	}
	file, text, err := readScenario(name)
	if err != nil {
		return nil, false, err
	}
	p, err = plan.Decode(file, text, overrides...)
	named := slices.ContainsFunc(overrides, func(o scenario.Override) bool { return o.Path == "target" })
	if err == nil && !named && p.Variants[0].Scenario.Target == scenario.TargetEmbedded {
		overrides = append(overrides, scenario.Override{Source: "contend manifest", Path: "target", Value: scenario.TargetAWS})
		p, err = plan.Decode(file, text, overrides...)
		chosen = true
	}
	return p, chosen, withHint(err, scenarioHint(err))
}

// usualImage is the name that "make image" gives.
const usualImage = "contend"

// flagMistakes are what is wrong with flags that no engine has to do with.
func flagMistakes(c *cli.Context) (all []error) {
	switch n := c.Int("machines"); {
	case !c.IsSet("machines"):
		all = append(all, errors.New("--machines is missing: give the number of machines"))
	case n < 1 || n > rendezvous.MaxMachines:
		all = append(all, fmt.Errorf("--machines: must be from 1 to %d, not %d", rendezvous.MaxMachines, n))
	}
	if run := c.String("run"); run != "" && !runID().MatchString(run) {
		all = append(all, fmt.Errorf("--run: must be %s, not %q", runIDRule, run))
	}
	if c.Duration("join-timeout") <= 0 {
		all = append(all, errors.New("--join-timeout: must be above 0"))
	}
	return all
}

// cannotShare are the reasons why several machines cannot make the run of a plan together.
func cannotShare(p *plan.Plan, machines int) (all []error) {
	if !p.Single() {
		all = append(all, errors.New("a campaign cannot run on several machines: start each of its runs separately"))
	}
	var m trial.Machine
	m.Machines = machines
	return append(all, trial.Parts(trial.CheckMachine(&p.Variants[0].Scenario, m))...)
}

// jobOf is the job of a plan with a single run.
func jobOf(c *cli.Context, kind manifest.Kind, p *plan.Plan) manifest.Job {
	s := &p.Variants[0].Scenario
	run := c.String("run")
	if kind != manifest.Slurm {
		run = cmp.Or(run, s.Name[:min(len(s.Name), longestInRun)]+"-"+time.Now().UTC().Format("20060102-150405"))
	}
	image := c.String("image")
	if kind == manifest.Kubernetes || kind == manifest.Nomad {
		image = cmp.Or(image, usualImage)
	}
	return manifest.Job{
		Scenario: s.Name, Text: p.Text, Run: run,
		Machines: max(c.Int("machines"), 1), Workers: s.Load.Workers,
		Length: s.Load.Duration, JoinTimeout: c.Duration("join-timeout"), Deadline: c.Duration("deadline"),
		Consent: c.Bool("yes"), AWS: s.Target == scenario.TargetAWS,
		Results: c.String("results"), Image: image, Namespace: c.String("namespace"),
		ServiceAccount: c.String("service-account"), TasksPerNode: c.Int("tasks-per-node"),
	}
}

// longestInRun is how much of a scenario's name an ID of a run has beside the time.
const longestInRun = 40

// remark says what will hinder the job although the manifest is right.
func (p *program) remark(kind manifest.Kind, s *scenario.Scenario, consent bool) {
	if s.HasServer() {
		return
	}
	here := false
	if u, err := url.Parse(s.Target); err == nil && s.Target != scenario.TargetAWS {
		here = store.IsLoopbackHost(u.Hostname())
	}
	switch {
	case here && kind != manifest.Slurm:
		fmt.Fprintf(p.stderr, "contend: warning: %s is another server for each machine: in a container it is the container itself\n", s.Target)
	case !here && !consent:
		fmt.Fprintf(p.stderr, "contend: warning: the job has no consent to put load on %s, and each machine will refuse to: --yes gives it\n", s.Target)
	}
}

func kindNames() (names []string) {
	for _, kind := range manifest.Kinds() {
		names = append(names, string(kind))
	}
	return names
}
