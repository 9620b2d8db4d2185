package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"contend/report/folder"
	"contend/report/text"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// simulatedFolder is where the files of the simulated run are, below those of the
// measured one.
const simulatedFolder = "simulated"

// checkBeside refuses what cannot be shown beside its simulation.
func checkBeside(p *plan.Plan, s *session) error {
	first := inSimulatedTime(p.Variants[0].Scenario)
	switch {
	case !s.beside:
		return nil
	case !p.Single():
		return usage(errors.New("run: --compare-simulated is for a single run"), "make the campaign twice, once with --target simulated, and compare both: contend compare DIR DIR")
	case p.Variants[0].Scenario.Target == scenario.TargetSimulated:
		return usage(errors.New("run: --compare-simulated: the run itself is simulated"), "run it on another target")
	case s.json:
		return usage(errors.New("run: --compare-simulated cannot be combined with --format json"), "the folder has the report.json of both runs")
	}
	if err := scenario.Validate(first); err != nil {
		return usage(fmt.Errorf("run: --compare-simulated: %w", err), "")
	}
	return nil
}

func inSimulatedTime(s scenario.Scenario) scenario.Scenario {
	s.Target, s.Table = scenario.TargetSimulated, ""
	return s
}

// compareSimulated makes a run again in simulated time, keeps its files below those of
// the first, and prints both beside the law.
func (s *session) compareSimulated(interrupts *interrupts, measured *folder.Run) error {
	again := inSimulatedTime(measured.Scenario)
	kept := &folder.Run{Folder: filepath.Join(measured.Folder, simulatedFolder), Scenario: again, About: s.about()}
	if err := os.Mkdir(kept.Folder, 0o755); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	o := s.options(interrupts, &again, nil)
	kept.Keep(&o)
	_, err := trial.Run(interrupts.ctx, again, o)
	err = errors.Join(err, kept.End(err))
	if kept.Report == nil {
		return err
	}
	return errors.Join(err, verdictError(kept.Report.Verdict.Status),
		text.Beside(s.stdout, measured.Report, kept.Report, text.Options{Width: width(s.stdout), Color: wantsColour(s.stdout)}))
}
