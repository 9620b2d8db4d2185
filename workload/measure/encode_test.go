package measure

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"contend/internal/longtest"
	"contend/workload/history"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// compress makes a file of a text.
func compress(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// text is what is written of a result, before it is compressed.
func text(t testing.TB, r *Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	d, err := zstd.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all, err := io.ReadAll(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// inconsistent is a result whose every field is set, to be read although its sums do not
// hold.
func inconsistent() *Result {
	r := fullResult(1, 2)
	r.OpenLoop = new(OpenLoop)
	r.OpenLoop.Lateness.Record(time.Second)
	r.Scenario.Load.Stages, r.Stages = nil, nil
	r.EndedEarly = nil
	s := joinable(2)
	r.Scenario.Retry.Mix, r.Scenario.Embedded.Latencies = s.Retry.Mix, s.Embedded.Latencies
	r.Parts.Policies = append(r.Parts.Policies, r.Parts.Policies[0])
	r.Parts.Latencies = append(r.Parts.Latencies, r.Parts.Latencies[0])
	return r
}

// TestAResultIsReadAsItWasWritten, and every field of it.
func TestAResultIsReadAsItWasWritten(t *testing.T) {
	s := joinable(12)
	for what, r := range map[string]*Result{"full": inconsistent(), "measured": recordedBy(&s, 1)[0]} {
		again, err := Decode(strings.NewReader(string(compress(t, text(t, r)))))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		want := map[string]reflect.Value{}
		fields(reflect.ValueOf(*r), "", func(name string, v reflect.Value) { want[name] = v })
		fields(reflect.ValueOf(*again), "", func(name string, got reflect.Value) {
			g, w := got.Interface(), want[name].Interface()
			switch {
			case name == ".Course.Err" && r.Err != nil:
				if again.Err.Error() != r.Err.Error() || !errors.Is(again.Err, ErrInconsistent) {
					t.Errorf("%s: the error is %v, want %v", what, again.Err, r.Err)
				}
			case got.Kind() == reflect.Slice && got.Type().Elem() == reflect.TypeFor[history.Ledger](): // see the test of ledgers
			case !reflect.DeepEqual(g, w):
				t.Errorf("%s: %s is %+v, want %+v", what, name, g, w)
			}
		})
		if !strings.HasPrefix(text(t, again), text(t, r)) {
			t.Errorf("%s: it was written differently again", what)
		}
	}
}

// TestMemberNames: who renames a field changes what other versions write.
func TestMemberNames(t *testing.T) {
	all := regexp.MustCompile(`"[a-z0-9_]+":`).FindAllString(text(t, fullResult(0, 2))+text(t, inconsistent()), -1)
	slices.Sort(all)
	got := strings.Join(slices.Compact(all), "\n") + "\n"
	path := filepath.Join("testdata", "members.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%v: the members are\n%s", err, got)
	}
}

func TestMeasurementsThatAreRefused(t *testing.T) {
	s := joinable(3)
	whole := text(t, recordedBy(&s, 1)[0])
	change := func(from, to string) string {
		if !strings.Contains(whole, from) {
			t.Fatalf("%s is not in %s", from, whole)
		}
		return strings.Replace(whole, from, to, 1)
	}
	for _, c := range []struct{ what, text, want string }{
		{"a version to come", change(`{"version":1`, `{"version":2`), "version 2; this program reads version 1"},
		{"no version", change(`{"version":1,`, `{`), "version 0"},
		{"an unknown member", change(`{"version":1`, `{"version":1,"more":1`), `unknown member "more"`},
		{"a member twice", change(`{"version":1`, `{"version":1,"version":1`), `"version" occurs twice`},
		{"an unknown member deep inside", change(`"tally":{`, `"tally":{"more":1,`), `tally: unknown member "more"`},
		{"a negative count", change(`"tally":{"due":`, `"tally":{"due":-`), "tally: due: -3000 is not within"},
		{"a sum that does not hold", change(`"tally":{"due":`, `"tally":{"due":1`), "internal consistency error: due = started + dropped"},
		{"no scenario", change(`"scenario":"`, `"scenario":"x: 1\n`), "scenario: "},
		{"no list", change(`"workers":[`, `"workers":{"a":[`), `workers: "{" is not a list`},
		{"a worker that the scenario has not", change(`"number":2`, `"number":3`), "the number 3 is not in (1, 3)"},
		{"a worker out of order", change(`"number":2`, `"number":1`), "the number 1 is not in (1, 3)"},
		{"a machine that there is not", change(`"source":{"run":"r"`, `"source":{"run":"r","machine":1`), "there is no machine 1 of 1"},
		{"another ledger", change(`"ledgers":[{`, `"ledgers":[{"more":1,`), "ledgers: 0: ledger: json: unknown field"},
		{"cut off", whole[:len(whole)/2], "unexpected EOF"},
		{"more after it", whole + "{}", "there is more after the object"},
		{"nothing", "", "unexpected EOF"},
		{"no object", "[]", `"[" is not an object`},
	} {
		_, err := Decode(bytes.NewReader(compress(t, c.text)))
		if err == nil || !strings.Contains(err.Error(), "measurements: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %.300v, want %q", c.what, err, c.want)
		}
	}
	if _, err := Decode(strings.NewReader("no zstd")); err == nil {
		t.Error("a text that is not compressed was read")
	}
}

// TestTimesThatAreRefused: what follows from times is computed in steps of them.
func TestTimesThatAreRefused(t *testing.T) {
	for want, change := range map[string]func(*Result){
		"it lasted for -1ns":        func(r *Result) { r.Elapsed = -1 },
		"and its load for 2400h0m":  func(r *Result) { r.LoadEnded = latest + 1 },
		"1s to 2s is no part":       func(r *Result) { r.Stalls.All[0].Began = -1 },
		"from 1s to 2s is no":       func(r *Result) { r.Stalls.All[0].Over = latest + 1 },
		"from 2s to 1s is no part":  func(r *Result) { r.Stalls.All[0].From, r.Stalls.All[0].To = 2*time.Second, time.Second },
		"before the one before it":  func(r *Result) { r.Stalls.All = append(r.Stalls.All, r.Stalls.All[0]) },
		"no threshold 7":            func(r *Result) { r.EndedEarly = &EndedEarly{Threshold: 7} },
		"the scenario has 2 count":  func(r *Result) { r.Ledgers = r.Ledgers[:1] },
		"not those of the scenario": func(r *Result) { r.Parts.Policies = nil },
		"open_loop: ":               func(r *Result) { r.OpenLoop = nil },
		"stages: 1, but":            func(r *Result) { r.Stages = make([]StageTally, 1) },
		"more than 528 buckets":     func(r *Result) { r.Seconds[0].Responses = make([]uint32, buckets+1) },
	} {
		r := inconsistent()
		change(r)
		if _, err := decoded(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestMemoryIsBounded: a small file cannot fill the memory. At short length a test of
// internal/strictjson alone decodes a list that is too long.
func TestMemoryIsBounded(t *testing.T) {
	const histogram, tooMany = `{"counts":[1,1]}`, "more than 1048576 elements"
	for what, text := range map[string]string{
		"more than 1000 histograms":   `{"parts":{"policies":[` + strings.Repeat(histogram+",", 1500) + histogram + `]}}`,
		tooMany:                       `{"warnings":[` + strings.Repeat(`"",`, 1<<20) + `""]}`,
		"more than 4 elements":        `{"latency":{"by_kind":[{},{},{},{},{}]}}`,
		`"5" is not a string`:         `{"warnings":[5]}`,
		`"x" is not an integer`:       `{"elapsed_ns":"x"}`,
		`"1e3" is not an integer`:     `{"elapsed_ns":1e3}`,
		`is not an RFC 3339 time`:     `{"started_at":"today"}`,
		`neither true nor false`:      `{"interrupted":1}`,
		`invalid character`:           `{"interrupted":maybe}`,
		`"<nil>" is not an object`:    `{"tally":null}`,
		`1 elements, not 4`:           `{"tally":{"applied_by_kind":[1]}}`,
		`not an integer in range`:     `{"seconds":[{"responses":[4294967296]}]}`,
		`out of range`:                `{"elapsed_ns":9223372036854775807}`,
		`unknown outcome "abc"`:       `{"wire":{"answers":[{"outcome":"abc","count":1}]}}`,
		`occurs twice`:                `{"wire":{"answers":[{"outcome":"applied","count":1},{"outcome":"applied","count":1}]}}`,
		`-1 answers of status 0`:      `{"wire":{"answers":[{"outcome":"applied","count":-1}]}}`,
		`0 durations of 1 µs`:         `{"client":{"delay":{"counts":[1,0]}}}`,
		`json: unknown field "value"`: `{"client":{"delay":{"value":[1,0]}}}`,
	} {
		if what == tooMany && !longtest.Asked() {
			continue
		}
		if _, err := Decode(bytes.NewReader(compress(t, text))); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("got %.200v, want %q", err, what)
		}
	}
	const part = 1 << 20 // a file may have several parts, of which one is compressed here
	_, err := Decode(bytes.NewReader(bytes.Repeat(compress(t, strings.Repeat(" ", part)), maxText/part+1)))
	if err == nil || !strings.Contains(err.Error(), "more than 134217728 bytes") {
		t.Errorf("%d parts of %d bytes: got %.200v", maxText/part+1, part, err)
	}
}

// FuzzDecode: no text causes a panic, and what was read can be written, read and joined.
func FuzzDecode(f *testing.F) {
	s := joinable(3)
	f.Add(text(f, recordedBy(&s, 1)[0]))
	f.Add(text(f, inconsistent()))
	f.Add(`{"version":1,"scenario":"name: a"}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Decode(bytes.NewReader(compress(t, text)))
		if err != nil {
			return
		}
		again, err := decoded(r)
		if err != nil {
			t.Fatalf("it was read once, and now: %v", err)
		}
		if again.Tally != r.Tally || len(again.Seconds) != len(r.Seconds) {
			t.Errorf("got %+v, want %+v", again.Tally, r.Tally)
		}
		if _, err := Join([]*Result{again}); err != nil {
			t.Error(err)
		}
	})
}
