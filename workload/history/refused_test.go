package history

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"contend/counter"
)

// tried is an operation's line with attempts.
func tried(end string, attempts ...string) string {
	return `{"delta":1,"invoked_ns":10,"returned_ns":20,"end":"` + end + `","attempts":[` + strings.Join(attempts, ",") + `]}`
}

// try is an attempt with its begin and end.
func try(times, outcome, more string) string {
	from, to, _ := strings.Cut(times, "-")
	return `{"invoked_ns":` + from + `,"returned_ns":` + to + `,"outcome":"` + outcome + `"` + more + `}`
}

// TestWhatCannotBeIsRefused: a history that contradicts itself is not judged; a similar
// one that does not is read.
func TestWhatCannotBeIsRefused(t *testing.T) {
	const header, ordered, strict = `{"contend_history":1}`, `{"contend_history":1,"workers":2,"ordered":true}`, `{"contend_history":1,"strict":true}`
	const applied = `{"worker":1,"delta":1,"invoked_ns":10,"returned_ns":20,"end":"applied"}`
	won, lost, silent := try("11-12", "applied", ""), try("13-14", "conflict", ""), try("15-16", "unknown", "")
	for _, c := range []struct {
		what    string
		lines   []string
		message string // empty: it is read
	}{
		{"applied", []string{header, tried("applied", lost, won)}, ""},
		{"applied without an applied attempt", []string{header, tried("applied", lost, silent)}, `line 2: the operation ended "applied", but no attempt was applied`},
		{"applied without an attempt", []string{header, tried("applied")}, `no attempt was applied`},
		{"applied, says the attempt's own outcome not", []string{`{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","outcome":"conflict"}`}, `line 1: the operation ended "applied"`},
		{"gave up", []string{header, tried("gave up", lost)}, ""},
		{"gave up with an applied attempt", []string{header, tried("gave up", lost, won)}, `line 2: the operation ended "gave up", although an attempt was applied`},
		{"failed with an applied attempt", []string{header, tried("failed", won)}, `ended "failed", although`},
		{"unknown with an applied attempt", []string{header, tried("unknown", won, silent)}, `ended "unknown", although`},
		{"a read applied without an answer", []string{`{"delta":0,"invoked_ns":1,"returned_ns":2,"end":"applied","outcome":"unknown"}`}, `no attempt was applied`},
		{"two applied attempts", []string{header, tried("applied", won, won)}, `line 2: 2 attempts were applied`},
		{"an attempt at its operation's ends", []string{header, tried("applied", try("10-20", "applied", ""))}, ""},
		{"an attempt before its operation", []string{header, tried("applied", try("9-12", "applied", ""))}, `attempt 1 of 1: it went from 9 to 12, outside its operation, from 10 to 20`},
		{"an attempt after its operation", []string{header, tried("applied", lost, try("12-21", "applied", ""))}, `attempt 2 of 2: it went from 12 to 21`},
		{"a look before the write", []string{header, tried("applied", try("12-14", "applied", `,"look_invoked_ns":11,"look_returned_ns":12`))}, ""},
		{"a look before its operation", []string{header, tried("applied", try("12-14", "applied", `,"look_invoked_ns":9,"look_returned_ns":12`))}, `its preparing read went from 9 to 12`},
		{"a look after its write", []string{header, tried("applied", try("12-14", "applied", `,"look_invoked_ns":12,"look_returned_ns":13`))}, `its preparing read ended at 13, after the write`},
		{"a look that no write followed", []string{header, tried("gave up", try("12-14", "throttled", `,"written":false,"look_invoked_ns":12,"look_returned_ns":13`))}, ""},
		{"applied and never sent", []string{header, tried("applied", try("12-14", "applied", `,"written":false`))}, `it was applied, although no write was sent`},
		{"applied and not sent, as it had been before", []string{header, tried("applied", try("12-14", "applied", `,"written":false,"repeated":true`))}, ""},
		{"repeated and refused", []string{header, tried("gave up", try("12-14", "conflict", `,"repeated":true`))}, `repeated is for applied writes`},
		{"what a refused write left", []string{header, tried("gave up", try("12-14", "conflict", `,"after":{"value":1}`))}, `after is for the state that an applied write left`},
		{"what a read left", []string{`{"delta":0,"invoked_ns":1,"returned_ns":2,"end":"applied","after":{"value":1}}`}, `a state that was read is saw`},
		{"more late writes than there are", []string{header, tried("unknown", try("12-14", "unknown", `,"over":2`))}, `over: must be at most 1`},

		{"a final reading at the end of the last operation", []string{header, applied, `{"finals":[{"value":1,"invoked_ns":20,"returned_ns":21}]}`}, ""},
		{"a final reading at no time", []string{header, applied, `{"finals":[{"value":1}]}`}, ""},
		{"a final reading before it", []string{header, applied, `{"finals":[{"value":1,"invoked_ns":19,"returned_ns":21}]}`}, `line 3: finals[0]: invoked_ns: counter 0 was read at 19, before its last operation ended at 20`},
		{"a final reading at the time 0", []string{header, applied, `{"finals":[{"value":1,"invoked_ns":0,"returned_ns":0}]}`}, `line 3: finals[0]: invoked_ns: counter 0 was read at 0, before its last operation ended at 20`},
		{"a final reading before another counter's end", []string{header, applied, `{"finals":[{"counter":1,"value":1,"invoked_ns":19,"returned_ns":21}]}`}, ""},
		{"two final readings", []string{header, applied, `{"finals":[{"value":1},{"counter":1,"value":1},{"value":1}]}`}, `line 3: finals[2]: counter 0 occurs twice`},
		{"two counters", []string{`{"contend_history":1,"counters":[{"key":"a"},{"key":"b"},{},{}]}`}, ""},
		{"two counters of one key", []string{`{"contend_history":1,"counters":[{"key":"a"},{"key":"b"},{"key":"a"}]}`}, `line 1: counters[2]: key: "a" is also the key of another counter`},
		{"a member twice", []string{header, `{"delta":1,"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied"}`}, `line 2: delta occurs twice`},
		{"a member of a state twice", []string{header, `{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","after":{"value":1,"version":2,"value":2}}`}, `after: value occurs twice`},
		{"an unknown member twice", []string{header, `{"delta":1,"x":1,"x":1,"invoked_ns":1,"returned_ns":2,"end":"applied"}`}, ""},

		{"a worker's operations in order", []string{ordered, `{"worker":1,"seq":1,` + applied[12:], `{"seq":1,` + applied[12:], `{"worker":1,"seq":2,"delta":1,"invoked_ns":20,"returned_ns":20,"end":"applied"}`}, ""},
		{"a hole at the start", []string{ordered, `{"worker":1,"seq":2,` + applied[12:]}, `line 2: seq: worker 1's operation 1 is missing before its operation 2`},
		{"a hole", []string{ordered, applied, `{"worker":1,"seq":3,"delta":1,"invoked_ns":20,"returned_ns":20,"end":"applied"}`}, `line 3: seq: worker 1's operation 2 is missing`},
		{"a repeated one", []string{ordered, applied, `{"worker":1,"seq":1,"delta":1,"invoked_ns":20,"returned_ns":20,"end":"applied"}`}, `line 3: seq: worker 1's operation 1 occurs twice`},
		{"holes where nobody promised order", []string{header, `{"worker":1,"seq":7,` + applied[12:], `{"worker":1,"seq":7,` + applied[12:]}, ""},
		{"back in time", []string{ordered, applied, `{"worker":1,"delta":1,"invoked_ns":19,"returned_ns":20,"end":"applied"}`}, `line 3: invoked_ns: worker 1 began this at 19, before its previous operation ended at 20`},

		{"an unknown member", []string{header, `{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","colour":"red"}`}, ""},
		{"an unknown member of a strict history", []string{strict, `{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","colour":"red"}`}, `line 2: the format has no member "colour"`},
		{"an attempt's members", []string{strict, `{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"applied","after":{"value":1},"token":"t"}`, `{"finals":[{"value":1,"version":2}],"elapsed_ns":7}`}, ""},
		{"an attempt's member beside attempts", []string{strict, `{"delta":1,"invoked_ns":10,"returned_ns":20,"end":"applied","after":{"value":1},"attempts":[` + won + `]}`}, `line 2: the format has no member "after"`},
		{"an unknown member of an attempt", []string{strict, tried("applied", try("12-14", "applied", `,"colour":1`))}, `attempts[0]: the format has no member "colour"`},
		{"an unknown member of a state", []string{strict, tried("applied", try("12-14", "applied", `,"after":{"value":1,"ver":2}`))}, `after: the format has no member "ver"`},
		{"an unknown member of a fault", []string{strict, tried("applied", try("12-14", "applied", `,"faults":[{"name":"x"}]`))}, `the format has no member "name"`},
		{"an unknown member of the header", []string{`{"contend_history":1,"strict":true,"flor":0}`}, `line 1: the format has no member "flor"`},
		{"an unknown member of a counter", []string{`{"contend_history":1,"strict":true,"counters":[{"name":"a"}]}`}, `counters[0]: the format has no member "name"`},
		{"an unknown member of the footer", []string{strict, `{"finals":[],"ended":1}`}, `line 2: the format has no member "ended"`},
		{"an unknown member of a final reading", []string{strict, `{"finals":[{"val":1}]}`}, `finals[0]: the format has no member "val"`},

		{"a second header", []string{header, applied, header}, `line 3: a second header`},
		{"a header after the footer", []string{header, `{"finals":[]}`, header, applied}, `line 3: a second header`},
		{"a header after operations", []string{applied, header}, `line 2: a second header`},
	} {
		_, _, err := read(strings.NewReader(strings.Join(c.lines, "\n") + "\n"))
		switch {
		case c.message == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.message != "" && (err == nil || !strings.Contains(err.Error(), c.message)):
			t.Errorf("%s: got %v, want %s", c.what, err, c.message)
		}
	}
}

// TestOtherEncodingsAreNamed: a byte order mark is skipped. The error for a text that
// is no history says what the text is.
func TestOtherEncodingsAreNamed(t *testing.T) {
	const text = `{"contend_history":1,"tool":"me"}` + "\n"
	utf16le := func(mark string) string {
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune(mark + text)) {
			b.WriteByte(byte(unit))
			b.WriteByte(byte(unit >> 8))
		}
		return b.String()
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte(text))
	w.Close()
	for _, c := range []struct{ what, text, message string }{
		{"a byte order mark", "\ufeff" + text, ""},
		{"a byte order mark and a blank line", "\ufeff\n" + text, ""},
		{"UTF-16", utf16le("\ufeff"), "in UTF-16"},
		{"UTF-16 without a mark", utf16le(""), "in UTF-16"},
		{"UTF-16, big end first", "\xfe\xff\x00{\x00}", "in UTF-16"},
		{"UTF-32", "\xff\xfe\x00\x00{\x00\x00\x00", "in UTF-32"},
		{"gzip", zipped.String(), "compressed with gzip"},
		{"xz", "\xfd7zXZ\x00", "compressed with xz"},
	} {
		for name, text := range map[string]string{"plain": c.text, "compressed": string(zstandard(t, c.text))} {
			r, _, err := read(strings.NewReader(text))
			switch {
			case c.message == "" && (err != nil || r.Header().Tool != "me"):
				t.Errorf("%s, %s: %v", c.what, name, err)
			case c.message != "" && (err == nil || !strings.Contains(err.Error(), c.message)):
				t.Errorf("%s, %s: got %v, want %s", c.what, name, err, c.message)
			}
		}
	}
}

func zstandard(t *testing.T, text string) []byte {
	t.Helper()
	var file bytes.Buffer
	out, err := newFrames(&file)
	if err != nil {
		t.Fatal(err)
	}
	out.write([]byte(text))
	out.end()
	return file.Bytes()
}

// TestAnUnknownEndMayBeAbsent: nobody may know when an operation ended whose outcome is
// unknown, nor when a try without an answer did.
func TestAnUnknownEndMayBeAbsent(t *testing.T) {
	text := `{"contend_history":1,"workers":1,"ordered":true}
{"delta":1,"invoked_ns":10,"end":"unknown"}
{"delta":1,"invoked_ns":30,"returned_ns":40,"end":"applied","attempts":[{"invoked_ns":30,"outcome":"unknown"},{"invoked_ns":35,"returned_ns":39,"outcome":"applied"}]}
{"finals":[{"value":2,"invoked_ns":40,"returned_ns":41}]}
`
	r, ops, err := read(strings.NewReader(text))
	if err != nil || r.Footer() == nil {
		t.Fatal(err)
	}
	want := []Op{
		{Sequence: 1, Kind: Increment, Delta: 1, Due: 10, Invoked: 10, Returned: NoEnd, Ending: Unknown, Attempts: []Attempt{
			{Invoked: 10, Returned: NoEnd, Outcome: counter.Unknown, Written: true},
		}},
		{Sequence: 2, Kind: Increment, Delta: 1, Due: 30, Invoked: 30, Returned: 40, Ending: Applied, Attempts: []Attempt{
			{Invoked: 30, Returned: NoEnd, Outcome: counter.Unknown, Written: true},
			{Invoked: 35, Returned: 39, Outcome: counter.Applied, Written: true},
		}},
	}
	if !reflect.DeepEqual(ops, want) {
		t.Errorf("got %+v", ops)
	}
	again := appendOp(appendOp(appendHeader(nil, &r.header), &ops[0]), &ops[1])
	if _, ops, err := read(bytes.NewReader(again)); err != nil || !reflect.DeepEqual(ops, want) {
		t.Errorf("written and read again: %+v, %v", ops, err)
	}
	if _, _, err := read(strings.NewReader(`{"delta":1,"invoked_ns":1,"returned_ns":9,"end":"gave up","attempts":[{"invoked_ns":2,"outcome":"conflict"}]}` + "\n")); err == nil ||
		!strings.Contains(err.Error(), "attempt 1 of 1: returned_ns is missing") {
		t.Errorf("a refused write without an end: %v", err)
	}
}
