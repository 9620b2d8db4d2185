package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"contend/internal/longtest"
)

// manyTries is a history whose operations have a few attempts, and now and then hundreds.
func manyTries(t *testing.T, n int) string {
	ops := someOps(n)
	for i := range ops {
		tries := i % 4
		if i%300 == 50 {
			tries = 2*portionSize + i
		}
		ops[i].Attempts = slices.Repeat(ops[i].Attempts, tries)
		for j := range ops[i].Attempts {
			ops[i].Attempts[j].Requests = i + j
		}
	}
	footer := Footer{Operations: int64(n)}
	return string(decompressed(t, written(t, Header{Workers: 7}, &footer, ops...)))
}

// readAhead is [read] by an [Ahead].
func readAhead(from io.Reader) (r *Reader, ops []Op, err error) {
	if r, err = NewReader(from); err != nil {
		return r, nil, err
	}
	a := ReadAhead(r)
	defer a.Close()
	var op Op
	for err = a.Next(&op); err == nil; err = a.Next(&op) {
		ops = append(ops, op)
		last := &ops[len(ops)-1]
		last.Attempts = append([]Attempt(nil), op.Attempts...) // what it has before the next call
	}
	if again := a.Next(&op); !errors.Is(again, err) {
		return r, ops, fmt.Errorf("%w, and then %w", err, again)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return r, ops, err
}

// TestAhead: reading ahead returns the same operations, the same error and the same footer.
func TestAhead(t *testing.T) {
	whole := manyTries(t, longtest.Count(800, 1500)) // more than the portions that are ahead
	lines := strings.SplitAfter(whole, "\n")
	without := func(line int, text string) string {
		return strings.Join(slices.Replace(slices.Clone(lines), line, line+1, text), "")
	}
	for what, text := range map[string]string{
		"whole":                 whole,
		"empty":                 "",
		"without operations":    lines[0],
		"cut off":               whole[:len(whole)/2],
		"one portion":           strings.Join(lines[:1+portionSize], ""),
		"a bad first line":      without(1, "{\"worker\":3}\n"),
		"a bad line":            without(700, "{\"worker\":3}\n"),
		"a line after the last": whole + lines[1],
	} {
		wanted, want, wantErr := read(strings.NewReader(text))
		r, got, err := readAhead(strings.NewReader(text))
		if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d operations and %v, want %d and %v", what, len(got), err, len(want), wantErr)
		}
		if !reflect.DeepEqual(r.Footer(), wanted.Footer()) || r.Cut() != wanted.Cut() {
			t.Errorf("%s: footer %v, cut %t", what, r.Footer(), r.Cut())
		}
	}
}

// TestAheadEndsEarly: a caller may stop anywhere, and no goroutine is left.
func TestAheadEndsEarly(t *testing.T) {
	text := manyTries(t, 3*portionSize*portionsAhead)
	for _, many := range []int{0, 1, portionSize + 1} {
		r, err := NewReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		a := ReadAhead(r)
		var op Op
		for range many {
			if err := a.Next(&op); err != nil {
				t.Fatal(err)
			}
		}
		a.Close()
		if err := r.Next(&op); err != nil {
			t.Errorf("after %d operations the reader cannot be used: %v", many, err)
		}
	}
}

// breaking panics after a text.
type breaking struct{ text io.Reader }

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.text.Read(p)
	if err != nil {
		panic("broken")
	}
	return n, nil
}

// TestAheadSurvivesAPanic: it becomes the error, after the operations before it.
func TestAheadSurvivesAPanic(t *testing.T) {
	text := manyTries(t, 40)
	_, ops, err := readAhead(breaking{bytes.NewReader([]byte(text[:strings.LastIndex(text, "{\"operations\"")]))})
	if len(ops) != 40 || err == nil || !strings.Contains(err.Error(), "internal error: broken") {
		t.Errorf("%d operations, %v", len(ops), err)
	}
}
