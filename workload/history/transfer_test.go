package history

import (
	"errors"
	"io"
	"strings"
	"testing"

	"contend/counter"
)

func TestTransfersThatContradictThemselves(t *testing.T) {
	for members, want := range map[string]string{
		`"kind":"transfer","delta":-7`:                          "to is missing",
		`"kind":"transfer","delta":-7,"to":0`:                   "to: a transfer needs two counters, not 0 twice",
		`"kind":"transfer","delta":-7,"to":2`:                   "to",
		`"kind":"transfer","delta":0,"to":1`:                    "delta: a transfer cannot move 0",
		`"kind":"transfer","delta":-9223372036854775808,"to":1`: "delta: a transfer cannot move",
		`"kind":"increment","delta":7,"to":1`:                   "to: only a transfer has a second counter",
		`"delta":7,"to":0`:                                      "to: only a transfer has a second counter",
		`"kind":"transfer","delta":-7,"to":1,"to":1`:            "to occurs twice",
		`"kind":"transfer","delta":-7,"to":1`:                   "",
		`"kind":"transfer","to":1`:                              "",
	} {
		text := `{"contend_history":1,"counters":[{"key":"a"},{"key":"b"}]}` + "\n" + `{"worker":0,` + members + `,"invoked_ns":1,"returned_ns":2,"end":"applied"}` + "\n"
		r, err := NewReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var op Op
		err = r.Next(&op)
		if (err == nil || errors.Is(err, io.EOF)) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", members, err, want)
		}
		if want == "" && (op.Kind != Transfer || op.To != 1 || op.Delta >= 0) {
			t.Errorf("%s: got %+v", members, op)
		}
	}
}

// TestAFinalReadingDuringATransfer: a transfer ends for both of its counters.
func TestAFinalReadingDuringATransfer(t *testing.T) {
	text := `{"contend_history":1,"counters":[{"key":"a"},{"key":"b"}]}
{"worker":0,"kind":"transfer","delta":-7,"to":1,"invoked_ns":1,"returned_ns":20,"end":"applied"}
{"finals":[{"counter":1,"value":3,"invoked_ns":10,"returned_ns":30}]}
`
	r, err := NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var op Op
	for err == nil {
		err = r.Next(&op)
	}
	if !strings.Contains(err.Error(), "counter 1 was read at 10, before its last operation ended at 20") {
		t.Errorf("got %v", err)
	}
}

// TestTheOtherSideOfATransfer has the opposite delta, and knows no state.
func TestTheOtherSideOfATransfer(t *testing.T) {
	op := &Op{Kind: Transfer, Counter: 3, To: 5, Delta: -7, Attempts: []Attempt{
		{Outcome: counter.Failed, Written: true, Reason: counter.ReasonFloor, Saw: State{Value: 2, Known: true}}, {Outcome: counter.Applied, Written: true, After: State{Known: true}},
	}}
	other := op.Other()
	if other.Counter != 5 || other.To != 3 || other.Delta != 7 || len(other.Attempts) != 2 || other.Attempts[0].Saw.Known || other.Attempts[1].After.Known ||
		other.Attempts[0].Reason == counter.ReasonFloor {
		t.Errorf("got %+v", other)
	}
	if !op.Attempts[0].Saw.Known || op.Attempts[0].Reason != counter.ReasonFloor {
		t.Errorf("the operation became %+v", op)
	}
	if (&Op{Kind: Decrement}).Other() != nil {
		t.Error("a decrement has another side")
	}
}
