package strictjson

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type inner struct{ CPUIn time.Duration }

type sample struct {
	inner2
	Name     string
	At       time.Time
	Wait     time.Duration
	N        int64
	Signed   int64 `strictjson:"signed"`
	X        float64
	Yes      bool
	CPUs     int `json:"cpus"`
	List     []inner
	Pair     [2]int32
	Small    []uint32
	Counts   map[string]int64
	Pointer  *inner
	Left     int64 `json:"-"`
	P50, P99 time.Duration
}

type inner2 struct{ Inside int }

func full() sample {
	return sample{
		inner2{7}, "a \"name\"", time.Unix(1, 2).UTC(), -time.Second, 1, math.MinInt64, 0.1, true, 2, []inner{{1}, {}}, [2]int32{1, 0}, []uint32{3},
		map[string]int64{"b": 1, "a": 2}, &inner{}, 0, 1, 2,
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	want := full()
	text, err := Format(nil).Encode(&want)
	if err != nil {
		t.Fatal(err)
	}
	const expected = `{"inside":7,"name":"a \"name\"","at":"1970-01-01T00:00:01.000000002Z","wait_ns":-1000000000,"n":1,"signed":-9223372036854775808,"x":0.1,` +
		`"yes":true,"cpus":2,"list":[{"cpu_in_ns":1},{}],"pair":[1,0],"small":[3],"counts":{"a":2,"b":1},"pointer":{},"p50_ns":1,"p99_ns":2}` + "\n"
	if string(text) != expected {
		t.Errorf("got\n%s, want\n%s", text, expected)
	}
	var got sample
	if err := Format(nil).Decode(strings.NewReader(string(text)), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestWhatCannotBeReadIsNotWritten(t *testing.T) {
	for want, change := range map[string]func(*sample){
		"n: -1 is not within":       func(s *sample) { s.N = -1 },
		"NaN is no number":          func(s *sample) { s.X = math.NaN() },
		"wait_ns: 9223372036854775": func(s *sample) { s.Wait = math.MaxInt64 },
		"list: more than 1048576":   func(s *sample) { s.List = make([]inner, maxElements+1) },
		`counts: "a": -1`:           func(s *sample) { s.Counts["a"] = -1 },
	} {
		s := full()
		change(&s)
		if _, err := Format(nil).Encode(&s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestAFieldThatWouldBeForgottenIsAPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was forgotten")
		}
	}()
	_, _ = Format(nil).Encode(&struct{ hidden int }{1})
}
