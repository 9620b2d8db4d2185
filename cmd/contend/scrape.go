package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report/scrape"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// metricsFlags are those of the server of metrics.
func metricsFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "metrics", Usage: "serve metrics for Prometheus at `ADDR`, such as 9464 or 127.0.0.1:9464"},
		&cli.DurationFlag{Name: "metrics-linger", Value: 15 * time.Second, Usage: "with --metrics: keep serving the final metrics for `D` after the run; Ctrl-C ends that"},
	}
}

// checkMetrics refuses flags that would do nothing.
func checkMetrics(c *cli.Context, runs []*scenario.Scenario) error {
	switch {
	case c.IsSet("metrics-linger") && !c.IsSet("metrics"):
		return usage(errors.New("run: --metrics-linger needs --metrics"), "")
	case c.Duration("metrics-linger") < 0:
		return usage(errors.New("run: --metrics-linger: must not be negative"), "")
	}
	for _, what := range runs {
		if c.IsSet("metrics") && what.Target == scenario.TargetSimulated {
			return usage(errors.New("run: --metrics: a simulated run takes no real time in which it could be scraped"), "report.json has its numbers")
		}
	}
	return nil
}

// serveMetrics begins to serve the metrics of the runs, if --metrics asks for it. The caller
// must call stopServing.
func (s *session) serveMetrics(c *cli.Context) error {
	if !c.IsSet("metrics") {
		return nil
	}
	server, err := scrape.Listen(c.String("metrics"))
	if errors.Is(err, scrape.ErrAddress) {
		return usage(fmt.Errorf("run: --metrics: %w", err), "")
	}
	if err != nil {
		return fmt.Errorf("--metrics: %w", err)
	}
	s.scraped, s.linger = server, c.Duration("metrics-linger")
	s.say("metrics: %s", server.URL())
	if !server.Loopback() {
		fmt.Fprintf(s.stderr, "contend: other machines can read the metrics at %s\n", server.URL())
	}
	return nil
}

// stopServing ends what serveMetrics began.
func (s *session) stopServing() error {
	if s.scraped == nil {
		return nil
	}
	if err := s.scraped.Close(); err != nil {
		return fmt.Errorf("--metrics: %w", err)
	}
	return nil
}

// show has the metrics of a run served, beside what else watches it.
func (s *session) show(what *scenario.Scenario, variant string, watch func(*measure.Live) func() error) func(*measure.Live) func() error {
	if s.scraped == nil {
		return watch
	}
	return func(live *measure.Live) func() error {
		run, end := s.scraped.Begin(what, variant, live), func() error { return nil }
		if watch != nil {
			end = watch(live)
		}
		return func() error {
			run.End()
			return end()
		}
	}
}

// showEnd has the final metrics of a run served. o may be nil.
func (s *session) showEnd(o *trial.Outcome) {
	if s.scraped != nil && o != nil {
		s.scraped.Finish(o.Result)
	}
}

// lingerOn waits until the final metrics have been served for long enough, or until the
// first interrupt.
func (s *session) lingerOn(interrupts *interrupts) {
	if s.scraped == nil || s.linger <= 0 || interrupts.setup.Err() != nil || !s.scraped.Shows() {
		return
	}
	interrupts.idle.Store(true)
	s.say("metrics: %s has the final numbers for %s; Ctrl-C ends that", s.scraped.URL(), s.linger)
	timer := time.NewTimer(s.linger)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-interrupts.setup.Done():
	}
}
