package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"contend/counter"
	"contend/counter/layout"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var fullHeader = Header{
	Tool: "contend 1.2", Scenario: "hot-key", Strategy: "conditional", Table: "mine", Attribute: "hits", Version: "meta.rev",
	Key:       layout.Key{Partition: layout.Element{Attribute: "PK", Type: "S", Template: "C#{counter}"}, Sort: layout.Element{Attribute: "n", Type: "N", Template: "7"}},
	StartedAt: time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC), Workers: 3, Ordered: true, Idempotent: true, Shards: 8, Calls: true, Floor: new(int64(-5)),
	Run: "r-7 \"é\"", Source: 2, Sources: 3, Clock: []ClockReading{{At: 1, Offset: -3, Within: 0}, {At: 7, Offset: 1 << 61, Within: 1 << 60}},
	Counters: []CounterStart{{Key: "a", Initial: State{Value: -5, Version: 7, Known: true}}, {Key: "b \"\\\n\x01é"}},
}

var fullFooter = Footer{
	Operations: 5, Elapsed: 3 * time.Second, Error: "it broke", Clock: []ClockReading{{Offset: math.MinInt64 / 4}},
	Claims: []Claim{{Counter: -1, Change: -3}, {Counter: 1, Change: 5, Low: -1, High: 2}},
	Finals: []CounterEnd{{Counter: 1, Invoked: 95, Returned: 96, Final: State{Value: math.MinInt64, Version: 3, Known: true}, Unseen: "a batch"}, {}},
}

// fullOps has every member, and every member left out.
var fullOps = []Op{
	{
		Worker: 2, Sequence: 1, Counter: 1, Kind: Increment, Delta: 1, Due: 3, Invoked: 5, Returned: 90, Ending: Applied, Call: "call-7",
		Attempts: []Attempt{
			{Invoked: 10, Returned: 20, Outcome: counter.Unknown, Reason: "lost \"reply\" \x02 \u2028"},
			{
				Invoked: 30, Returned: 40, Outcome: counter.Conflict, Written: true, Reason: "condition",
				Before: State{Value: 1, Version: 2, Known: true}, LookInvoked: 21, LookReturned: 22, Saw: State{Value: 4, Known: true},
				ReadUnits: 0.5,
			},
			{
				Invoked: 50, Returned: 60, Outcome: counter.Applied, Written: true, Before: State{Known: true},
				After: State{Value: math.MaxInt64, Version: math.MaxInt64, Known: true}, WriteUnits: 1, Token: "t-1",
				Repeated: true, Requests: 5, AmbiguousWrites: 2, Settled: 1, Faults: []Fault{
					{Kind: "lost-reply", Request: 1, Write: true, Delivered: 2, AppliedUnacknowledged: 1, Status: 400, Code: "Conditional\"Check"},
					{Kind: "reset"},
				},
			},
		},
	},
	{Worker: 0, Sequence: 1, Kind: Read, Eventual: true, Ending: GaveUp, Attempts: []Attempt{{Outcome: counter.Throttled, Reason: "hot key"}}},
	{Worker: 0, Sequence: 2, Kind: Decrement, Delta: math.MinInt64, Due: 1, Invoked: 1, Returned: 1, Ending: Unknown, Attempts: []Attempt{}},
	{
		Worker: 2, Sequence: 2, Kind: Transfer, Delta: -7, To: 1, Due: 95, Invoked: 95, Returned: 95, Ending: Applied,
		Attempts: []Attempt{{Invoked: 95, Returned: 95, Outcome: counter.Applied, Written: true}},
	},
	{Worker: 1, Sequence: 1, Due: math.MaxInt64, Kind: Increment, Ending: Failed, Attempts: []Attempt{{Outcome: counter.Failed, ReadUnits: 1e300, WriteUnits: 0.1}}},
}

func written(t testing.TB, h Header, f *Footer, ops ...Op) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := NewWriter(&file, h)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ops {
		w.Record(&ops[i])
	}
	if err := w.Close(f); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// read reads until the error, which is nil at the end.
func read(from io.Reader) (r *Reader, ops []Op, err error) {
	if r, err = NewReader(from); err != nil {
		return r, nil, err
	}
	for {
		var op Op
		if err := r.Next(&op); errors.Is(err, io.EOF) {
			return r, ops, nil
		} else if err != nil {
			return r, ops, err
		}
		ops = append(ops, op)
	}
}

func byWorker(ops []Op) map[int][]Op {
	sorted := map[int][]Op{}
	for _, op := range ops {
		if op.Attempts == nil {
			op.Attempts = []Attempt{}
		}
		sorted[op.Worker] = append(sorted[op.Worker], op)
	}
	return sorted
}

func TestRoundTrip(t *testing.T) {
	file := written(t, fullHeader, &fullFooter, fullOps...)
	plain := decompressed(t, file)
	for name, text := range map[string][]byte{"compressed": file, "plain": plain, "without last newline": plain[:len(plain)-1]} {
		r, ops, err := read(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(r.Header(), fullHeader) {
			t.Errorf("%s: header %+v", name, r.Header())
		}
		if !reflect.DeepEqual(byWorker(ops), byWorker(fullOps)) {
			t.Errorf("%s: got %+v", name, ops)
		}
		if r.Footer() == nil || !reflect.DeepEqual(*r.Footer(), fullFooter) || r.Cut() {
			t.Errorf("%s: footer %+v, cut %t", name, r.Footer(), r.Cut())
		}
		if err := r.Next(new(Op)); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the end: %v", name, err)
		}
	}
}

func decompressed(t testing.TB, file []byte) []byte {
	t.Helper()
	decoder, err := zstd.NewReader(bytes.NewReader(file), zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	text, err := io.ReadAll(decoder)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestForeignHistories(t *testing.T) {
	update := func(kind Kind, delta int64, ending Ending, outcome counter.Outcome) Op {
		return Op{
			Sequence: 1, Kind: kind, Delta: delta, Due: 1, Invoked: 1, Returned: 2, Ending: ending,
			Attempts: []Attempt{{Invoked: 1, Returned: 2, Outcome: outcome, Written: kind != Read}},
		}
	}
	seen := update(Read, 0, Applied, counter.Applied)
	seen.Attempts[0].Saw = State{Value: 9, Known: true}
	for _, c := range []struct {
		line string
		want Op
	}{
		{`{"delta":7,"invoked_ns":1,"returned_ns":2,"end":"applied"}`, update(Increment, 7, Applied, counter.Applied)},
		{`{"delta":-7,"invoked_ns":1,"returned_ns":2,"end":"unknown"}`, update(Decrement, -7, Unknown, counter.Unknown)},
		{`{"kind":"increment","invoked_ns":1,"returned_ns":2,"end":"gave up"}`, update(Increment, 1, GaveUp, counter.Conflict)},
		{`{"kind":"decrement","invoked_ns":1,"returned_ns":2,"end":"failed"}`, update(Decrement, -1, Failed, counter.Failed)},
		{`{"kind":"add","delta":-2,"invoked_ns":1,"returned_ns":2,"end":"applied"}`, update(Decrement, -2, Applied, counter.Applied)},
		{`{"kind":"add","delta":0,"invoked_ns":1,"returned_ns":2,"end":"applied"}`, update(Increment, 0, Applied, counter.Applied)},
		{`{"delta":0,"invoked_ns":1,"returned_ns":2,"end":"applied","saw":{"value":9},"else":[{}]}`, seen},
		{` {"kind":"read", "worker":null, "invoked_ns":1,"returned_ns":2,"end":"applied","saw":{"value":9}} ` + "\r", seen},
	} {
		r, ops, err := read(strings.NewReader("\n" + c.line + "\n\n"))
		if err != nil || len(ops) != 1 || !reflect.DeepEqual(ops[0], c.want) || r.Cut() || r.Footer() != nil {
			t.Errorf("%s: got %+v, %v", c.line, ops, err)
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	const times = `"invoked_ns":1,"returned_ns":2,"end":"applied"`
	for _, c := range []struct{ line, message string }{
		{`{"contend_history":2}`, `line 1: a history of version 2; this program reads version 1`},
		{`{"contend_history":1,"workers":-1}`, `line 1: workers: -1 is not within [0, 1048576]`},
		{`{"contend_history":1,"started_at":"noon"}`, `started_at: "noon" is not an RFC 3339 time`},
		{`{"contend_history":1,"counters":[{"key":7}]}`, `counters[0]: key: 7 is not a string`},
		{`{`, ``}, // cut off
		{"{\n", `line 1: cannot parse JSON`},
		{`[1]`, `line 1: [1] is not an object`},
		{`{` + times + `}`, `line 1: kind and delta are missing`},
		{`{"delta":1.5,` + times + `}`, `delta: 1.5 is not an integer within int64`},
		{`{"delta":9223372036854775808,` + times + `}`, `delta: 9223372036854775808 is not an integer within int64`},
		{`{"delta":"1",` + times + `}`, `delta: "1" is not an integer within int64`},
		{`{"kind":"increment","delta":-1,` + times + `}`, `delta: -1 does not fit kind "increment"`},
		{`{"kind":"read","delta":1,` + times + `}`, `delta: 1 does not fit kind "read"`},
		{`{"kind":"add",` + times + `}`, `delta is missing`},
		{`{"kind":"reset",` + times + `}`, `kind: unknown word "reset"`},
		{`{"delta":1,"invoked_ns":1,"returned_ns":2}`, `end is missing`},
		{`{"delta":1,"invoked_ns":1,"returned_ns":2,"end":"ok"}`, `end: unknown word "ok"`},
		{`{"delta":1,"returned_ns":2,"end":"applied"}`, `invoked_ns is missing`},
		{`{"delta":1,"invoked_ns":2,"end":"applied"}`, `returned_ns is missing`},
		{`{"delta":1,"invoked_ns":2,"end":"gave up"}`, `returned_ns is missing`},
		{`{"delta":1,"invoked_ns":-2,"end":"unknown"}`, `invoked_ns: -2 is not within`},
		{`{"delta":1,"end":"unknown"}`, `invoked_ns is missing`},
		{`{"delta":1,"invoked_ns":1,"returned_ns":9223372036854775807,"end":"applied"}`, `returned_ns: 9223372036854775807 is not within`},
		{`{"delta":1,"invoked_ns":-2,"returned_ns":2,"end":"applied"}`, `invoked_ns: -2 is negative`},
		{`{"delta":1,"invoked_ns":3,"returned_ns":2,"end":"applied"}`, `returned_ns: 2 is before invoked_ns, 3`},
		{`{"delta":1,"due_ns":-1,` + times + `}`, `due_ns: -1 is not within`},
		{`{"delta":1,"worker":-1,` + times + `}`, `worker: -1 is not within`},
		{`{"delta":1,"counter":1048576,` + times + `}`, `counter: 1048576 is not within [0, 1048575]`},
		{`{"delta":0,"reads":"weak",` + times + `}`, `reads: unknown word "weak"`},
		{`{"delta":0,"saw":{"version":1},` + times + `}`, `saw: value is missing`},
		{`{"delta":0,"saw":7,` + times + `}`, `saw: 7 is not an object`},
		{`{"delta":0,"read_units":-1,` + times + `}`, `read_units: -1 is not an amount of capacity units`},
		{`{"delta":0,"written":1,` + times + `}`, `written: 1 is neither true nor false`},
		{`{"delta":1,"attempts":7,` + times + `}`, `attempts: 7 is not a list`},
		{`{"delta":1,"attempts":[7],` + times + `}`, `attempts[0]: 7 is not an object`},
		{`{"delta":1,"attempts":[{"invoked_ns":1,"returned_ns":2}],` + times + `}`, `attempts[0]: outcome is missing`},
		{`{"delta":1,"attempts":[{"invoked_ns":1,"returned_ns":2,"outcome":"won"}],` + times + `}`, `outcome: unknown word "won"`},
		{`{"delta":1,"look_invoked_ns":1,` + times + `}`, `look_returned_ns is missing`},
		{`{"delta":1,"repeated":1,` + times + `}`, `repeated: 1 is neither true nor false`},
		{`{"delta":1,"requests":-1,` + times + `}`, `requests: -1 is not within [0, 65536]`},
		{`{"delta":1,"doubts":65537,` + times + `}`, `doubts: 65537 is not within`},
		{`{"delta":1,"over":1e9,` + times + `}`, `over: 1e9 is not an integer within int64`},
		{`{"delta":1,"faults":{},` + times + `}`, `faults: {} is not a list`},
		{`{"delta":1,"faults":[{"kind":7}],` + times + `}`, `faults[0]: kind: 7 is not a string`},
		{`{"delta":1,"faults":[{},{"delivered":-1}],` + times + `}`, `faults[1]: delivered: -1 is not within`},
		{`{"contend_history":1,"floor":0.5}`, `floor: 0.5 is not an integer within int64`},
		{`{"contend_history":1,"idempotent":"yes"}`, `idempotent: "yes" is neither true nor false`},
		{`{"contend_history":1,"counters":[{"key":"a"}]}` + "\n" + `{"delta":1,"counter":1,` + times + `}`, `line 2: counter: 1 is not within [0, 0]`},
		{`{"delta":1,` + times + `}` + "\n" + `{"operations":2}`, `line 2: the footer says 2 operations, but there are 1`},
		{`{"operations":0}` + "\n" + `{"delta":1,` + times + `}`, `line 2: a line follows the footer`},
	} {
		r, _, err := read(strings.NewReader(c.line))
		switch {
		case c.message == "":
			if err != nil || !r.Cut() {
				t.Errorf("%s: got %v", c.line, err)
			}
		case err == nil || !strings.Contains(err.Error(), c.message):
			t.Errorf("%s: got %v, want %s", c.line, err, c.message)
		}
	}
}

// TestTruncationAtEveryByte: a cut file gives a prefix of the whole one, with all of
// its closed frames, and the reader reports the cut.
func TestTruncationAtEveryByte(t *testing.T) {
	frames := [][]byte{written(t, fullHeader, nil, fullOps[0], fullOps[3]), written(t, fullHeader, &fullFooter, fullOps...)}
	ends := map[int]int{0: 0}
	var file bytes.Buffer
	out, err := newFrames(&file)
	if err != nil {
		t.Fatal(err)
	}
	out.write(appendHeader(nil, &fullHeader))
	out.end()
	for i := range fullOps {
		ends[file.Len()] = i
		out.write(appendOp(nil, &fullOps[i]))
		out.end()
	}
	ends[file.Len()] = len(fullOps)
	out.write(appendFooter(nil, &fullFooter))
	out.end()
	frames = append(frames, file.Bytes(), decompressed(t, file.Bytes()))

	for which, whole := range frames {
		_, all, err := read(bytes.NewReader(whole))
		if err != nil {
			t.Fatal(err)
		}
		for n := range whole {
			r, ops, err := read(bytes.NewReader(whole[:n]))
			if err != nil {
				t.Fatalf("file %d, %d bytes: %v", which, n, err)
			}
			if len(ops) > len(all) || len(ops) > 0 && !reflect.DeepEqual(ops, all[:len(ops)]) {
				t.Fatalf("file %d, %d bytes: got %+v", which, n, ops)
			}
			if which == 2 {
				checkCut(t, r, ops, ends, n)
			}
			if r.Footer() != nil && n < len(whole)-1 {
				t.Errorf("file %d, %d bytes: a footer", which, n)
			}
		}
	}
}

func checkCut(t *testing.T, r *Reader, ops []Op, ends map[int]int, n int) {
	t.Helper()
	given, atEnd := ends[n]
	if r.Cut() == atEnd {
		t.Errorf("%d bytes: cut %t", n, r.Cut())
	}
	if atEnd && len(ops) != given {
		t.Errorf("%d bytes: %d operations, want %d", n, len(ops), given)
	}
	for end, want := range ends {
		if end <= n && len(ops) < want {
			t.Errorf("%d bytes: %d operations, although %d stand in closed frames", n, len(ops), want)
		}
	}
}

func TestReadErrorsAreToldWithTheirLine(t *testing.T) {
	file := written(t, fullHeader, &fullFooter, fullOps...)
	damaged := bytes.Clone(file)
	damaged[len(damaged)-2] ^= 1 // the checksum
	if _, _, err := read(bytes.NewReader(damaged)); !errors.Is(err, zstd.ErrCRCMismatch) || !strings.Contains(err.Error(), "line ") {
		t.Errorf("got %v", err)
	}
	broken := io.MultiReader(strings.NewReader("{\"contend_history\":1}\n"), &failing{})
	if _, _, err := read(broken); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errFull }

func TestRecordAndNextDoNotAllocate(t *testing.T) {
	op := typical
	w, err := NewWriter(io.Discard, Header{Workers: 32})
	if err != nil {
		t.Fatal(err)
	}
	record := func() { w.Record(&op) }
	for range 20000 {
		record()
	}
	if n := testing.AllocsPerRun(20000, record); n != 0 {
		t.Errorf("%v allocations for a Record", n)
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(written(t, Header{Workers: 32}, nil, slices.Repeat([]Op{op}, 20000)...)))
	if err != nil {
		t.Fatal(err)
	}
	var got Op
	next := func() {
		if err := r.Next(&got); err != nil {
			t.Fatal(err)
		}
	}
	for range 5000 {
		next()
	}
	if n := testing.AllocsPerRun(10000, next); n != 0 {
		t.Errorf("%v allocations for a Next", n)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(written(f, fullHeader, &fullFooter, fullOps...))
	f.Add(decompressed(f, written(f, fullHeader, &fullFooter, fullOps...)))
	f.Add([]byte(`{"contend_history":1,"run":"r","source":1,"sources":2,"clock":[{"at_ns":5,"offset_ns":9,"within_ns":1},{"at_ns":9,"offset_ns":5,"within_ns":0}]}` +
		"\n" + `{"finals":[],"clock":[{"at_ns":0,"offset_ns":-1,"within_ns":2}]}`))
	f.Add([]byte(`{"delta":1e1,"invoked_ns":1,"returned_ns":2,"end":"applied","reason":"\ud800é","token":"` + "\xff" + `","read_units":0.30000000000000004}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, ops, err := read(bytes.NewReader(text))
		if err != nil {
			return
		}
		again := appendHeader(nil, &r.header)
		for i := range ops {
			again = appendOp(again, &ops[i])
		}
		if footer := r.Footer(); footer != nil {
			again = appendFooter(again, footer)
		}
		r2, ops2, err := read(bytes.NewReader(again))
		if err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
		for _, c := range []struct{ got, want any }{{ops2, ops}, {plainHeader(r2.header), plainHeader(r.header)}, {r2.footer, r.footer}} {
			if got, want := fmt.Sprintf("%+v", c.got), fmt.Sprintf("%+v", c.want); got != want {
				t.Fatalf("got %s\nwant %s", got, want)
			}
		}
	})
}

// plainHeader is a header without its pointer, for comparison as text.
func plainHeader(h Header) any {
	floor := State{}
	if h.Floor != nil {
		floor = State{Value: *h.Floor, Known: true}
	}
	h.Floor = nil
	return struct {
		Header Header
		Floor  State
	}{h, floor}
}

// TestFaultsAreCopied: the caller may use the memory of faults again while the flusher
// still works.
func TestFaultsAreCopied(t *testing.T) {
	op := Op{Kind: Increment, Delta: 1, Ending: Unknown, Attempts: []Attempt{{Outcome: counter.Unknown, Written: true, Faults: make([]Fault, 1)}}}
	fault := &op.Attempts[0].Faults[0]
	var file bytes.Buffer
	w, err := NewWriter(&file, Header{Workers: 1, Ordered: true})
	if err != nil {
		t.Fatal(err)
	}
	var l Ledger
	const operations = 3 * batchSize
	for n := range operations {
		op.Sequence = int64(n + 1)
		*fault = Fault{Kind: "reset", Request: n + 1, Write: true}
		w.Record(&op)
		l.Record(&op)
	}
	*fault = Fault{Kind: "overwritten"}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	_, ops, err := read(&file)
	if err != nil || len(ops) != operations {
		t.Fatalf("%d operations, %v", len(ops), err)
	}
	for i, read := range ops {
		if got := read.Attempts[0].Faults[0]; got.Kind != "reset" || got.Request != i+1 {
			t.Fatalf("operation %d: %+v", i+1, got)
		}
	}
	for i, kept := range l.Doubtful {
		if got := kept.Attempts[0].Faults[0]; got.Kind != "reset" || got.Request != i+1 {
			t.Fatalf("ledger, operation %d: %+v", i+1, got)
		}
	}
}

// typical is an operation of hot-key.
var typical = Op{
	Worker: 17, Sequence: 4711, Kind: Increment, Delta: 1, Due: 123_456_789_012, Invoked: 123_456_789_012, Returned: 123_498_765_432, Ending: Applied,
	Attempts: []Attempt{
		{
			Invoked: 123_460_789_012, Returned: 123_465_000_000, Outcome: counter.Conflict, Written: true, Reason: "ConditionalCheckFailedException",
			Before: State{Value: 99_999, Version: 100_000, Known: true}, LookInvoked: 123_456_789_100, LookReturned: 123_460_789_000, ReadUnits: 1,
		},
		{
			Invoked: 123_490_789_012, Returned: 123_498_765_000, Outcome: counter.Applied, Written: true,
			Before: State{Value: 100_123, Version: 100_124, Known: true}, LookInvoked: 123_486_789_100, LookReturned: 123_490_789_000, ReadUnits: 1,
			After: State{Value: 100_124, Version: 100_125, Known: true}, WriteUnits: 1,
		},
	},
}

func BenchmarkRecord(b *testing.B) {
	w, err := NewWriter(io.Discard, Header{Workers: 32})
	if err != nil {
		b.Fatal(err)
	}
	op := typical
	b.ReportAllocs()
	for b.Loop() {
		op.Sequence++
		op.Invoked += 12345
		op.Returned += 12367
		w.Record(&op)
	}
	if err := w.Close(nil); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkEncode(b *testing.B) {
	line := appendOp(nil, &typical)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		line = appendOp(line[:0], &typical)
	}
}

func BenchmarkNext(b *testing.B) {
	file := written(b, Header{Workers: 32}, nil, slices.Repeat([]Op{typical}, 10000)...)
	b.ReportAllocs()
	var op Op
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		for err = r.Next(&op); err == nil; {
			err = r.Next(&op)
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/operation")
}
