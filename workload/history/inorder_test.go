package history

import (
	"bytes"
	"errors"
	"testing"

	"contend/internal/crash"
)

// someOps returns operations of several workers, each with a few attempts.
func someOps(n int) []Op {
	ops := make([]Op, n)
	for i := range ops {
		at := int64(1000 * i)
		ops[i] = Op{
			Worker: i % 7, Sequence: int64(i/7 + 1), Delta: 1, Due: at, Invoked: at, Returned: at + 900, Ending: GaveUp,
			Attempts: []Attempt{{Invoked: at, Returned: at + 900, Outcome: 2, Written: true, Reason: "x"}},
		}
	}
	return ops
}

// TestInOrder: the operations stand in the order in which they ended, and the same ones
// make the same file.
func TestInOrder(t *testing.T) {
	written := func() []byte {
		var file bytes.Buffer
		w, err := NewInOrder(&file, Header{Workers: 7, Ordered: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range someOps(1000) {
			w.Record(&op)
		}
		if err := w.Close(&Footer{Operations: 1000}); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	first := written()
	if !bytes.Equal(first, written()) {
		t.Error("the same operations make two files")
	}
	r, ops, err := read(bytes.NewReader(first))
	if err != nil || len(ops) != 1000 || r.Footer() == nil {
		t.Fatalf("%d operations, %v", len(ops), err)
	}
	for i, want := range someOps(1000) {
		if ops[i].Worker != want.Worker || ops[i].Sequence != want.Sequence || ops[i].Returned != want.Returned {
			t.Fatalf("operation %d is %v", i, ops[i])
		}
	}
}

// TestInOrderClosesFrames: the file of a killed process lacks only the last frame.
func TestInOrderClosesFrames(t *testing.T) {
	file := new(growing)
	w, err := NewInOrder(file, Header{Workers: 7, Ordered: true})
	if err != nil {
		t.Fatal(err)
	}
	const many = 40_000
	for _, op := range someOps(many) {
		w.Record(&op)
	}
	if _, ops, err := read(bytes.NewReader(file.snapshot())); err != nil || len(ops) < many/2 || len(ops) == many {
		t.Errorf("%d of %d operations are left, %v", len(ops), many, err)
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	if _, ops, err := read(bytes.NewReader(file.snapshot())); err != nil || len(ops) != many {
		t.Errorf("%d of %d operations, %v", len(ops), many, err)
	}
}

// planted panics after the header.
type planted struct{ bytes.Buffer }

func (p *planted) Write(b []byte) (int, error) {
	if p.Len() > 0 {
		panic("planted")
	}
	return p.Buffer.Write(b)
}

// TestInOrderTellsErrorsAtItsEnd: the run goes on after an error, and Close returns it.
func TestInOrderTellsErrorsAtItsEnd(t *testing.T) {
	full, torn := &growing{room: 100}, new(planted)
	for _, c := range []struct {
		name string
		open Opener
		is   func(error) bool
	}{
		{"a full disk", InOrderTo(full), func(err error) bool { return errors.Is(err, errFull) }},
		{"a panic", InOrderTo(torn), func(err error) bool { return errors.As(err, new(*crash.Error)) }},
	} {
		w, err := c.open(Header{})
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range someOps(40_000) {
			w.Record(&op)
		}
		if err := w.Close(&Footer{}); !c.is(err) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}
