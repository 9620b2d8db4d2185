package measure

import (
	"strconv"
	"testing"

	"contend/counter"
)

// TestReasonsThatAServerMakesUpTakeNoMemory: there may be one for each request.
func TestReasonsThatAServerMakesUpTakeNoMemory(t *testing.T) {
	tally := WireTally{Answers: map[WireAnswer]int64{}}
	for n := range int64(1000) {
		tally.add(&counter.Wire{Sends: []counter.Send{{Status: 400, Answer: counter.Classification{Outcome: counter.Failed, Reason: strconv.FormatInt(n, 10)}}}})
	}
	tally.enterAll()
	other := tally.Answers[WireAnswer{400, counter.Failed, "other"}]
	if len(tally.Answers) > maxAnswers+1 || other+int64(len(tally.Answers))-1 != 1000 {
		t.Errorf("%d reasons, %d others", len(tally.Answers), other)
	}
}
