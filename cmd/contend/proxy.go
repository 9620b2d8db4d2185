package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/folder"
	"contend/workload/check"
	"contend/workload/proxy"
	"contend/workload/proxy/watching"
	"contend/workload/store"
)

func (p *program) proxyCommand() *cli.Command {
	return &cli.Command{
		Name:      "proxy",
		Usage:     "stand between an unchanged program and its store: inject faults, record, judge",
		UsageText: "contend proxy --upstream embedded|URL|aws --watch TABLE/KEY:ATTRIBUTE [flags]",
		Description: "The program sends its requests to the proxy, by AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9000, and the proxy passes\n" +
			"them on. It sees what each does to the watched attributes. Ctrl-C or SIGTERM ends it: it reads the final values,\n" +
			"judges, prints the verdict, and leaves a history that \"contend check\" judges again.\n\n" +
			"\"contend help proxying\" explains patterns, faults and what is judged.\n\n" +
			"Exit codes: 0 pass, 1 error, 2 usage, 3 a check failed, 4 inconclusive.\n\n" +
			"   contend proxy --upstream http://127.0.0.1:8000 --watch 'visits/*:hits'\n" +
			"   contend proxy --upstream embedded --watch 'shop/*:sold' --faults lost.yaml",
		Flags:  proxyFlags(),
		Action: p.proxy,
	}
}

func proxyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "upstream", Usage: "pass requests to `embedded|URL|aws`"},
		&cli.StringSliceFlag{Name: "watch", Usage: "watch the number `TABLE/KEY:ATTRIBUTE`; * in KEY stands for any text; repeatable"},
		&cli.StringFlag{Name: "listen", Value: "127.0.0.1:9000", Usage: "serve HTTP on `ADDRESS`; port 0 takes a free one, \"\" serves none"},
		&cli.StringFlag{Name: "listen-tls", Usage: "serve HTTPS on `ADDRESS` too, with a certificate of its own"},
		&cli.StringFlag{Name: "faults", Usage: "inject the faults of `FILE`: the field faults of a scenario, with table and key"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`N` is the seed of the faults"},
		&cli.BoolFlag{Name: "dry", DisableDefaultText: true, Usage: "inject no faults, and say which requests they would have hit"},
		&cli.Int64Flag{Name: "expect", DefaultText: "none", Usage: "the program changes all watched numbers by `N` together"},
		&cli.StringFlag{Name: "acknowledged", Usage: "`FILE` is the program's own log: a JSON object for each operation"},
		&cli.Int64Flag{Name: "floor", DefaultText: "none", Usage: "`N` is the least value that a change may leave"},
		&cli.StringFlag{Name: "out", DefaultText: "runs/proxy-TIME", Usage: "write the files into `DIR`"},
		&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "consent to an upstream that is not this machine, and to clients that are not"},
		formatFlag("proxy"),
	}
}

func (p *program) proxy(c *cli.Context) (err error) {
	config, err := p.proxyConfig(c)
	if err != nil {
		return err
	}
	interrupts := catchInterrupts(c.Context, p.sayInterrupted)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	place, err := p.openUpstream(interrupts.setup, c, config)
	if err != nil {
		return err
	}
	started := time.Now()
	lock, err := folder.Create(c.String("out"), "proxy", started)
	if err != nil {
		return withHint(fmt.Errorf("proxy: %w", err), "--out DIR names another folder")
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	config.Folder, config.Tool = lock.Folder, "contend "+version()
	config.OnStart = func(endpoints []string, certificate string) { p.announce(endpoints, certificate, place) }
	outcome, err := watching.Run(interrupts.ctx, interrupts.stop, *config)
	if err != nil {
		return explainListening(err)
	}
	return p.tellProxied(c, lock.Folder, place, config, outcome)
}

// announce says where the proxy listens.
func (p *program) announce(endpoints []string, certificate, place string) {
	for _, endpoint := range endpoints {
		fmt.Fprintf(p.stderr, "proxy on %s, in front of %s (Ctrl-C judges)\n", endpoint, place)
	}
	if certificate == "" {
		return
	}
	text, err := os.ReadFile(certificate)
	if err != nil {
		fmt.Fprintf(p.stderr, "contend: %v\n", err)
		return
	}
	fmt.Fprintf(p.stderr, "clients must trust its certificate, %s (AWS_CA_BUNDLE):\n%s", certificate, text)
}

// tellProxied saves and prints the judgement of a session.
func (p *program) tellProxied(c *cli.Context, dir, place string, config *watching.Config, o *watching.Outcome) error {
	proxied := &report.Proxied{
		Upstream: place, StartedAt: o.Began.UTC(), ElapsedS: o.Elapsed.Seconds(), Seed: config.Seed, Dry: config.Dry, Summary: o.Summary,
	}
	for _, pattern := range config.Watch {
		proxied.Watch = append(proxied.Watch, pattern.String())
	}
	j := report.NewProxied(o.History, o.Examination, proxied)
	drawn := p.drawInto(filepath.Join(dir, report.PictureFile), o.History, o.Examination)
	saved := folder.SaveJudgement(dir, j, drawn == nil && len(o.Examination.Findings.Violations) > 0)
	printed := p.printJudgement(c.String("format"), j)
	fmt.Fprintf(p.stderr, "contend: files are in %s\n", dir)
	if j.Verdict.Status != check.Pass {
		return errors.Join(&judged{j.Verdict.Status}, printed, drawn, saved)
	}
	return errors.Join(printed, drawn, saved)
}

// openUpstream opens the way to the store, and returns where it is, for people.
func (p *program) openUpstream(ctx context.Context, c *cli.Context, config *watching.Config) (place string, err error) {
	allowed := store.Consent(c.Bool("yes"))
	if err := refuseListening(c, allowed); err != nil {
		return "", err
	}
	if config.Upstream.Handler != nil {
		return "the embedded server", nil
	}
	target := c.String("upstream")
	way, err := store.OpenWay(ctx, target, store.Options{Consent: allowed, Dial: p.dial})
	if err != nil {
		return "", explain(err, target)
	}
	if way.NeedsConsent() {
		fmt.Fprintf(p.stderr, "contend: this proxy passes on every request of its clients to %s, signed with your credentials, and reads each watched item twice\n", way.Place())
		if err := way.Refuse(allowed); err != nil {
			return "", hinting(err, target)
		}
	}
	to, err := url.Parse(way.Endpoint)
	if err != nil {
		return "", fmt.Errorf("proxy: upstream: %w", err)
	}
	config.Upstream = proxy.Upstream{URL: to, Transport: way.Transport, Credentials: way.Credentials, Region: way.Region}
	return way.Place(), nil
}
