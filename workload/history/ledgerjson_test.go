package history

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"contend/counter"
)

// account has an operation of each kind of effect, n times, with a delta.
func account(n int, delta int64) *Ledger {
	l := &Ledger{
		Key: "counter-0", Initial: 3, Final: 9, InitialVersion: 1, FinalVersion: 5, FinalKnown: true,
		FinalAsked: time.Unix(1e9, 5).UTC(), FinalTold: time.Unix(1e9, 7).UTC(), Unseen: "why", Idempotent: true, Watched: time.Second,
	}
	for i := range n {
		lost := Attempt{Written: true, Outcome: counter.Unknown, Faults: []Fault{{Kind: "lost-reply", Write: true, AppliedUnacknowledged: 1}}}
		done := Attempt{Written: true, Outcome: counter.Applied}
		l.Record(&Op{Sequence: int64(i), Delta: delta, Ending: Applied, Attempts: []Attempt{lost, done}})
		l.Record(&Op{Sequence: int64(i), Delta: -delta, Kind: Decrement, Ending: Unknown, Attempts: []Attempt{lost}})
		l.Record(&Op{Sequence: int64(i), Delta: delta, Ending: Unknown, Attempts: []Attempt{{Written: true, Outcome: counter.Unknown}, lost}})
		l.Record(&Op{Sequence: int64(i), Delta: -delta, Kind: Decrement, Ending: Unknown, Attempts: []Attempt{lost}})
		l.Record(&Op{Kind: Read, Ending: Applied})
	}
	return l
}

// TestALedgerIsReadAsItWasWritten, but for its doubtful operations, which become omitted.
func TestALedgerIsReadAsItWasWritten(t *testing.T) {
	for what, l := range map[string]*Ledger{
		"empty": {Key: "a"}, "small": account(2, 1), "with omitted operations": account(300, 2), "beyond int64": account(5, math.MaxInt64-1),
	} {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var again Ledger
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%s: %v in %s", what, err, text)
		}
		want := *l
		want.omitted.add(&want.kept)
		want.kept, want.Doubtful = doubt{}, nil
		if (want.exact == nil) != (again.exact == nil) || want.exact != nil && again.Excess().Cmp(want.Excess()) != 0 {
			t.Errorf("%s: the exact sums differ", what)
		}
		want.exact, again.exact = nil, nil
		if !reflect.DeepEqual(again, want) {
			t.Errorf("%s: got\n%+v, want\n%+v", what, again, want)
		}
	}
}

// TestEveryFieldOfALedgerIsWritten: a field that is added later must be written too.
func TestEveryFieldOfALedgerIsWritten(t *testing.T) {
	var again Ledger
	text, err := json.Marshal(account(300, 1))
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(again)
	var zero func(v reflect.Value, name string)
	zero = func(v reflect.Value, name string) {
		for i := range v.NumField() {
			name := name + "." + v.Type().Field(i).Name
			switch f := v.Field(i); {
			case f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[time.Time]():
				zero(f, name)
			case f.IsZero() && name != ".Doubtful" && name != ".kept" && name != ".exact":
				t.Errorf("%s was not written", name)
			}
		}
	}
	zero(v, "")
}

func TestLedgersThatAreRefused(t *testing.T) {
	const sums = `"acknowledged":1,"low":1,"high":1,"unknown_low":0,"unknown_high":0,"traced":1`
	for text, want := range map[string]string{
		`{"key":"a",` + sums + `,"more":1}`:        "unknown field",
		`{"key":"a","operations":-1,` + sums + `}`: "-1 is not within",
		`{"key":"a"}`: "a sum is missing",
		`{"key":"a",` + strings.Replace(sums, `"high":1`, `"high":0`, 1) + `}`:                             "low, 1, is above high, 0",
		`{"key":"a",` + strings.Replace(sums, `"traced":1`, `"traced":1`+strings.Repeat("0", 60), 1) + `}`: "out of range",
	} {
		if err := json.Unmarshal([]byte(text), new(Ledger)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
