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
		Usage:     "put a proxy between an unmodified program and DynamoDB: inject faults, record, judge",
		UsageText: "contend proxy --upstream embedded|URL|aws --watch TABLE/KEY:ATTRIBUTE [flags]",
		Description: "Point the program at the proxy with AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9000. The proxy forwards its requests to\n" +
			"the server named by --upstream, and records what each of them does to the watched attributes. Ctrl-C or SIGTERM ends the\n" +
			"recording: the proxy reads the final values, judges them, prints the verdict, and writes a history that \"contend check\"\n" +
			"can judge again.\n\n" +
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
		&cli.StringFlag{Name: "upstream", Usage: "forward requests to `embedded|URL|aws`; required"},
		&cli.StringSliceFlag{Name: "watch", Usage: "watch the number in `TABLE/KEY:ATTRIBUTE`; * in KEY matches any text; repeatable, and required"},
		&cli.StringFlag{Name: "listen", Value: "127.0.0.1:9000", Usage: "serve HTTP on `ADDRESS`; port 0 chooses a free port, \"\" turns HTTP off"},
		&cli.StringFlag{Name: "listen-tls", Usage: "also serve HTTPS on `ADDRESS`, with a self-signed certificate"},
		&cli.StringFlag{Name: "faults", Usage: "inject the faults listed in `FILE`, in the format of a scenario's field faults, with table and key"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "use the seed `N` for the faults"},
		&cli.BoolFlag{Name: "dry", DisableDefaultText: true, Usage: "inject no faults, but report which requests they would have hit"},
		&cli.Int64Flag{Name: "expect", DefaultText: noDefault, Usage: "the sum of all changes that the program is meant to make is `N`"},
		&cli.StringFlag{Name: "acknowledged", Usage: "read the program's own log from `FILE`, one JSON object for each operation"},
		&cli.Int64Flag{Name: "floor", DefaultText: noDefault, Usage: "fail if a change leaves a value below `N`"},
		&cli.StringFlag{Name: "out", DefaultText: "runs/proxy-TIME", Usage: "write the files to `DIR`"},
		&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow an upstream, and clients, that are not this machine"},
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
	defer setGarbage(proxyGarbage)()
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
