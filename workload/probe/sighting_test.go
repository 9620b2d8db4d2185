package probe

import (
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// first is the version that a counter begins with.
const first = 10

// told makes an increment that a worker was told is applied.
func told(worker int, invoked, returned, version, value int64) history.Op {
	return history.Op{
		Worker: worker, Sequence: version, Kind: history.Increment, Delta: 1,
		Invoked: invoked, Returned: returned, Ending: history.Applied,
		Attempts: []history.Attempt{{
			Invoked: invoked, Returned: returned, Written: true, Outcome: counter.Applied,
			After: history.State{Value: value, Version: first + version, Known: true},
		}},
	}
}

// saw makes a worker's strong read.
func saw(worker int, invoked, returned, version int64) history.Op {
	return history.Op{
		Worker: worker, Sequence: 1, Kind: history.Read, Invoked: invoked, Returned: returned, Ending: history.Applied,
		Attempts: []history.Attempt{{
			Invoked: invoked, Returned: returned, Outcome: counter.Applied,
			Saw: history.State{Value: version, Version: first + version, Known: true},
		}},
	}
}

// lost makes an increment without an answer.
func lost(worker int, invoked int64) history.Op {
	return history.Op{
		Worker: worker, Kind: history.Increment, Delta: 1, Invoked: invoked, Ending: history.Unknown,
		Attempts: []history.Attempt{{Invoked: invoked, Returned: invoked + 1, Written: true, Outcome: counter.Unknown}},
	}
}

// rejectedBy makes an increment with two attempts. The first expected the state before
// and was refused, because the item had the state saw. The second read the item and was
// applied.
func rejectedBy(before, saw int64, known bool) history.Op {
	op := told(1, 50, 60, saw+1, saw+1)
	refusal := history.Attempt{
		Invoked: 20, Returned: 30, Written: true, Outcome: counter.Conflict,
		Before: history.State{Value: before, Version: first + before, Known: true},
		Saw:    history.State{Value: saw, Version: first + saw, Known: known},
	}
	op.Attempts = append([]history.Attempt{refusal}, op.Attempts...)
	return op
}

func ops(all ...history.Op) []history.Op { return all }

// trialOf is a counter that began at 0 and ended at final.
func trialOf(final int64, all ...history.Op) trial {
	return trial{
		initial: history.State{Version: first, Known: true},
		final:   history.State{Value: final, Version: first + final, Known: true},
		ops:     all,
	}
}

func TestJudgeSteps(t *testing.T) {
	for _, c := range []struct {
		what     string
		trial    trial
		verdict  Verdict
		evidence string // a part of the evidence
	}{
		{"one after another", trialOf(2, told(0, 1, 2, 1, 1), told(1, 3, 4, 2, 2)), Right, ""},
		{"at once, in either order", trialOf(2, told(0, 1, 9, 2, 2), told(1, 2, 8, 1, 1)), Right, ""},
		{"the same value twice", trialOf(2, told(3, 1, 9, 1, 1), told(5, 2, 8, 1, 1)), Broken,
			"worker 5's increment (operation 1), acknowledged as version 11, is missing: worker 3's increment (operation 1) was acknowledged the same version"},
		{"an update is missing", trialOf(1, told(0, 1, 2, 1, 1), told(1, 3, 4, 2, 2)), Broken, "should be at least 2 and is 1: the store lost 1"},
		{"an update too many", trialOf(3, told(0, 1, 2, 1, 1), told(1, 3, 4, 2, 2)), Broken, "version 13, a change by +1, is missing"},
		{"a value out of nowhere", trialOf(2, told(0, 1, 2, 1, 7), told(1, 3, 4, 2, 2)), Broken, "does not continue version 10 with value 0"},
		{"a version is skipped", trialOf(2, told(0, 1, 2, 1, 1), told(1, 3, 4, 3, 2)), Broken, "version 12, a change by +1, is missing"},
		{"a version from before the beginning", trialOf(1, told(0, 1, 2, 0, 0)), Broken, "before the run began"},
		{"back in time", trialOf(2, told(0, 5, 6, 1, 1), told(1, 1, 2, 2, 2)), Broken, "worker 0's increment (operation 1) began and was acknowledged as version 11"},
	} {
		row := judgeSteps(c.trial)
		if row.Verdict != c.verdict || !strings.Contains(strings.Join(row.Evidence, "\n"), c.evidence) {
			t.Errorf("%s: got %s, %s %q", c.what, row.Verdict, row.Finding, row.Evidence)
		}
	}
}

// TestUnknownIsNotHeldAgainst: a change without an answer may have been made or not, so
// that it explains one gap.
func TestUnknownIsNotHeldAgainst(t *testing.T) {
	for _, c := range []struct {
		what  string
		trial trial
		want  Verdict
	}{
		{"made, between two others", trialOf(3, told(0, 1, 2, 1, 1), lost(1, 3), told(0, 9, 10, 3, 3)), Right},
		{"not made", trialOf(1, told(0, 1, 2, 1, 1), lost(1, 3)), Right},
		{"made last", trialOf(2, told(0, 1, 2, 1, 1), lost(1, 3)), Right},
		{"two gaps for one", trialOf(4, told(0, 1, 2, 1, 1), lost(1, 3), told(0, 9, 10, 4, 4)), Broken},
		{"a final value that one cannot explain", trialOf(3, told(0, 1, 2, 1, 1), lost(1, 3)), Broken},
	} {
		if row := judgeSteps(c.trial); row.Verdict != c.want {
			t.Errorf("%s: got %s, %s %q", c.what, row.Verdict, row.Finding, row.Evidence)
		}
	}
	open := trialOf(1, told(0, 1, 2, 1, 1), lost(1, 3))
	open.err = errStopped
	if row := judgeSteps(open); row.Verdict != NotJudged {
		t.Errorf("got %s", row.Verdict)
	}
}

func TestJudgeReads(t *testing.T) {
	for _, c := range []struct {
		what string
		ops  []history.Op
		want Verdict
	}{
		{"after the write", ops(told(0, 1, 2, 1, 1), saw(1, 3, 4, 1)), Right},
		{"during the write, before it", ops(told(0, 1, 9, 1, 1), saw(1, 3, 4, 0)), Right},
		{"during the write, after it", ops(told(0, 1, 9, 1, 1), saw(1, 3, 4, 1)), Right},
		{"stale", ops(told(0, 1, 2, 1, 1), saw(1, 3, 4, 0)), Broken},
		{"two reads during one write go back", ops(told(0, 1, 9, 1, 1), saw(1, 3, 4, 1), saw(2, 5, 6, 0)), Broken},
		{"before anybody wrote", ops(saw(1, 1, 2, 1), told(0, 3, 4, 1, 1)), Broken},
		{"an unknown write may be seen", ops(lost(0, 1), saw(1, 3, 4, 1)), Right},
	} {
		if row := judgeReads(trial{initial: history.State{Known: true}, ops: c.ops}); row.Verdict != c.want {
			t.Errorf("%s: got %s, %s %q", c.what, row.Verdict, row.Finding, row.Evidence)
		}
	}
}

func TestJudgeConflictItem(t *testing.T) {
	winner := told(0, 1, 10, 1, 1)
	invented := rejectedBy(0, 1, true)
	invented.Attempts[0].Saw = history.State{Value: 9, Version: first + 9, Known: true}
	for _, c := range []struct {
		what  string
		trial trial
		want  Verdict
		find  string
	}{
		{"the one that won", trialOf(2, winner, rejectedBy(0, 1, true)), Right, "1 refused"},
		{"none", trialOf(2, winner, rejectedBy(0, 1, false)), Broken, "without the item"},
		{"one that meets the condition", trialOf(1, rejectedBy(0, 0, true)), Broken, "meets it"},
		{"one that is older than what was told", trialOf(3, winner, told(0, 11, 12, 2, 2), rejectedBy(0, 1, true)), Broken, "older"},
		{"one that nobody wrote", trialOf(2, winner, invented), Broken, "nobody wrote"},
		{"writes that contradict each other, which is not its fault", trialOf(2, winner, told(2, 1, 10, 1, 1), rejectedBy(0, 1, true)), Right, "1 refused"},
		{"no refusal", trialOf(1, winner), NotJudged, "no condition was refused"},
	} {
		row := judgeConflictItem(c.trial)
		if row.Verdict != c.want || !strings.Contains(row.Finding, c.find) {
			t.Errorf("%s: got %s, %s %q", c.what, row.Verdict, row.Finding, row.Evidence)
		}
	}
}

func TestJudgeConflictRead(t *testing.T) {
	read := func(version int64) trial {
		op := rejectedBy(0, 1, false)
		op.Attempts[1].LookInvoked, op.Attempts[1].LookReturned = 40, 45
		op.Attempts[1].Before = history.State{Value: version, Version: first + version, Known: true}
		return trialOf(2, told(0, 1, 10, 1, 1), op)
	}
	if row := judgeConflictRead(read(1)); row.Verdict != Right {
		t.Errorf("got %s, %s %q", row.Verdict, row.Finding, row.Evidence)
	}
	if row := judgeConflictRead(read(0)); row.Verdict != Broken || !strings.Contains(row.Finding, "still showed") {
		t.Errorf("got %s, %s %q", row.Verdict, row.Finding, row.Evidence)
	}
}
