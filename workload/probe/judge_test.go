package probe

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// expect wants a row's verdict and a part of its evidence.
func expect(t *testing.T, what string, row Row, verdict Verdict, evidence string) {
	t.Helper()
	if row.Verdict != verdict || !strings.Contains(strings.Join(row.Evidence, "\n"), evidence) {
		t.Errorf("%s: got %s, %s %q", what, row.Verdict, row.Finding, row.Evidence)
	}
}

func TestJudgeCreations(t *testing.T) {
	won, refused, unknown := counter.Applied, counter.Conflict, counter.Unknown
	mine := map[int]string{0: `{owner="worker 0"}`}
	expect(t, "one winner", judgeCreations([]creation{{0, 0, won}, {0, 1, refused}}, mine, nil), Right, "")
	expect(t, "two winners", judgeCreations([]creation{{0, 0, won}, {0, 1, won}}, mine, nil), Broken, "worker 0 and worker 1 were both")
	expect(t, "no winner", judgeCreations([]creation{{0, 0, refused}, {0, 1, refused}}, mine, nil), Broken, "all 2 workers")
	expect(t, "another's item", judgeCreations([]creation{{0, 0, refused}, {0, 1, won}}, mine, nil), Broken, "worker 1 was acknowledged, and the item holds")
	expect(t, "a lost answer may be the winner's",
		judgeCreations([]creation{{0, 0, unknown}, {0, 1, refused}}, mine, errors.New("lost")), NotJudged, "")
}

func TestJudgePairs(t *testing.T) {
	final := item{"x": num("1"), "y": num("1")}
	done := pairChange{allowed: true, outcome: counter.Applied, looked: true, x: "1", y: "1.0"}
	expect(t, "both", judgePairs([]pairChange{done}, final, nil), Right, "")
	half := done
	half.y = "0"
	expect(t, "half", judgePairs([]pairChange{half}, final, nil), Broken, "read x=1 y=0")
	expect(t, "half in the end", judgePairs([]pairChange{done}, item{"x": num("1"), "y": num("0")}, nil), Broken, "x=1 y=0")
	expect(t, "gone in the end", judgePairs([]pairChange{done}, nil, nil), Broken, "no item")
	expect(t, "false, acknowledged", judgePairs([]pairChange{{outcome: counter.Applied}}, final, nil), Broken, "its condition was false")
	expect(t, "true, refused", judgePairs([]pairChange{done, {allowed: true, outcome: counter.Conflict}}, final, nil), Broken, "its condition was true")
	expect(t, "unknown", judgePairs([]pairChange{{allowed: true, outcome: counter.Unknown}}, final, errors.New("lost")), NotJudged, "")
}

func TestLostPlainWrites(t *testing.T) {
	final := item{"own1": num("2")}
	first := plainWrite{worker: 1, wrote: 1}
	for _, c := range []struct {
		what   string
		writes []plainWrite
		want   string // a part of the evidence, "" for none
	}{
		{"each replaces the last", []plainWrite{first, {1, 2, "1", false}}, ""},
		{"one was not there", []plainWrite{first, {1, 2, "", false}}, "was told that it replaced \"\", not \"1\""},
		{"the last is gone", []plainWrite{first, {1, 2, "1", false}, {1, 3, "2", false}}, "in the end it is \"2\""},
		{"the last may not have been made", []plainWrite{first, {1, 2, "1", false}, {1, 3, "", true}}, ""},
		{"the last may have been made", []plainWrite{first, {1, 2, "", true}}, ""},
	} {
		evidence := strings.Join(lostPlainWrites(c.writes, final), "\n")
		if c.want == "" && evidence != "" || !strings.Contains(evidence, c.want) {
			t.Errorf("%s: got %q", c.what, evidence)
		}
	}
}

func TestJudgeCapacity(t *testing.T) {
	units := func(n float64) *types.ConsumedCapacity { return &types.ConsumedCapacity{CapacityUnits: &n} }
	expect(t, "told", judgeCapacity([]metered{{"PutItem", 1, units(1)}}), Right, "")
	expect(t, "wrong", judgeCapacity([]metered{{"PutItem", 1, units(5)}}), Broken, "5 units")
	expect(t, "silent", judgeCapacity([]metered{{"PutItem", 1, nil}}), NotSupported, "no consumed capacity")
}

func TestNumbersAreComparedExactly(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true},
		{"2E125", "200E123", true},
		{"-0", "0", true},
		{"99999999999999999999999999999999999999", "1E38", false},
		{"0.3", "0.30000000000000004", false},
		{"", "0", false},
		{"1E999999999", "1E999999999", false}, // not worth the arithmetic
		{"1/2", "0.5", false},
	} {
		if got := equal(c.a, c.b); got != c.want {
			t.Errorf("equal(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

// TestSums checks the sums that the battery expects by exact arithmetic.
func TestSums(t *testing.T) {
	for _, s := range sums() {
		start, errStart := rational(s.start)
		add, errAdd := rational(s.add)
		want, errWant := rational(s.want)
		if err := errors.Join(errStart, errAdd, errWant); err != nil {
			t.Fatal(err)
		}
		if start.Add(start, add).Cmp(want) != 0 {
			t.Errorf("%s + %s is not %s", s.start, s.add, s.want)
		}
	}
}

func TestTable(t *testing.T) {
	report := &Report{Endpoint: "http://x", Workers: 2, Operations: 3, Seed: 4, Rows: []Row{
		{Name: "one", Verdict: Right, Finding: "all is well"},
		{Name: "two", Verdict: Broken, Finding: "a long sentence that has to be broken", Evidence: []string{"worker 1 and worker 2"}},
	}}
	var text bytes.Buffer
	if err := report.Text(&text, 60); err != nil {
		t.Fatal(err)
	}
	const want = `http://x: 2 workers, 3 operations each, seed 4

right          one                     all is well
broken         two                     a long sentence that
                                       has to be broken
                                       - worker 1 and worker
                                         2

1 right, 1 broken, 0 not supported, 0 not judged
`
	if text.String() != want {
		t.Errorf("got\n%s", text.String())
	}
	var encoded bytes.Buffer
	if err := report.Encode(&encoded); err != nil {
		t.Fatal(err)
	}
	var again Report
	if err := json.Unmarshal(encoded.Bytes(), &again); err != nil || !slices.EqualFunc(again.Rows, report.Rows, sameRow) {
		t.Errorf("got %+v, %v", again, err)
	}
}

func sameRow(a, b Row) bool {
	return a.Name == b.Name && a.Verdict == b.Verdict && a.Finding == b.Finding && slices.Equal(a.Evidence, b.Evidence)
}

func TestTableVerdict(t *testing.T) {
	for _, c := range []struct {
		rows []Verdict
		want Verdict
	}{
		{[]Verdict{Right, Right}, Right},
		{[]Verdict{Right, NotSupported}, Right},
		{[]Verdict{NotSupported}, NotJudged},
		{[]Verdict{Right, NotJudged}, NotJudged},
		{[]Verdict{Right, NotJudged, Broken}, Broken},
		{nil, NotJudged},
	} {
		var report Report
		for _, verdict := range c.rows {
			report.Rows = append(report.Rows, Row{Verdict: verdict})
		}
		if got := report.Verdict(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.rows, got, c.want)
		}
	}
}
