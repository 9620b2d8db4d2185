package text

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"contend/internal/format"
	"contend/internal/longtest"
	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
)

var update = flag.Bool("update", false, "write the golden files")

func rendered(t *testing.T, r *report.Report, options Options) string {
	t.Helper()
	var b strings.Builder
	if err := Report(&b, r, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	all := reporttest.Fixtures()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte(rendered(t, all[name], Options{})))
		})
	}
}

// golden compares an output with its golden file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s (-update writes it anew):\n%s", golden, got)
	}
}

func checkWidth(t *testing.T, r *report.Report, width int) {
	t.Helper()
	for _, line := range strings.Split(rendered(t, r, Options{Width: width}), "\n") {
		if format.Columns(line) > width {
			t.Fatalf("%d columns, not %d: %q", format.Columns(line), width, line)
		}
		if strings.ContainsAny(line, "\x1b\r\t\x00") {
			t.Fatalf("a control character: %q", line)
		}
	}
}

func TestNoLineIsWiderThanThePage(t *testing.T) {
	for name, r := range reporttest.Fixtures() {
		t.Run(name, func(t *testing.T) {
			for width := 40; width <= 130; width += longtest.Count(45, 9) {
				checkWidth(t, r, width)
			}
		})
	}
}

// TestNoLineOfARandomReportIsWiderThanThePage fills every field with anything.
func TestNoLineOfARandomReportIsWiderThanThePage(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range longtest.Count(5, 60) {
		var r report.Report
		fill(random, reflect.ValueOf(&r).Elem())
		for _, width := range []int{40, 60, 80, 120} {
			checkWidth(t, &r, width)
		}
	}
}

// fill sets a value, and all values that it contains, to something random, often to an
// extreme.
func fill(random *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, random.Int64N(100000)}[random.IntN(6)])
	case reflect.Uint64:
		v.SetUint(random.Uint64())
	case reflect.Float64:
		v.SetFloat([]float64{0, 1, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, random.Float64() * 1e6}[random.IntN(6)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.String:
		v.SetString(words(random))
	case reflect.Pointer:
		if v.Type().Elem().PkgPath() == "contend/workload/hist" || random.IntN(4) == 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(random, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), random.IntN(12), 12))
		for i := range v.Len() {
			fill(random, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range random.IntN(12) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(random, key)
			fill(random, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(random, v.Field(i))
			}
		}
	}
}

func words(random *rand.Rand) string {
	alphabet := []rune("abc  -é计👩‍🚀\x1b\n\t\u202e\u0301%")
	var b strings.Builder
	for range random.IntN(200) {
		b.WriteRune(alphabet[random.IntN(len(alphabet))])
	}
	return b.String()
}

func TestColourOnlyWhenAsked(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("TERM", "dumb")
	for _, r := range reporttest.Fixtures() {
		coloured := rendered(t, r, Options{Color: true})
		if !strings.Contains(coloured, "\x1b[") {
			t.Error("asked for, but there is no colour")
		}
		if got, want := uncolour(coloured), rendered(t, r, Options{}); got != want {
			t.Errorf("colour changed the text:\n%s\nnot\n%s", got, want)
		}
	}
}

// uncolour takes the escape sequences away, and the spaces that they kept at
// the ends of lines.
func uncolour(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "\x1b[") {
		if _, after, found := strings.Cut(part, "m"); found && i > 0 {
			part = after
		}
		b.WriteString(part)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestTheVerdictIsUnmistakable(t *testing.T) {
	for status, word := range map[check.Status]string{check.Pass: "PASS", check.Fail: "FAIL", check.Inconclusive: "INCONCLUSIVE"} {
		got := rendered(t, &report.Report{Verdict: check.Verdict{Status: status}}, Options{})
		first, _, _ := strings.Cut(got, "\n")
		if !strings.HasPrefix(first, "━━━ "+word+" ━") {
			t.Errorf("%s: the first line is %q", status, first)
		}
		if status != check.Pass && strings.Contains(got, "PASS") {
			t.Errorf("%s mentions PASS", status)
		}
	}
}

// failing is a writer that fails after so many bytes.
type failing struct{ left int }

var errDiskFull = errors.New("disk full")

func (f *failing) Write(b []byte) (int, error) {
	if len(b) > f.left {
		return f.left, errDiskFull
	}
	f.left -= len(b)
	return len(b), nil
}

func TestRenderersReportWhatCannotBeWritten(t *testing.T) {
	r := reporttest.Fixtures()["pass"]
	for name, render := range map[string]func(*failing) error{
		"text": func(w *failing) error { return Report(w, r, Options{}) },
		"json": func(w *failing) error { return r.Encode(w) },
		"hgrm": func(w *failing) error { return HGRM(w, r) },
	} {
		if err := render(&failing{left: 100}); !errors.Is(err, errDiskFull) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
