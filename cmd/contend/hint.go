package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"contend/counter"
	"contend/report"
	"contend/report/folder"
	"contend/workload/plan"
	"contend/workload/rendezvous"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// hinted is an error with a hint.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }

func withHint(err error, hint string) error {
	if err == nil || hint == "" {
		return err
	}
	return &hinted{err, hint}
}

// explain is [trial.Explain] with hints.
func explain(err error, endpoint string) error {
	return hinting(trial.Explain(err, endpoint), endpoint)
}

// hinting adds a hint to every part of a run's error.
func hinting(err error, endpoint string) error {
	if err == nil {
		return nil
	}
	var all []error
	for _, part := range trial.Parts(err) {
		all = append(all, hintOne(part, endpoint))
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// hintingIn is hinting for a run in a folder. It names a table that was left.
func hintingIn(err error, dir, endpoint string) error {
	if err == nil {
		return nil
	}
	all := trial.Parts(err)
	for i, part := range all {
		if errors.As(part, new(*trial.TableLeftError)) {
			all[i] = withHint(part, "delete it later: contend clean "+dir)
		}
	}
	return hinting(errors.Join(all...), endpoint)
}

func hintOne(err error, endpoint string) error {
	var refused *store.NoConsentError
	switch {
	case errors.As(err, new(*hinted)), errors.As(err, new(*usageError)):
		return err
	case errors.As(err, &refused):
		return usage(fmt.Errorf("target %s: refused without --yes", refused.Target), "add --yes to allow it")
	case errors.Is(err, trial.ErrHistory), errors.As(err, new(*folder.FileError)):
		return explainFile(err)
	case errors.Is(err, trial.ErrStandstill):
		return withHint(err, "give the scenario a latency (embedded.latency.mean or simulated.client), or its policy a wait (retry.policy full-jitter)")
	case errors.Is(err, trial.ErrUnreachable):
		return withHint(err, `is the server running there? "contend serve" starts one, and --target embedded needs none`)
	case errors.Is(err, trial.ErrDenied):
		return withHint(err, "contend needs dynamodb:DescribeTable, CreateTable, DeleteTable, GetItem, PutItem and UpdateItem, and for some designs Query, BatchGetItem or UpdateTimeToLive; with --set table=NAME of an existing table it neither creates nor deletes one")
	case errors.Is(err, trial.ErrNotTLS):
		return withHint(err, "write the target with http:// instead of https://")
	case errors.As(err, new(*rendezvous.MissingError)), errors.Is(err, trial.ErrNoTable):
		return withHint(err, "start all machines within --join-timeout, with the same --run ID, --target and number of machines; another attempt needs another ID")
	case errors.As(err, new(*rendezvous.DisagreementError)):
		return withHint(err, "all machines need the same contend, scenario and flags, except --machine and --results; another attempt needs another --run ID")
	case errors.Is(err, store.ErrNoRegion):
		return withHint(err, "set AWS_REGION, or choose a profile with AWS_PROFILE")
	case errors.Is(err, trial.ErrNoCredentials):
		return withHint(err, "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	return withHint(err, hintFor(counter.Classify(err), endpoint))
}

func hintFor(c counter.Classification, endpoint string) string {
	switch c.Reason {
	case counter.ReasonNotFound:
		return "was the counter's item deleted during the run?"
	case counter.ReasonNotCounter:
		return "choose another table, or correct the item"
	case counter.ReasonOverflow:
		return "choose a smaller counters.initial"
	case counter.ReasonTimeout, counter.ReasonConnection, counter.ReasonBadAnswer:
		return "is it a DynamoDB server that listens on " + endpoint + "?"
	case "ResourceNotFoundException":
		return "was the table deleted during the run?"
	}
	return ""
}

// explainFile adds the hint to an error of writing a run's files.
func explainFile(err error) error {
	switch {
	case isCrash(err):
		return err
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return withHint(err, "--out DIR names a folder that can be written")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return withHint(err, "the disk is full; --out DIR names a folder on another one")
	case errors.Is(err, os.ErrExist):
		return withHint(err, "--out DIR names a folder that does not exist yet or is empty")
	}
	return withHint(err, "--out DIR names another folder")
}

// lacking is the hint for a folder without a report: it may belong to a campaign that
// was killed.
func lacking(dir string) string {
	path := filepath.Join(dir, report.ScenarioFile)
	if text, err := os.ReadFile(path); err == nil {
		if plan, err := plan.Decode(path, text); err == nil && !plan.Single() {
			return fmt.Sprintf("contend run --resume %s finishes this campaign, which was stopped", dir)
		}
	}
	if _, err := folder.LoadJudgement(dir); err == nil {
		return fmt.Sprintf("it is the folder of a proxy: contend report %s shows its judgement", dir)
	}
	if parts, _ := filepath.Glob(filepath.Join(escaped(dir), "machine-*")); len(parts) > 0 {
		merged := filepath.Join(dir, "merged")
		if _, err := folder.Load(merged); err == nil {
			return fmt.Sprintf("several machines made this run: contend report %s shows it", merged)
		}
		return fmt.Sprintf("several machines made this run: contend merge %s makes one report", dir)
	}
	return "RUN is the folder that a run wrote, or its report.json"
}

// scenarioHint helps with a wrong file. For a wrong flag, the message is enough.
func scenarioHint(err error) string {
	var wrong *scenario.Error
	inFile := func(p scenario.Problem) bool { return p.Line > 0 }
	if errors.As(err, &wrong) && !slices.ContainsFunc(wrong.Problems, inFile) {
		return ""
	}
	return `"contend help scenario" explains all fields`
}

// notResumed adds a hint.
func notResumed(err error, dir string) error {
	var refused *folder.RefusedError
	told := fmt.Errorf("run: --resume: %w", err)
	switch {
	case errors.As(err, new(*folder.NothingError)):
		return usage(told, "name the folder of a campaign that was stopped")
	case errors.Is(err, folder.ErrSingle):
		return usage(fmt.Errorf("run: --resume: %q is a single run, which cannot be resumed", dir),
			"contend run "+filepath.Join(dir, report.ScenarioFile)+" runs it again")
	case errors.As(err, &refused):
		return withHint(told, refused.Remedy)
	}
	return told
}
