package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/urfave/cli/v2"

	"contend/internal/embedded"
	"contend/workload/history"
	"contend/workload/proxy"
	"contend/workload/proxy/observe"
	"contend/workload/proxy/watching"
	"contend/workload/scenario"
	"contend/workload/store"
)

// proxyConfig reads the flags. It reports all mistakes in them at once.
func (p *program) proxyConfig(c *cli.Context) (*watching.Config, error) {
	if err := noArguments(c); err != nil {
		return nil, err
	}
	if _, err := chosen(c, "format", formats("proxy")...); err != nil {
		return nil, err
	}
	config := &watching.Config{Seed: c.Uint64("seed"), Dry: c.Bool("dry"), Listen: c.String("listen"), ListenTLS: c.String("listen-tls")}
	wrong := []error{readUpstream(c, config), readWatch(c, config), readListening(config), readFaults(c, config), readClaims(c, config)}
	if c.IsSet("floor") {
		floor := c.Int64("floor")
		config.Floor = &floor
	}
	return config, errors.Join(wrong...)
}

func readUpstream(c *cli.Context, config *watching.Config) error {
	target := c.String("upstream")
	switch {
	case target == "":
		return usage(errors.New("proxy: --upstream is missing"), "--upstream embedded, http://127.0.0.1:8000 or aws")
	case target == scenario.TargetEmbedded:
		config.Upstream = proxy.Upstream{Handler: embedded.New(embedded.Config{})}
		return nil
	case target == scenario.TargetSimulated:
		return usage(errors.New("proxy: --upstream simulated: a program cannot run in simulated time"), "--upstream embedded is the same server in real time")
	}
	if _, err := loadScenario("atomic-add", []scenario.Override{{Source: "--upstream", Path: "target", Value: target}}); err != nil {
		return usage(errors.New("proxy: --upstream: must be embedded, aws, or a URL with neither user, query nor fragment"), "as in --upstream http://127.0.0.1:8000")
	}
	return nil
}

func readWatch(c *cli.Context, config *watching.Config) error {
	texts := c.StringSlice("watch")
	if len(texts) == 0 {
		return usage(errors.New("proxy: --watch is missing"), "as in --watch 'visits/*:hits'")
	}
	var wrong []error
	for _, text := range texts {
		pattern, err := observe.ParsePattern(text)
		if err != nil {
			wrong = append(wrong, usage(fmt.Errorf("proxy: --watch: %w", err), ""))
			continue
		}
		config.Watch = append(config.Watch, pattern)
	}
	return errors.Join(wrong...)
}

func readListening(config *watching.Config) error {
	var wrong []error
	if config.Listen == "" && config.ListenTLS == "" {
		wrong = append(wrong, usage(errors.New("proxy: --listen and --listen-tls are both empty"), ""))
	}
	for _, flag := range []struct{ name, address string }{{"listen", config.Listen}, {"listen-tls", config.ListenTLS}} {
		if _, _, err := net.SplitHostPort(flag.address); flag.address != "" && err != nil {
			wrong = append(wrong, usage(fmt.Errorf("proxy: --%s: must be HOST:PORT, not %q", flag.name, flag.address), "as in 127.0.0.1:9000"))
		}
	}
	return errors.Join(wrong...)
}

func readFaults(c *cli.Context, config *watching.Config) error {
	path := c.String("faults")
	if path == "" {
		if config.Dry {
			return usage(errors.New("proxy: --dry needs --faults FILE"), "")
		}
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return usage(fmt.Errorf("proxy: --faults: %w", err), "")
	}
	config.Rules, err = scenario.DecodeFaults(path, text)
	return err
}

func readClaims(c *cli.Context, config *watching.Config) error {
	log := c.String("acknowledged")
	switch {
	case log != "" && c.IsSet("expect"):
		return usage(errors.New("proxy: --expect and --acknowledged cannot be combined"), "")
	case log != "":
		config.Claims = func() (map[string]history.Claim, error) { return watching.ReadLog(log) }
	case c.IsSet("expect"):
		config.Claims = func() (map[string]history.Claim, error) { return watching.Expect(c.Int64("expect")), nil }
	}
	return nil
}

// refuseListening refuses clients on other machines without consent: the proxy passes on
// whatever it gets.
func refuseListening(c *cli.Context, allowed store.Consent) error {
	for _, flag := range []string{"listen", "listen-tls"} {
		host, _, err := net.SplitHostPort(c.String(flag))
		if err != nil || allowed == store.Anywhere || store.IsLoopbackHost(host) {
			continue
		}
		return usage(fmt.Errorf("proxy: --%s %s: clients on other machines could use the store: refused without --yes", flag, c.String(flag)), "--listen 127.0.0.1:9000 serves this machine only")
	}
	return nil
}

// explainListening adds a hint to the error of a session.
func explainListening(err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return withHint(fmt.Errorf("proxy: %w", err), "the port is in use; --listen 127.0.0.1:0 chooses a free port")
	}
	return fmt.Errorf("proxy: %w", err)
}
