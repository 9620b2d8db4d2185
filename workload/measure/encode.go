package measure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/klauspost/compress/zstd"

	"contend/internal/strictjson"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// fileVersion is the version of what [Result.Encode] writes. A new member does not raise it,
// but a program that does not know the member refuses it.
const fileVersion = 1

// file is what is written: one JSON object, compressed with zstd. Its members are named
// after the fields of [Result] in snake_case; those of durations end in _ns. A member that
// is not there is zero.
type file struct {
	Version int
	Result
}

// Encode writes the result so that [Decode] returns an equal one, with exact histograms. Only
// the Doubtful operations of the ledgers are left out; the history has them.
func (r *Result) Encode(w io.Writer) error {
	text, err := forms(nil).Encode(&file{fileVersion, *r})
	if err != nil {
		return fmt.Errorf("measurements: %w", err)
	}
	compressed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	_, err = compressed.Write(text)
	return errors.Join(err, compressed.Close())
}

const (
	// maxText bounds the text that is read. A worker takes some 100 bytes, a second 1 kB, a
	// counter 300 bytes.
	maxText = 1 << 27
	// maxHistograms bounds their memory: each takes 190 kB.
	maxHistograms = 1000
)

// Decode reads what [Result.Encode] wrote. It returns an error for an unknown version, an
// unknown member, and values that no run can have measured.
func Decode(from io.Reader) (*Result, error) {
	r, err := decode(from)
	if err != nil {
		return nil, fmt.Errorf("measurements: %w", err)
	}
	return r, nil
}

func decode(from io.Reader) (*Result, error) {
	plain, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxText))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	text, err := io.ReadAll(io.LimitReader(plain, maxText+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxText:
		return nil, fmt.Errorf("more than %d bytes", maxText)
	}
	f := file{Result: Result{Reasons: newReasons()}}
	left := maxHistograms
	if err := forms(&left).Decode(bytes.NewReader(text), &f); err != nil {
		return nil, err
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("version %d; this program reads version %d", f.Version, fileVersion)
	}
	if err := f.validate(); err != nil {
		return nil, err
	}
	return &f.Result, nil
}

// forms are of the types that are not written field by field. At most so many histograms
// are read as left says.
func forms(left *int) strictjson.Format {
	return strictjson.Format{
		reflect.TypeFor[scenario.Scenario](): form(
			func(s *scenario.Scenario) (string, error) { return string(scenario.Encode(*s)), nil },
			decodeScenario),
		reflect.TypeFor[hist.Histogram](): form(
			func(h *hist.Histogram) (hist.Sparse, error) { return h.Sparse(), nil },
			func(s hist.Sparse, h *hist.Histogram) (err error) {
				if *left--; *left < 0 {
					return fmt.Errorf("more than %d histograms", maxHistograms)
				}
				*h, err = s.Histogram()
				return err
			}),
		reflect.TypeFor[history.Ledger](): {
			Encode: func(v reflect.Value) (any, error) { return v.Addr().Interface(), nil },
			Decode: func(text []byte, v reflect.Value) error { return json.Unmarshal(text, v.Addr().Interface()) },
		},
		reflect.TypeFor[error](): form(
			func(err *error) (writtenError, error) {
				return writtenError{(*err).Error(), errors.Is(*err, ErrInconsistent)}, nil
			},
			func(w writtenError, err *error) error {
				*err = &w
				return nil
			}),
		reflect.TypeFor[map[WireAnswer]int64](): form(encodeAnswers, decodeAnswers),
	}
}

// form makes a form of two functions between a type and what encoding/json can write of it.
func form[T, Plain any](encode func(*T) (Plain, error), decode func(Plain, *T) error) strictjson.Form {
	return strictjson.Form{
		Encode: func(v reflect.Value) (any, error) { return encode(v.Addr().Interface().(*T)) },
		Decode: func(text []byte, v reflect.Value) error {
			var plain Plain
			decoder := json.NewDecoder(strings.NewReader(string(text)))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&plain); err != nil {
				return err
			}
			return decode(plain, v.Addr().Interface().(*T))
		},
	}
}

func decodeScenario(text string, s *scenario.Scenario) (err error) {
	if *s, err = scenario.Decode("scenario", []byte(text)); err == nil {
		s.Load.Resolve(true) // as a fleet does
	}
	return err
}

// writtenError is an error of which the text is known, and whether it matches
// [ErrInconsistent].
type writtenError struct {
	Text         string `json:"text"`
	Inconsistent bool   `json:"inconsistent,omitempty"`
}

func (e *writtenError) Error() string { return e.Text }

// Is matches [ErrInconsistent].
func (e *writtenError) Is(target error) bool { return e.Inconsistent && target == ErrInconsistent }
