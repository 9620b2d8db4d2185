package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"contend/report/folder"
	"contend/workload/scenario"
)

// resume continues a campaign that was stopped. Its folder says what was planned and
// what is done.
func (p *program) resume(c *cli.Context) (err error) {
	if err := onlyResume(c); err != nil {
		return err
	}
	dir, s := c.String("resume"), newSession(p, c)
	kept, err := folder.Resume(dir, s.about(), func(left []*folder.TableRecord) error { return s.deleteLeft(c.Context, left) })
	if err != nil {
		return notResumed(err, dir)
	}
	defer func() { err = errors.Join(err, kept.Lock.Release()) }()
	s.warnUnlocked(kept.Lock)
	s.say("%d of %d runs are done", kept.CountDone(), len(kept.Runs))
	interrupts := catchInterrupts(c.Context, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	var left []scenario.Scenario
	for i := range kept.Runs {
		if !kept.Done(i) {
			left = append(left, kept.Runs[i].Scenario)
		}
	}
	if err := s.confirmAll(interrupts.setup, "campaign", left); err != nil {
		return err
	}
	return s.resumed(c, interrupts, kept, left)
}

// resumed carries the runs out that are left.
func (s *session) resumed(c *cli.Context, interrupts *interrupts, kept *folder.Campaign, left []scenario.Scenario) error {
	var all []*scenario.Scenario
	for i := range left {
		all = append(all, &left[i])
	}
	if err := checkMetrics(c, all); err != nil {
		return err
	}
	var err error
	if s.cost, err = newMaxCost(c, all, 1); err != nil {
		return err
	}
	if err := s.serveMetrics(c); err != nil {
		return err
	}
	return errors.Join(s.carryOut(interrupts, kept), s.stopServing())
}

// onlyResume refuses flags that would change the campaign.
func onlyResume(c *cli.Context) error {
	if c.Args().Len() > 0 {
		return usage(fmt.Errorf("run: %q: --resume takes no scenario: the folder has one", c.Args().First()), "")
	}
	for _, name := range append([]string{"set", "out"}, shortcutFlags()...) {
		if c.IsSet(name) {
			return usage(fmt.Errorf("run: --%s cannot be combined with --resume", name), "")
		}
	}
	return nil
}

// deleteLeft deletes the tables that killed runs left.
func (s *session) deleteLeft(ctx context.Context, left []*folder.TableRecord) error {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer interrupts.release()
	for _, r := range left {
		if len(r.Items) > 0 {
			if err := s.putBack(interrupts.setup, r, s.confirmed); err != nil {
				return err
			}
			continue
		}
		what, err := s.deleteTable(interrupts.setup, r, s.confirmed)
		var wrongUse *usageError
		if errors.As(err, &wrongUse) {
			return err
		}
		if err != nil {
			return withHint(err, "nothing was removed; remove the folder "+r.Folder()+"to resume without its table")
		}
		fmt.Fprintf(s.stderr, "contend: table %s, which a stopped run left: %s\n", r.Table, what)
	}
	return nil
}
