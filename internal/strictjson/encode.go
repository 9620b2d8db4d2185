package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Encode returns the struct at pointer as one line of JSON. The error is for a value that
// [Format.Decode] would refuse.
func (f Format) Encode(pointer any) ([]byte, error) {
	e := &encoder{format: f, members: map[reflect.Type][]member{}}
	if err := e.object(reflect.ValueOf(pointer).Elem()); err != nil {
		return nil, err
	}
	e.text.WriteByte('\n')
	return e.text.Bytes(), nil
}

type encoder struct {
	format  Format
	members map[reflect.Type][]member // of the structs so far
	text    bytes.Buffer
}

// of lists the members of a struct.
func (e *encoder) of(t reflect.Type) []member {
	all, known := e.members[t]
	if !known {
		all = membersOf(t)
		e.members[t] = all
	}
	return all
}

func (e *encoder) object(v reflect.Value) error {
	e.text.WriteByte('{')
	first := true
	for _, m := range e.of(v.Type()) {
		field := v.FieldByIndex(m.path)
		if isEmpty(field) {
			continue
		}
		if !first {
			e.text.WriteByte(',')
		}
		first = false
		e.text.WriteString(strconv.Quote(m.name) + ":")
		if err := e.value(field, m.signed); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	e.text.WriteByte('}')
	return nil
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

func (e *encoder) value(v reflect.Value, signed bool) error {
	if form, ok := e.format[v.Type()]; ok {
		plain, err := form.Encode(v)
		if err != nil {
			return err
		}
		return e.plain(plain)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return e.value(v.Elem(), signed)
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return e.plain(at.UTC().Round(0))
		}
		return e.object(v)
	case reflect.Slice, reflect.Array:
		return e.list(v)
	case reflect.Map:
		return e.counts(v)
	case reflect.Int, reflect.Int32, reflect.Int64:
		if err := checkInteger(v.Int(), v.Type(), signed); err != nil {
			return err
		}
	case reflect.Float64:
		if math.IsInf(v.Float(), 0) || math.IsNaN(v.Float()) {
			return fmt.Errorf("%v is no number", v.Float())
		}
	}
	return e.plain(v.Interface())
}

func (e *encoder) list(v reflect.Value) error {
	if v.Len() > maxElements {
		return fmt.Errorf("more than %d elements", maxElements)
	}
	e.text.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.text.WriteByte(',')
		}
		if err := e.value(v.Index(i), false); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	e.text.WriteByte(']')
	return nil
}

// counts writes a map of numbers by words.
func (e *encoder) counts(v reflect.Value) error {
	counts, ok := v.Interface().(map[string]int64)
	if !ok {
		return fmt.Errorf("a %s has no form", v.Type())
	}
	if len(counts) > maxElements {
		return fmt.Errorf("more than %d members", maxElements)
	}
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		if err := checkInteger(counts[word], v.Type().Elem(), false); err != nil {
			return fmt.Errorf("%q: %w", word, err)
		}
	}
	return e.plain(counts)
}

func (e *encoder) plain(v any) error {
	text, err := json.Marshal(v)
	e.text.Write(text)
	return err
}

// checkInteger refuses numbers that nothing that was counted or timed can have.
func checkInteger(n int64, t reflect.Type, signed bool) error {
	switch {
	case signed:
		return nil
	case t == durationType:
		if n > maxDuration || n < -maxDuration {
			return fmt.Errorf("%d is out of range", n)
		}
	case n < 0 || n > maxInteger:
		return fmt.Errorf("%d is not within [0, %d]", n, int64(maxInteger))
	}
	return nil
}
