package crash

import (
	"errors"
	"io"
	"regexp"
	"testing"
)

func TestPanicsBecomeErrors(t *testing.T) {
	var nowhere *Error
	for name, c := range map[string]struct {
		do   func() error
		want string // a pattern
	}{
		"of a text":        {func() error { panic("three hands") }, `^internal error: three hands \(in crash_test\.go:\d+\)$`},
		"of an error":      {func() error { panic(io.EOF) }, `^internal error: EOF \(in crash_test\.go:\d+\)$`},
		"of the runtime":   {func() error { return errors.New(nowhere.Place) }, `^internal error: .*nil pointer.* \(in crash_test\.go:\d+\)$`},
		"of nil":           {func() error { panic(nil) }, `^internal error: .*nil.* \(in crash_test\.go:\d+\)$`},
		"no panic":         {func() error { return io.EOF }, `^EOF$`},
		"within a library": {func() error { _, err := io.ReadFull(nil, make([]byte, 1)); return err }, `^internal error: .* \(in io\.go:\d+\)$`},
	} {
		err := Catch(c.do)
		if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		var caught *Error
		if isPanic := name != "no panic"; errors.As(err, &caught) != isPanic {
			t.Errorf("%s: got a %T", name, err)
		}
	}
	if err := Catch(func() error { return nil }); err != nil {
		t.Errorf("without a panic: %v", err)
	}
}

// If a panic with context.Canceled matched that error, callers would take it for an
// interruption.
func TestPanicOfAnErrorIsNotThatError(t *testing.T) {
	if err := Catch(func() error { panic(io.EOF) }); errors.Is(err, io.EOF) {
		t.Errorf("%v is taken for its value", err)
	}
}
